import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { History } from "../../history/client.ts";
import { retention, retentionClasses } from "../../history/retention.ts";
import { writeRecords } from "../../history/sink.ts";
import type { RecordBody, RecordEnvelope, RecordType } from "../../protocol/records.ts";
import { id, record, T0 } from "../core/history-samples.ts";
import { contents, emptyHistory, startHistory, type TestSqld } from "./history-sqld.ts";

// Proves on a real sqld what the history makes of conversations: records in any order and twice give the same tables (I8), and
// words that were taken back, erased or ended at their term are in no table, whatever came first (P13, P18, T24). Not: that the
// actors write these records (test/workerd), nor that the file's free pages and backups hold nothing (docs/privacy.md).

let sqld: TestSqld;
let history: History;

beforeAll(async () => {
  ({ sqld, history } = await startHistory());
});
afterAll(() => sqld.remove());
beforeEach(() => emptyHistory(history));

const room = id("cnv", 1);
const [ann, bob, cor] = [1, 2, 3].map((n) => id("usr", n)) as [string, string, string];
const messageId = (seq: number): string => id("msg", seq);

const of = <T extends RecordType>(type: T, body: RecordBody<T>, seconds: number, by?: string): RecordEnvelope =>
  record(type, body, {
    entity: room,
    at: T0 + seconds * 1_000,
    by: by === undefined ? { type: "system", id: "conversation" } : { type: "user", id: by },
  });

const sent = (seq: number, authorId: string, text: string, over: Partial<RecordBody<"message.sent">> = {}) =>
  of(
    "message.sent",
    { conversationId: room, messageId: messageId(seq), seq, epoch: 1, authorId, text, ...over },
    seq,
    authorId,
  );
const edited = (seq: number, authorId: string, text: string, seconds: number) =>
  of("message.edited", { conversationId: room, messageId: messageId(seq), seq, authorId, text }, seconds, authorId);
const deleted = (seq: number, by: string, seconds: number) =>
  of("message.deleted", { conversationId: room, messageId: messageId(seq), seq }, seconds, by);
const erased = (userId: string, upToSeq: number, seconds: number) =>
  of("messages.erased", { conversationId: room, userId, upToSeq, messages: 2 }, seconds);
const saved = (version: number, title: string, closed = false) =>
  of(
    "conversation.saved",
    { conversationId: room, form: "chat", kind: "group", title, createdAt: T0, closed, version },
    version,
  );

/** Words that must not be found once they are gone. */
const canary = "canary-7f3a";

const story: RecordEnvelope[] = [
  saved(1, "Night watch"),
  of("conversation.joined", { conversationId: room, userIds: [ann, bob, cor] }, 0),
  sent(1, ann, `${canary} of the first epoch`),
  edited(1, ann, `${canary} of the first epoch, edited`, 2),
  sent(2, bob, "of the first epoch too"),
  sent(3, ann, "stays", { epoch: 2, mentions: [bob], photoId: id("pho", 1) }),
  sent(4, bob, "first", { epoch: 2, replyTo: messageId(3) }),
  edited(4, bob, "second", 11),
  edited(4, bob, "third", 12),
  sent(5, ann, `${canary} taken back`, { epoch: 2, photoId: id("pho", 2) }),
  edited(5, ann, `${canary} taken back, edited`, 13),
  deleted(5, ann, 14),
  sent(6, cor, `${canary} of cor`, { epoch: 2, mentions: [ann] }),
  edited(6, cor, `${canary} of cor, edited`, 15),
  sent(7, cor, `${canary} of cor, taken back by somebody who leads`, { epoch: 2 }),
  deleted(7, ann, 16),
  of(
    "message.sent",
    {
      conversationId: room,
      messageId: messageId(8),
      seq: 8,
      epoch: 2,
      event: { type: "noted", userId: cor, text: `${canary} in the incident's log` },
    },
    17,
  ),
  of("message.reacted", { conversationId: room, messageId: messageId(3), userId: bob, emoji: "👍", on: true }, 18, bob),
  of("photo.added", { conversationId: room, photoId: id("pho", 2), userId: ann, bytes: 10 }, 3, ann),
  of("note.written", { conversationId: room, noteVersion: 1, authorIds: [ann], characters: 5 }, 19, ann),
  of("note.written", { conversationId: room, noteVersion: 2, authorIds: [ann, cor, bob], characters: 6 }, 19),
  of(
    "note.written",
    { conversationId: room, noteVersion: 3, authorIds: [cor], characters: 7, restoredFrom: 1 },
    19,
    cor,
  ),
  erased(cor, 8, 20),
  of("epoch.removed", { conversationId: room, epoch: 1, upToSeq: 2, messages: 2 }, 21),
  of("conversation.left", { conversationId: room, userIds: [cor] }, 22),
  saved(2, "Night watch, closed", true),
];

