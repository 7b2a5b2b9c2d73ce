import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type * as Y from "yjs";
import { step2Frame, updateFrame } from "../../actors/conversation/document/wire.ts";
import { newId } from "../../actors/kernel/ids.ts";
import type { RoomFacts, RoomPerson } from "../../actors/kernel/room-messages.ts";
import { roomClosing } from "../../protocol/conversation/closing.ts";
import { limits } from "../../protocol/limits.ts";
import { NoteClient, person } from "./harness/note-client.ts";
import { fireTimers, kill, query } from "./harness/storage.ts";

// Notes in the real runtime: who writes, that nothing is told before it is stored, through eviction and kill, versions, and T20 in all its
// forms. The tenant's part is left out: the actor is told by hand what the tenant would tell it.

const [an, bo] = [person("usr_an"), person("usr_bo")];
const reader = person("usr_reader", "responder");

const facts: RoomFacts = {
  form: "note",
  kind: "site",
  title: "Emergency plan",
  siteId: "sit_1",
  timeZone: "Europe/Amsterdam",
  createdAt: 1,
  closed: false,
  version: 1,
};

const note = async () => {
  const stub = env.CONVERSATIONS.getByName(`${newId("tnt")}.${newId("cnv")}`);
  await stub.receive([{ kind: "facts", facts }]);
  return stub;
};
type Note = Awaited<ReturnType<typeof note>>;
/** A stub of an object that was killed is of no more use. */
const anew = (stub: Note): Note => env.CONVERSATIONS.get(stub.id);
const open = (stub: Note, who: RoomPerson, doc?: Y.Doc) => NoteClient.open(stub, who, doc);
const rows = async (stub: Note) =>
  (await query(stub, "SELECT author_id FROM updates ORDER BY n")).map((r) => r.author_id);

test("two who lead write together; each update is stored with its author; a reader sees it and writes nothing", async () => {
  const stub = await note();
  const [one, two, third] = [await open(stub, an), await open(stub, bo), await open(stub, reader)];
  one.write("Go north");
  await two.until("Go north");
  two.write(" now", 8);
  await one.until("Go north now");
  await third.until("Go north now");
  expect(await rows(stub)).toEqual(["usr_an", "usr_bo"]);

  // T20: a reader who writes hears it, keeps the socket, and nobody else gets it.
  third.write("Not ", 0);
  expect(await third.denied()).toContain("read only");
  one.write("!", 12);
  await two.until("Go north now!");
  expect(await rows(stub)).toEqual(["usr_an", "usr_bo", "usr_an"]);
  expect(third.code).toBeUndefined();
});

test("what somebody was shown survives eviction and kill, and the sockets go on", async () => {
  const stub = await note();
  const [one, two] = [await open(stub, an), await open(stub, bo)];
  one.write("a");
  await two.until("a");
  await evictDurableObject(stub);
  one.write("b", 1);
  await two.until("ab");
  await kill(stub);
  expect((await open(anew(stub), reader)).text).toBe("ab");
});

test("T20: malformed and oversized close with 4400, a forged client id with 4406, and change nothing", async () => {
  const stub = await note();
  const one = await open(stub, an);
  const watcher = await open(stub, bo);
  one.write("gate");
  await watcher.until("gate");

  const malformed = await open(stub, bo);
  malformed.send(updateFrame(Uint8Array.of(1, 1, 9, 0, 0, 0)));
  expect(await malformed.closed).toBe(roomClosing.undecodable.code);
  const large = await open(stub, bo);
  large.send(new Uint8Array(limits.noteFrameBytes + 1));
  expect(await large.closed).toBe(roomClosing.undecodable.code);

  // In the name of another person, and of the actor.
  for (const clientID of [one.doc.clientID, 1]) {
    const forger = await open(stub, bo);
    forger.doc.clientID = clientID;
    forger.write("no ");
    expect(await forger.closed).toBe(roomClosing.forged.code);
  }
  expect(watcher.text).toBe("gate");
  expect(await rows(stub)).toEqual(["usr_an"]);
  expect((await open(stub, reader)).text).toBe("gate");
});

test("T20: a replayed update writes and tells nothing; one with holes is asked for whole, an answer with holes closes", async () => {
  const stub = await note();
  const [one, two] = [await open(stub, an), await open(stub, bo)];
  const first = one.write("a");
  await two.until("a");
  one.send(updateFrame(first));
  one.send(step2Frame(first));
  one.write("b", 1);
  await two.until("ab");
  expect(await rows(stub)).toEqual(["usr_an", "usr_an"]);
  expect(two.updates).toBe(2);

  // A letter is lost on its way: the next one depends on it, and the question that comes back brings both.
  one.lose(() => one.write("c", 2));
  one.write("d", 3);
  await two.until("abcd");

  const broken = await open(stub, bo);
  broken.lose(() => broken.write("x", 0));
  broken.silent = true;
  const hole = broken.lose(() => broken.write("y", 1));
  broken.send(step2Frame(hole));
  expect(await broken.closed).toBe(roomClosing.undecodable.code);
  expect((await open(stub, reader)).text).toBe("abcd");
});

