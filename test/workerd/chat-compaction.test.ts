import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import * as Y from "yjs";
import type { Message } from "../../protocol/conversation/rooms.ts";
import { limits } from "../../protocol/limits.ts";
import { BareRoom, type Follower, person } from "./harness/bare-room.ts";
import { kill, query } from "./harness/storage.ts";

// Proves inside workerd how a chat's document is kept (DocumentStore): updates are joined into a snapshot after 200 of them or 256 KB, in
// pieces that fit a row, and the rows they came of are gone; the document is the same after the object was evicted or killed, also
// right at a joining, and is what the rows of messages say; a joining that fails takes its message with it and nothing else. Not: that the
// disk holds what was committed (test/system/chat-crash.test.ts kills the process), nor notes' documents (notes.test.ts).

const people = Array.from({ length: 20 }, (_, n) => `usr_person_${String(n).padStart(4, "0")}`);
const [reader = ""] = people;
/** In turn: a person may send thirty at once. */
const author = (n: number): string => people[n % people.length] ?? "";

const open = () => BareRoom.open(people);
const say = (room: BareRoom, n: number, text = `message ${n}`) =>
  room.send(author(n), text, { messageId: `msg_number_${String(n).padStart(5, "0")}` });
const talk = async (room: BareRoom, from: number, to: number, text?: (n: number) => string) => {
  for (let n = from; n < to; n++) await say(room, n, text?.(n));
};

const shownBy = ({ doc }: Follower): Message[] => doc.getArray<Message>("messages").toArray();

/** What somebody sees who comes with nothing, as a y-websocket provider does. */
const shown = async (room: BareRoom): Promise<Message[]> => {
  const follower = await room.follow(reader);
  follower.sync();
  await follower.synced;
  return shownBy(follower);
};

/** What the rows say, a page after the other. */
const listed = async (room: BareRoom): Promise<Message[]> => {
  const found: Message[] = [];
  for (;;) {
    const page = await room.stub.list(person(reader), { limit: 200, after: found.at(-1)?.seq ?? 0 });
    if (!page.ok) throw new Error(page.refusal.code);
    found.push(...page.value.items);
    if (!page.value.more) return found;
  }
};

const kept = async (room: BareRoom) => {
  const updates = await query(room.stub, "SELECT n, document, length(bytes) AS bytes FROM updates ORDER BY n");
  const pieces = await query(room.stub, "SELECT document, piece, length(bytes) AS bytes FROM snapshots ORDER BY piece");
  const sum = (rows: typeof updates) => rows.reduce((total, { bytes }) => total + Number(bytes), 0);
  return {
    updates: updates.length,
    firstUpdate: updates[0]?.n,
    updateBytes: sum(updates),
    pieces: pieces.map(({ piece }) => piece),
    pieceSizes: pieces.map(({ bytes }) => Number(bytes)),
    documents: [...new Set([...updates, ...pieces].map(({ document }) => document))],
  };
};

test("480 messages are a snapshot of 400 and 80 updates; whoever comes sees the same before and after the object is gone", async () => {
  const room = await open();
  await talk(room, 0, limits.documentUpdates - 1);
  expect(await kept(room)).toMatchObject({ updates: 199, firstUpdate: 1, pieces: [] });
  await talk(room, 199, 200);
  expect(await kept(room)).toMatchObject({ updates: 0, pieces: [0] });
  await talk(room, 200, 480);
  // The rows of the first 400 are gone, and those of the former snapshot.
  const before = await kept(room);
  expect(before).toMatchObject({ updates: 80, firstUpdate: 401, pieces: [0], documents: [1] });

  const seen = await shown(room);
  expect(seen.map(({ text }) => text)).toEqual(Array.from({ length: 480 }, (_, n) => `message ${n}`));
  expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, n) => n + 1));
  expect(seen).toEqual(await listed(room));

  await room.evict();
  expect(await shown(room)).toEqual(seen);
  await kill(room.stub);
  expect(await shown(room)).toEqual(seen);
  expect(await kept(room)).toEqual(before);
  // What lies loose is counted on after that: the next snapshot comes with the 600th, not 200 after the kill.
  await talk(room, 480, 599);
  expect(await kept(room)).toMatchObject({ updates: 199, firstUpdate: 401 });
  await talk(room, 599, 600);
  expect(await kept(room)).toMatchObject({ updates: 0, pieces: [0] });
  expect(await shown(room)).toEqual(await listed(room));
});