const write = async (records: readonly RecordEnvelope[]) => {
  for (const result of await writeRecords(history, records)) expect(result).toMatchObject({ ok: true });
};

const byEvent = (rows: unknown[] | undefined) =>
  (rows as { event_id: string }[]).toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1));

/** Who the log says wrote which version of a note. */
const noteAuthors = (events: unknown[] | undefined, tenantId?: string) =>
  Object.fromEntries(
    (events as { type: string; body: string; tenant_id: string }[])
      .filter(({ type, tenant_id }) => type === "note.written" && (tenantId === undefined || tenant_id === tenantId))
      .map(({ body }) => JSON.parse(body) as RecordBody<"note.written">)
      .map(({ noteVersion, authorIds }) => [noteVersion, authorIds]),
  );
const withoutCor = { 1: [ann], 2: [ann, bob], 3: [] };

/** Every table that there is, whatever this file knows of. */
const everything = async (): Promise<string> => {
  const tables = await history.$client.execute("SELECT name FROM sqlite_master WHERE type = 'table'");
  const names = tables.rows.map((row) => String(row.name)).filter((name) => !name.startsWith("sqlite_"));
  expect(names).toEqual(expect.arrayContaining(["events", "messages", "message_erasures"]));
  const rows = await history.$client.batch(names.map((name) => `SELECT * FROM "${name}"`));
  return JSON.stringify(rows.map((result) => result.rows.map((row) => ({ ...row }))));
};

test("the messages of a room as they stand, each as its last record left it", async () => {
  await write(story);
  const { conversations, messages, message_erasures } = await contents(history);
  expect(conversations).toMatchObject([
    { conversation_id: room, title: "Night watch, closed", closed: 1, version: 2, removed_up_to: 2 },
  ]);
  const kept = messages as Record<string, unknown>[];
  expect(kept.map(({ seq, text, author_id, gone, event }) => [seq, text, author_id, gone, event])).toEqual([
    [3, "stays", ann, null, null],
    [4, "third", bob, null, null],
    [5, null, ann, "deleted", null],
    [6, null, null, "erased", null],
    [7, null, null, "erased", null],
    [8, null, null, null, "noted"],
  ]);
  expect(kept[0]).toMatchObject({ photo_id: id("pho", 1), at: T0 + 3_000, edited_at: null });
  expect(kept[1]).toMatchObject({ reply_to: messageId(3), edited_at: T0 + 12_000, at: T0 + 4_000 });
  expect(kept[2]).toMatchObject({ photo_id: null, edited_at: null });
  expect(message_erasures).toMatchObject([{ user_id: cor, up_to_seq: 8 }]);
});

test("I8: records in any order, and twice, give the same tables; P18, T24: and no word that is gone", {
  timeout: 120_000,
}, async () => {
  await write(story.filter(({ type }) => !["messages.erased", "message.deleted", "epoch.removed"].includes(type)));
  // The scan finds what there is: before they were taken away, the words are in the tables.
  expect((await everything()).split(canary).length).toBeGreaterThan(8);
  await emptyHistory(history);
  await write(story);
  const whole = await contents(history);
  expect(await everything()).not.toContain(canary);
  expect(noteAuthors(whole.events)).toEqual(withoutCor);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(story, { minLength: story.length }),
      fc.subarray(story),
      async (all, again) => {
        await emptyHistory(history);
        // One at a time: one statement after another, as a drain that is cut off and goes on.
        for (const one of all) await write([one]);
        await write(again);
        const now = await contents(history);
        expect({ ...now, events: byEvent(now.events) }).toEqual({ ...whole, events: byEvent(whole.events) });
        expect(await everything()).not.toContain(canary);
      },
    ),
    { numRuns: 40 },
  );
});

