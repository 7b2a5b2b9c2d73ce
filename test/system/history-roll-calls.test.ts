import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { History } from "../../history/client.ts";
import { getRollCallRecord } from "../../history/roll-call-record.ts";
import { writeRecords } from "../../history/sink.ts";
import { toTime } from "../../protocol/ids.ts";
import type { RecordBody, RecordEnvelope, RecordType } from "../../protocol/records.ts";
import { RollCallRecord } from "../../protocol/roll-calls.ts";
import { id, record, T0 } from "../core/history-samples.ts";
import { contents, emptyHistory, startHistory, type TestSqld } from "./history-sqld.ts";

// Proves on a real sqld that a roll-call's record in the history is whole (I8): records in any order and twice give the same
// tables, the word that holds is the one of the largest version, and every change can be read with who made it. Not: that the
// actors write these records; that is test/workerd/roll-calls.test.ts and roll-call.test.ts here.

let sqld: TestSqld;
let history: History;

beforeAll(async () => {
  ({ sqld, history } = await startHistory());
});
afterAll(() => sqld.remove());
beforeEach(() => emptyHistory(history));

const tenant = id("ten", 1);
const rollCallId = id("rcl", 1);
const point = id("mus", 1);
const [ann, bob, cor, dee, eva] = [1, 2, 3, 4, 5].map((n) => id("usr", n)) as [string, string, string, string, string];
const marshal = id("usr", 9);

const of = <T extends RecordType>(type: T, body: RecordBody<T>, seconds: number, by = marshal): RecordEnvelope =>
  record(type, body, { entity: rollCallId, at: T0 + seconds * 1_000, by: { type: "user", id: by } });

const summary = {
  totals: {
    lines: 5,
    missing: 1,
    accountedFor: 3,
    unknown: 1,
    leftSite: 1,
    conflicts: 0,
    visitors: { expected: 4, accounted: 2 },
  },
  musterPoints: [{ musterPointId: point, name: "North gate", accountedFor: 2, visitors: 2 }],
  timings: { firstMs: 10_000, noneMissingMs: null, allAccountedMs: null, closedMs: 60_000 },
};

const changed = (version: number, change: object, by = marshal): RecordEnvelope =>
  of("rollCall.changed", { rollCallId, version, at: T0 + version * 1_000, ...change }, version, by);

const story: RecordEnvelope[] = [
  of(
    "rollCall.opened",
    {
      rollCallId,
      siteId: id("sit", 1),
      kind: "exercise",
      title: "Head office",
      ofAlarmId: id("alr", 1),
      openedAt: T0,
      openedBy: marshal,
      visitorsExpected: 4,
      missing: [ann, bob],
      unknown: [cor],
    },
    0,
  ),
  changed(1, { words: [[ann, "accountedFor", point, null, marshal, 0, T0 + 1_000, 1]] }),
  changed(2, { words: [[ann, "missing", null, "not her", marshal, 0, T0 + 2_000, 1]] }),
  // Pressed before the marshal's word: it does not stand, and is in the events alone.
  changed(3, { words: [[ann, "accountedFor", point, null, ann, 1, T0 + 500, 0]] }, ann),
  changed(4, { words: [[bob, "accountedFor", point, null, bob, 1, T0 + 4_000, 1]] }, bob),
  changed(5, { joined: [dee], left: [[bob, T0 + 5_000]] }),
  changed(6, { left: [[dee, T0 + 6_000]] }),
  changed(7, { joined: [cor], left: [[dee, null]] }),
  changed(8, { words: [[eva, "accountedFor", null, "came from the yard", marshal, 0, T0 + 8_000, 1]] }),
  changed(9, { visitors: [[point, 2]], visitorsExpected: 4 }),
  of("rollCall.closed", { rollCallId, version: 10, summary: { ...summary, musterPoints: [] } }, 40),
  of("rollCall.reopened", { rollCallId, version: 11 }, 50),
  of("rollCall.closed", { rollCallId, version: 12, summary }, 60),
];

const write = async (records: readonly RecordEnvelope[]) => {
  for (const result of await writeRecords(history, records)) expect(result).toMatchObject({ ok: true });
};

const read = async () => RollCallRecord.parse(await getRollCallRecord(history, tenant, rollCallId));

