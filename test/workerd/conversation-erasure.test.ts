import { expect, test } from "vitest";
import * as Y from "yjs";
import { BareRoom, person } from "./harness/bare-room.ts";
import { query } from "./harness/storage.ts";

// Proves inside workerd that an erased person's words are in none of a conversation's own rows, document, log or outbox (P18), that
// its photos go, and that a client which comes back with the old document is told to drop it and cannot bring the words back (T24).
// Not: what the history does with its rows (test/system/history-conversations.test.ts), nor that the tenant tells the rooms.

const [ann, bob] = ["usr_ann_0001", "usr_bob_0001"];
const canary = "canary-9c41";
const lead = person("usr_lead_001", "coordinator");

/** Every row of every table, with what is in its blobs. */
const everything = async (room: BareRoom): Promise<string> => {
  const tables = await query(
    room.stub,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  );
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["messages", "updates", "snapshots", "log", "outbox", "photos", "calls"]),
  );
  const found: string[] = [];
  for (const { name } of tables)
    for (const row of await query(room.stub, `SELECT * FROM "${name}"`))
      for (const value of Object.values(row))
        found.push(value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : String(value));
  return found.join("\n");
};

/** A room in which ann said much and bob some. */
const talk = async () => {
  const room = await BareRoom.open([ann, bob, lead.userId]);
  await room.send(ann, `${canary} first`);
  const edited = await room.send(ann, `${canary} before it was edited`);
  await room.stub.command(person(ann), { type: "edit", messageId: edited, text: `${canary} edited` });
  const deleted = await room.send(ann, `${canary} taken back`);
  await room.stub.command(person(ann), { type: "delete", messageId: deleted });
  const kept = await room.send(bob, "bob's own words");
  await room.stub.command(person(ann), { type: "react", messageId: kept, emoji: "👍", on: true });
  // As a line of the incident's log: hers, though the system posts it.
  const event = { type: "noted", userId: ann, text: `${canary} in the log` } as const;
  await room.hear({ kind: "events", events: [{ eventId: "not_00000001", at: Date.now(), event }] });
  const bytes = new TextEncoder().encode(`${canary} in a photo`);
  for (const photoId of ["pho_00000001", "pho_00000002"])
    await room.stub.addPhoto(person(ann), { photoId, width: 1, height: 1, bytes });
  await room.send(ann, `${canary} with a photo`, { photoId: "pho_00000001" });
  return { room, kept };
};

const erase = (room: BareRoom) => room.hear({ kind: "erase", userId: ann, at: Date.now() });

test.each([
  ["as it runs", false],
  ["with its document read anew from the rows", true],
])("P18: an erased person's words are in no row, document, log or outbox, %s", async (_, evicted) => {
  const { room } = await talk();
  expect((await everything(room)).split(canary).length).toBeGreaterThan(6);
  if (evicted) await room.evict();
  await erase(room);
  if (evicted) await room.evict();
  const left = await everything(room);
  expect(left).not.toContain(canary);
  expect(left).toContain("bob's own words");
  const follower = await room.follow(bob);
  follower.sync();
  await follower.synced;
  expect(follower.text()).not.toContain(canary);
  expect(follower.text()).toContain("bob's own words");
  expect(follower.text()).not.toContain(ann);
  expect((await room.stub.photo(person(bob), "pho_00000001")).ok).toBe(false);
  expect((await room.stub.photo(person(ann), "pho_00000002")).ok).toBe(false);
});

test("P18: erasing once more, or somebody who wrote nothing, changes no document", async () => {
  const { room } = await talk();
  await erase(room);
  const epoch = await room.epoch(bob);
  await erase(room);
  await room.hear({ kind: "erase", userId: "usr_nobody_01", at: Date.now() });
  expect(await room.epoch(bob)).toBe(epoch);
});

test("T24: whoever has the old document is told to drop it, and brings nothing of it back", async () => {
  const { room } = await talk();
  const epoch = await room.epoch(bob);
  const before = await room.follow(bob, { epoch });
  before.sync();
  await before.synced;
  expect(before.text()).toContain(canary);
  // Connected, and has not asked for the document yet.
  const waiting = await room.follow(bob, { epoch });
  await erase(room);
  expect(await before.closed).toBe(4410);

  // Months offline: it still has the words, and comes with the name of the document it had.
  const back = await room.follow(bob, { epoch, doc: before.doc });
  expect(await back.closed).toBe(4410);
  waiting.sync();
  expect(await waiting.closed).toBe(4410);

  // One that does not say which document it has gets another one, and what it pushes is refused.
  const stubborn = await room.follow(bob, { doc: copyOf(before.doc) });
  stubborn.sync();
  stubborn.push();
  expect(await stubborn.denied).toContain("read only");
  const fresh = await room.follow(bob);
  fresh.sync();
  await fresh.synced;
  expect(fresh.text()).not.toContain(canary);
  expect(await everything(room)).not.toContain(canary);
});

const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  return copy;
};