test("P18: a record that was parked brings nothing back, neither of an erased person nor what was taken back or ended", async () => {
  const late: RecordType[] = ["message.sent", "message.edited", "note.written"];
  await write(story.filter(({ type }) => !late.includes(type)));
  await write(story.filter(({ type }) => late.includes(type)));
  expect(await everything()).not.toContain(canary);
  expect(await everything()).toContain("stays");
  // That something was said, when and by whom, is still in the log (P13), and only that.
  const { events } = await contents(history);
  expect(noteAuthors(events)).toEqual(withoutCor);
  const row = (events as { type: string; body: string; by_id: string }[]).find(
    ({ type, by_id }) => type === "message.sent" && by_id === cor,
  );
  expect(JSON.parse(row?.body ?? "")).toEqual({
    conversationId: room,
    messageId: messageId(6),
    seq: 6,
    epoch: 2,
    authorId: cor,
  });
});

test("an erasure leaves what others wrote, and what the same person wrote elsewhere until that room erases it too", async () => {
  const other = id("cnv", 2);
  await write([sent(1, ann, "ann's own"), sent(2, cor, `${canary} here`)]);
  const there = sent(3, cor, "in another room");
  await write([{ ...there, entity: other, body: { ...(there.body as object), conversationId: other } }]);
  await write([erased(cor, 2, 20)]);
  const left = await everything();
  expect(left).not.toContain(canary);
  expect(left).toContain("ann's own");
  expect(left).toContain("in another room");
});

test("I6: what one tenant takes away is taken from no other, though every id is the same", async () => {
  const stranger = id("ten", 2);
  const theirs = story.map((one, n) => ({ ...one, tenantId: stranger, eventId: id("evx", n) }));
  const taking = ["messages.erased", "message.deleted", "epoch.removed"];
  await write(theirs.filter(({ type }) => !taking.includes(type)));
  const before = await contents(history);
  const rowsOf = (rows: unknown[] | undefined) =>
    (rows as { tenant_id: string }[]).filter(({ tenant_id }) => tenant_id === stranger);
  await write(story);
  const after = await contents(history);
  for (const table of ["events", "conversations", "messages", "message_erasures"])
    expect(rowsOf(after[table]), table).toEqual(rowsOf(before[table]));
  expect(noteAuthors(after.events, stranger)).toEqual({ 1: [ann], 2: [ann, cor, bob], 3: [cor] });
  expect(rowsOf(after.messages)).toHaveLength(8);
});

test("a record filed under another entity is refused, and none of them is chained", async () => {
  const [result] = await writeRecords(history, [{ ...sent(1, ann, "lost"), entity: id("cnv", 2) }]);
  expect(result?.ok).toBe(false);
  await write(story);
  const { events } = await contents(history);
  expect((events as { hash: unknown }[]).every(({ hash }) => hash === null)).toBe(true);
});

test("I10, P13: messages are kept as a log from when they were sent; the rest of a conversation as the contract", async () => {
  expect(retention.messages).toEqual({ class: "log", time: "at" });
  expect(retentionClasses[retention.messages.class].months).toBe(3);
  expect(retention.conversations.class).toBe("contract");
  expect(retention.messageErasures.class).toBe("contract");
  // A row that waits for its `message.sent` has a term as well.
  await write([edited(1, ann, "early", 9), deleted(2, ann, 8)]);
  const at = async () => ((await contents(history)).messages as { at: number }[]).map((row) => row.at);
  expect(await at()).toEqual([T0 + 9_000, T0 + 8_000]);
  await write([sent(1, ann, "late")]);
  expect(await at()).toEqual([T0 + 1_000, T0 + 8_000]);
});