test("I8: records in any order, and twice, give the same tables", { timeout: 60_000 }, async () => {
  await write(story);
  const whole = await contents(history);
  expect(whole.roll_call_lines).toHaveLength(5);
  const byEvent = (rows: unknown[] | undefined) =>
    (rows as { event_id: string }[]).toSorted((a, b) => (a.event_id < b.event_id ? -1 : 1));
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
      },
    ),
    { numRuns: 15 },
  );
});

test("the record tells every line as it stood last, and every change with who made it", async () => {
  await write(story);
  const told = await read();
  expect(told).toMatchObject({
    rollCallId,
    kind: "exercise",
    state: "closed",
    alarmId: id("alr", 1),
    openedAt: toTime(T0),
    closedAt: toTime(T0 + 60_000),
    closedBy: { userId: marshal },
    totals: { lines: 5, missing: 3, accountedFor: 2, unknown: 0, leftSite: 0 },
    summary,
  });
  const lines = new Map(told.lines.map((line) => [line.userId, line]));
  expect(lines.get(ann)).toMatchObject({
    state: "missing",
    note: "not her",
    by: { userId: marshal },
    self: false,
    version: 2,
  });
  expect(lines.get(bob)).toMatchObject({
    state: "accountedFor",
    self: true,
    leftSite: toTime(T0 + 5_000),
    musterPointId: point,
  });
  expect(lines.get(cor)).toEqual({ userId: cor, name: cor, state: "missing", version: 7 });
  expect(lines.get(dee)).toEqual({ userId: dee, name: dee, state: "missing", version: 7 });
  expect(lines.get(eva)).toMatchObject({ state: "accountedFor", note: "came from the yard" });
  expect(told.events.map(({ type }) => type)).toEqual(story.map(({ type }) => type));
  expect(told.events[0]).toMatchObject({ missing: 2, unknown: 1, by: { type: "user", id: marshal } });
  expect(told.events[3]).toMatchObject({
    by: { type: "user", id: ann },
    lines: [
      { userId: ann, state: "accountedFor", musterPointId: point, self: true, stands: false, at: toTime(T0 + 500) },
    ],
  });
});

const saved = (userId: string, firstName: string, tenantId = tenant): RecordEnvelope => {
  const user = {
    userId,
    username: firstName,
    firstName,
    lastName: "Lovelace",
    locale: "nl",
    permission: "responder",
  } as const;
  return record(
    "users.saved",
    { users: [{ ...user, roleIds: [], enabled: true, version: 1 }] },
    { entity: userId, tenantId },
  );
};

test("people are named as they are now, each by the own name and never by another tenant's", async () => {
  await write([...story, saved(ann, "Ann"), saved(marshal, "Mo"), saved(bob, "Stranger", id("ten", 2))]);
  const told = await read();
  expect([told.openedBy.name, told.closedBy?.name]).toEqual(["Mo Lovelace", "Mo Lovelace"]);
  const names = new Map(told.lines.map((line) => [line.userId, [line.name, line.by?.name]]));
  expect(names.get(ann)).toEqual(["Ann Lovelace", "Mo Lovelace"]);
  expect(names.get(bob)).toEqual([bob, bob]);
  expect(names.get(cor)).toEqual([cor, undefined]);
});

test("I6: another tenant's and an unknown roll-call are not there; one whose opening is still on its way neither", async () => {
  await write(story.slice(1));
  expect(await getRollCallRecord(history, tenant, rollCallId)).toBeUndefined();
  await write(story);
  expect(await getRollCallRecord(history, id("ten", 2), rollCallId)).toBeUndefined();
  expect(await getRollCallRecord(history, tenant, id("rcl", 2))).toBeUndefined();
  expect(await getRollCallRecord(history, tenant, rollCallId)).toBeDefined();
});

test("a record filed under another entity is refused", async () => {
  const [result] = await writeRecords(history, [of("rollCall.reopened", { rollCallId: id("rcl", 2), version: 3 }, 1)]);
  expect(result?.ok).toBe(false);
});

test("ten thousand lines are written in one batch and read back whole", { timeout: 60_000 }, async () => {
  const missing = Array.from({ length: 10_000 }, (_, n) => id("usr", n));
  const [opened] = story;
  const body = { ...(opened?.body as RecordBody<"rollCall.opened">), missing, unknown: [] };
  await write([of("rollCall.opened", body, 0)]);
  expect((await read()).totals).toMatchObject({ lines: 10_000, missing: 10_000 });
});