test("changes count too, and a client that was away gets what it lacks out of the snapshot", async () => {
  const room = await open();
  await talk(room, 0, 150, (n) => `first words <${n}>`);
  const away = await room.follow(reader);
  away.sync();
  await away.synced;
  const copy = Y.encodeStateAsUpdate(away.doc);
  for (let n = 0; n < 20; n++) {
    const messageId = `msg_number_${String(n).padStart(5, "0")}`;
    const edited = await room.stub.command(person(author(n)), { type: "edit", messageId, text: `edited ${n}` });
    const deleted = await room.stub.command(person(author(n + 20)), {
      type: "delete",
      messageId: `msg_number_${String(n + 20).padStart(5, "0")}`,
    });
    expect([edited.ok, deleted.ok]).toEqual([true, true]);
  }
  await talk(room, 150, 170);
  expect(await kept(room)).toMatchObject({ updates: 10, pieces: [0] });
  await kill(room.stub);

  const doc = new Y.Doc();
  Y.applyUpdate(doc, copy);
  const back = await room.follow(reader, { doc });
  back.sync();
  await back.synced;
  const now = await listed(room);
  expect(shownBy(back)).toEqual(now);
  expect(now.filter(({ gone }) => gone === "deleted")).toHaveLength(20);
  // Of what was taken back or written over no letter is in what is kept.
  const bytes = await query(room.stub, "SELECT bytes FROM snapshots UNION ALL SELECT bytes FROM updates");
  const text = bytes.map((row) => new TextDecoder("latin1").decode(row.bytes as ArrayBuffer)).join("\n");
  for (const present of ["edited 5", "first words <45>", "message 169"]) expect(text).toContain(present);
  for (const former of ["first words <5>", "first words <25>"]) expect(text).not.toContain(former);
});

test("long messages are joined after 256 KB, in pieces of which each fits a row", async () => {
  const room = await open();
  const long = (n: number) => `${n} `.padEnd(limits.messageCharacters, "déjà vu ");
  await talk(room, 0, 300, long);
  const { pieces, pieceSizes, updates, updateBytes } = await kept(room);
  expect(pieces).toEqual([0, 1]);
  expect(pieceSizes[0]).toBe(limits.snapshotPieceBytes);
  for (const size of pieceSizes) expect(size).toBeLessThanOrEqual(limits.snapshotPieceBytes);
  expect(updates).toBeLessThan(limits.documentUpdates);
  expect(updateBytes).toBeLessThan(limits.documentUpdateBytes);
  await kill(room.stub);
  const seen = await shown(room);
  expect(seen).toHaveLength(300);
  expect(seen).toEqual(await listed(room));
});

test.each([0, 1, 2])(
  "killed while the message that brings a joining is on its way (%i): it is there whole or not at all",
  async (turns) => {
    const room = await open();
    await talk(room, 0, 199);
    let accepted = false;
    const sending = say(room, 199)
      .then(() => {
        accepted = true;
      })
      .catch(() => undefined);
    for (let n = 0; n < turns; n++) await new Promise((resolve) => setTimeout(resolve, 1));
    await kill(room.stub);
    await sending;
    const seen = await shown(room);
    expect(seen).toEqual(await listed(room));
    if (accepted) expect(seen).toHaveLength(200);
    expect(await kept(room)).toMatchObject(
      seen.length === 200 ? { updates: 0, pieces: [0] } : { updates: 199, pieces: [] },
    );
    // Said again, as a client does that heard nothing: once.
    await say(room, 199);
    expect((await shown(room)).filter(({ text }) => text === "message 199")).toHaveLength(1);
    expect(await kept(room)).toMatchObject({ updates: 0, pieces: [0] });
    await kill(room.stub);
    expect(await shown(room)).toEqual(await listed(room));
  },
);

test("a joining that fails half-way takes its message with it and nothing else; said again it is there", async () => {
  const room = await open();
  const long = (n: number) => `${n} `.padEnd(limits.messageCharacters, "x");
  // As full as it may be before a snapshot of two pieces.
  let sent = 0;
  while ((await kept(room)).pieces.length < 2) await say(room, sent, long(sent++));
  while ((await kept(room)).updateBytes + 2 * limits.messageCharacters < limits.documentUpdateBytes)
    await say(room, sent, long(sent++));
  const [before, seen] = [await kept(room), await shown(room)];
  await runInDurableObject(room.stub, (_, state) => {
    // The second piece cannot be written: what was removed before it must come back.
    state.storage.sql.exec(
      "CREATE TRIGGER broken BEFORE INSERT ON snapshots WHEN NEW.piece = 1 BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    );
  });
  let failed = 0;
  for (let n = sent; n < sent + 3; n++)
    await say(room, n, long(n)).catch(() => {
      failed += 1;
    });
  expect(failed).toBeGreaterThan(0);
  const stuck = await shown(room);
  expect(stuck.slice(0, seen.length)).toEqual(seen);
  expect(stuck).toEqual(await listed(room));
  expect(stuck).toHaveLength(seen.length + 3 - failed);
  expect((await kept(room)).pieceSizes).toEqual(before.pieceSizes);
  await kill(room.stub);
  expect(await shown(room)).toEqual(stuck);

  await runInDurableObject(room.stub, (_, state) => {
    state.storage.sql.exec("DROP TRIGGER broken");
  });
  await talk(room, sent, sent + 3, long);
  const after = await shown(room);
  expect(after).toHaveLength(seen.length + 3);
  expect(after).toEqual(await listed(room));
  expect((await kept(room)).updates).toBeLessThan(before.updates);
});