test("T20: whoever loses the right to write goes on reading or is closed with 4403; a closed note is read only", async () => {
  const stub = await note();
  const [one, two] = [await open(stub, an), await open(stub, bo)];
  one.write("a");
  await two.until("a");
  await stub.receive([{ kind: "people", people: [person("usr_bo", "responder")] }]);
  two.write("b", 1);
  expect(await two.denied()).toContain("read only");
  await stub.receive([{ kind: "people", people: [{ ...person("usr_bo", "responder"), homeSiteId: "sit_2" }] }]);
  expect(await two.closed).toBe(roomClosing.rightsChanged.code);
  await stub.receive([{ kind: "facts", facts: { ...facts, closed: true, version: 2 } }]);
  one.write("c", 1);
  expect(await one.denied()).toContain("read only");
  expect(await rows(stub)).toEqual(["usr_an"]);
});

test("T20: what a reader takes away stays", async () => {
  const stub = await note();
  const [one, third] = [await open(stub, an), await open(stub, reader)];
  one.write("gate");
  await third.until("gate");
  third.doc.getText("content").delete(0, 4);
  expect(await third.denied()).toContain("read only");
  expect((await open(stub, bo)).text).toBe("gate");
});

test("a version is kept by the timer with who wrote, through eviction; restoring reaches everybody and keeps what was before", async () => {
  const stub = await note();
  const [one, two] = [await open(stub, an), await open(stub, bo)];
  one.write("first");
  await two.until("first");
  two.write("!", 5);
  await one.until("first!");
  await query(stub, "UPDATE note_writing SET first_at = 1, last_at = 1");
  await evictDurableObject(stub);
  await fireTimers(stub, "note.version");
  const listed = await stub.noteVersions(reader, { before: Number.MAX_SAFE_INTEGER, limit: 10 });
  expect(listed).toMatchObject({
    ok: true,
    value: { items: [{ version: 1, authorIds: ["usr_an", "usr_bo"], characters: 6 }], more: false },
  });
  one.write("second ");
  await two.until("second first!");

  expect(await stub.restoreNote(reader, 1)).toMatchObject({ ok: false, refusal: { code: "forbidden" } });
  expect(await stub.restoreNote(an, 1)).toMatchObject({
    ok: true,
    value: { version: 3, restoredFrom: 1, authorIds: ["usr_an"] },
  });
  await one.until("first!");
  await two.until("first!");
  expect(await stub.noteVersion(reader, 2)).toMatchObject({ ok: true, value: { text: "second first!" } });
  // Asked again it does nothing.
  expect(await stub.restoreNote(an, 1)).toMatchObject({ ok: true, value: { version: 3 } });
  await kill(stub);
  expect((await open(anew(stub), reader)).text).toBe("first!");
});

test("compaction keeps the text and who wrote it", async () => {
  const stub = await note();
  const [one, two] = [await open(stub, an), await open(stub, bo)];
  one.write("x".repeat(limits.documentUpdateBytes / 2));
  await two.until("x".repeat(limits.documentUpdateBytes / 2));
  one.write("y".repeat(limits.documentUpdateBytes / 2));
  await two.until("y".repeat(limits.documentUpdateBytes / 2) + "x".repeat(limits.documentUpdateBytes / 2));
  expect(await rows(stub)).toEqual([]);
  expect(await query(stub, "SELECT user_id FROM note_writing")).toEqual([{ user_id: "usr_an" }]);
  await kill(stub);
  expect((await open(anew(stub), reader)).text).toHaveLength(limits.documentUpdateBytes);
});

test("P18: an erased person is nowhere in what says who wrote what, and the text stays", async () => {
  const stub = await note();
  const [one, two] = [await open(stub, an), await open(stub, bo)];
  one.write("plan");
  await two.until("plan");
  await query(stub, "UPDATE note_writing SET first_at = 1, last_at = 1");
  await fireTimers(stub, "note.version");
  one.write("!", 4);
  await two.until("plan!");
  await stub.receive([{ kind: "erase", userId: "usr_an", at: 5 }]);
  for (const table of ["updates", "note_clients", "note_writing", "note_versions", "note_authors"])
    expect(JSON.stringify(await query(stub, `SELECT * FROM ${table}`)), table).not.toContain("usr_an");
  const records = await query(stub, "SELECT body FROM log WHERE type = 'note.written'");
  expect(records.map(({ body }) => JSON.parse(String(body)) as object)).toMatchObject([{ authorIds: [] }]);
  expect((await open(stub, bo)).text).toBe("plan!");
});
