import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import * as Y from "yjs";
import { step2Frame, updateFrame } from "../../actors/conversation/document/wire.ts";
import { newId } from "../../actors/kernel/ids.ts";
import type { RoomPerson } from "../../actors/kernel/room-messages.ts";
import { roomClosing } from "../../protocol/conversation/closing.ts";
import type { NoteText, NoteVersion } from "../../protocol/conversation/rooms.ts";
import { limits } from "../../protocol/limits.ts";
import { holdClock } from "./harness/clock.ts";
import { NoteClient, person } from "./harness/note-client.ts";
import { fireTimers, kill, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// Proves inside workerd what becomes of notes at their limits: more than a row holds, full, tens of thousands of deletions, much that
// was written offline, answers that are too large or too many (T20, T21), and more versions than are kept, page by page. The
// clock stands still, so that no budget grows meanwhile. Not: what the SDK does with what is refused (test/core/sdk-note.test.ts).

holdClock("2027-03-01T09:00:00Z");

const [an, bo, reader] = [person("usr_an"), person("usr_bo"), person("usr_reader", "responder")];

const note = async () => {
  const stub = env.CONVERSATIONS.getByName(`${newId("tnt")}.${newId("cnv")}`);
  const rest = { timeZone: "Europe/Amsterdam", createdAt: 1, closed: false, version: 1 };
  const facts = { form: "note", kind: "site", title: "Emergency plan", siteId: "sit_1", ...rest } as const;
  await stub.receive([{ kind: "facts", facts }]);
  return stub;
};
type Note = Awaited<ReturnType<typeof note>>;
const anew = (stub: Note): Note => env.CONVERSATIONS.get(stub.id);
const open = (stub: Note, who: RoomPerson, doc?: Y.Doc) => NoteClient.open(stub, who, doc);

const keepVersion = async (stub: Note): Promise<void> => {
  await query(stub, "UPDATE note_writing SET first_at = 1, last_at = 1");
  await fireTimers(stub, "note.version");
};
const pieces = async (stub: Note, table: string) =>
  (await query(stub, `SELECT length(bytes) AS bytes FROM ${table} ORDER BY piece`)).map(({ bytes }) => Number(bytes));

/** Something stays, something goes, by turns: as many separate deletions as these. */
const perforate = (doc: Y.Doc, deletions: number): void => {
  const map = doc.getMap("m");
  doc.transact(() => {
    for (let i = 0; i < deletions; i++) {
      map.set(i.toString(36), 1);
      map.set("-", 1);
    }
  });
};

test("a note of more than a row holds lies in pieces, and its versions too; all of it comes back after a kill and a restore", async () => {
  const stub = await note();
  // Letters of three bytes: pieces are cut within some of them.
  const long = "€".repeat(500_000);
  const offline = new Y.Doc();
  offline.getText("content").insert(0, long);
  const [one, two] = [await open(stub, an, offline), await open(stub, bo)];
  await two.until(long);
  expect(await pieces(stub, "snapshots")).toEqual([limits.snapshotPieceBytes, expect.any(Number)]);
  await keepVersion(stub);
  expect(await pieces(stub, "note_pieces")).toEqual([limits.snapshotPieceBytes, expect.any(Number)]);
  one.doc.getText("content").delete(10, 499_980);
  await two.untilTrue(() => two.text.length === 20);
  await kill(stub);

  const again = anew(stub);
  const third = await open(again, reader);
  expect(third.text).toBe("€".repeat(20));
  const text = await again.noteVersion(reader, 1);
  expect(text.ok && text.value.text === long).toBe(true);
  expect(await again.restoreNote(an, 1)).toMatchObject({ ok: true, value: { restoredFrom: 1, characters: 500_000 } });
  await third.until(long);
  await kill(again);
  expect((await open(anew(stub), reader)).text === long).toBe(true);
});

test("a full note says so over the socket and in words, takes nothing, tells nobody; it can be made smaller and then goes on", async () => {
  const stub = await note();
  const text = "x".repeat(limits.documentBytes - limits.noteSpareBytes - 1_000);
  const offline = new Y.Doc();
  offline.getText("content").insert(0, text);
  await open(stub, an, offline);
  const [one, two] = [await open(stub, an), await open(stub, bo)];
  await two.until(text);
  await one.hello();
  const stored = async () => [
    await query(stub, "SELECT count(*) AS n, sum(length(bytes)) AS bytes FROM updates"),
    await pieces(stub, "snapshots"),
  ];
  const before = await stored();
  const told = two.updates;
  one.write("y".repeat(2_000));
  expect(await one.denied()).toContain("full");
  expect(await one.error()).toMatchObject({ code: "too_large", ref: "update" });
  expect(one.code).toBeUndefined();
  expect(await stored()).toEqual(before);

  const maker = await open(stub, bo);
  expect(maker.text === text).toBe(true);
  maker.doc.getText("content").delete(0, 10_000);
  await two.untilTrue(() => two.text.length === text.length - 10_000);
  maker.write("z".repeat(2_000));
  await two.untilTrue(() => two.text.startsWith("zz"));
  expect(two.updates).toBe(told + 2);
  // What was refused comes with the next answer, now that there is room: nothing was lost.
  const back = await open(stub, an, one.doc);
  await two.untilTrue(() => two.text.includes("yy"));
  expect(back.text === two.text).toBe(true);
});

test("68,000 separate deletions: whoever comes back is taken in with what they wrote, and who only reads stays", async () => {
  const stub = await note();
  const offline = new Y.Doc();
  perforate(offline, 68_000);
  expect(Y.encodeStateAsUpdate(offline).byteLength).toBeGreaterThan(5 * limits.noteFrameBytes);
  // All of it was written offline and comes in one frame.
  const one = await open(stub, an, offline);
  const third = await open(stub, reader);
  await third.untilTrue(() => third.doc.getMap("m").size === 68_001);
  one.lose(() => one.write("written offline"));
  expect(Y.encodeStateAsUpdate(one.doc, Y.encodeStateVector(one.doc)).byteLength).toBeGreaterThan(
    limits.noteFrameBytes,
  );
  const [back, readsAgain] = [await open(stub, an, one.doc), await open(stub, reader, third.doc)];
  await readsAgain.until("written offline");
  back.write(" and online", 15);
  await readsAgain.until("written offline and online");
  expect([back.code, readsAgain.code]).toEqual([undefined, undefined]);
  await kill(stub);
  const fresh = await open(anew(stub), reader);
  expect(Y.equalSnapshots(Y.snapshot(fresh.doc), Y.snapshot(back.doc))).toBe(true);
});

test("T20: an answer larger than a note may be, and any other frame larger than a frame may be, close and write nothing", async () => {
  const stub = await note();
  const large = new Y.Doc();
  large.getText("content").insert(0, "x".repeat(limits.documentBytes));
  const answers = await open(stub, an);
  answers.send(step2Frame(Y.encodeStateAsUpdate(large)));
  expect(await answers.closed).toBe(roomClosing.undecodable.code);
  const writes = await open(stub, an);
  const longer = new Y.Doc();
  longer.getText("content").insert(0, "x".repeat(limits.noteFrameBytes));
  writes.send(updateFrame(Y.encodeStateAsUpdate(longer)));
  expect(await writes.closed).toBe(roomClosing.undecodable.code);
  expect((await open(stub, reader)).text).toBe("");
});

test("T21: a large answer counts for as many frames as it would fill", async () => {
  const stub = await note();
  const doc = new Y.Doc();
  doc.getText("content").insert(0, "x".repeat(1_500_000));
  const answer = step2Frame(Y.encodeStateAsUpdate(doc));
  const cost = Math.ceil(answer.byteLength / limits.noteFrameBytes);
  expect(cost).toBeGreaterThan(1);
  // Asked and answered: two of the frames of this person are gone before.
  const one = await open(stub, an);
  await one.untilTrue(() => one.asked > 0);
  const fit = Math.floor((limits.syncBurst - 2) / cost);
  for (let i = 0; i < fit; i++) one.send(answer);
  const two = await open(stub, bo);
  await two.untilTrue(() => two.text.length === 1_500_000);
  expect(one.code).toBeUndefined();
  one.send(answer);
  expect(await one.closed).toBe(roomClosing.tooMany.code);
  expect(two.code).toBeUndefined();
});

test("205 versions: the last 200 stay, and are listed page by page while more come; the others are gone and cannot be restored", {
  timeout: 60_000,
}, async () => {
  const tenant = await Tenant.make();
  const { siteId } = (await tenant.call("POST", "/sites", { body: { name: "North" } })).body as { siteId: string };
  const body = { kind: "site", form: "note", title: "Plan", siteId };
  const made = await tenant.call("POST", "/conversations", { body });
  const { conversationId } = made.body as { conversationId: string };
  const stub = env.CONVERSATIONS.getByName(`${tenant.tenantId}.${conversationId}`);
  const [one, two] = [await open(stub, an), await open(stub, bo)];
  for (let version = 1; version <= 205; version++) {
    const [writer, other] = version % 2 === 0 ? [one, two] : [two, one];
    writer.write(`${version} `);
    await other.untilTrue(() => other.text.startsWith(`${version} `));
    await keepVersion(stub);
  }

  const versions = (query: string) => tenant.call("GET", `/conversations/${conversationId}/versions${query}`);
  const seen: NoteVersion[] = [];
  let cursor: string | undefined;
  do {
    const page = await versions(`?limit=60${cursor === undefined ? "" : `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    const { items, nextCursor } = page.body as { items: NoteVersion[]; nextCursor?: string };
    expect(items.length).toBeLessThanOrEqual(60);
    seen.push(...items);
    cursor = nextCursor;
    // Somebody restores while another one turns pages: nothing is skipped or shown twice.
    if (seen.length === 60) {
      expect((await tenant.call("POST", `/conversations/${conversationId}/versions/204/restore`)).status).toBe(200);
    }
  } while (cursor !== undefined);
  expect(seen.map(({ version }) => version)).toEqual(Array.from({ length: 199 }, (_, i) => 205 - i));
  expect(seen.slice(0, 2).map(({ authorIds }) => authorIds)).toEqual([["usr_bo"], ["usr_an"]]);
  for (const table of ["note_versions", "note_authors", "note_pieces"])
    expect(await query(stub, `SELECT min(version) AS oldest FROM ${table}`), table).toEqual([{ oldest: 7 }]);

  const at = (version: number | string, more = "") => `/conversations/${conversationId}/versions/${version}${more}`;
  expect((await tenant.call("GET", at(7))).body as NoteText).toMatchObject({ version: 7 });
  for (const gone of [6, 1, 0, 207, "nonsense", "1e3", "9007199254740993"]) {
    expect((await tenant.call("GET", at(gone))).status, String(gone)).toBe(404);
    expect((await tenant.call("POST", at(gone, "/restore"))).status, String(gone)).toBe(404);
  }
  for (const wrong of ["zz", "ff", "20", "2d31", "312e35", "4e614e"]) {
    const refused = await versions(`?cursor=${wrong}`);
    expect(refused.status, wrong).toBe(422);
    expect(refused.body).toMatchObject({ code: "invalid" });
  }
  expect((await versions("?limit=0")).status).toBe(422);
});
