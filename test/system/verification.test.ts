/**
 * T25 on a real sqld: the hash chain of an alarm's events survives libSQL to the letter, and one row that somebody flips,
 * removes, moves, puts in or cuts off with SQL is named. Not proved here: that actors write such chains and hold their heads
 * (test/workerd/chain.test.ts), and the call itself (record.test.ts).
 */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { chainRows } from "../../history/chain-rows.ts";
import type { History } from "../../history/client.ts";
import { writeRecords } from "../../history/sink.ts";
import type { RecordEnvelope } from "../../protocol/records.ts";
import { verifyChains } from "../../workers/reports/verify-chain.ts";
import { chained } from "../core/chained.ts";
import { id, raised, record, T0 } from "../core/history-samples.ts";
import { emptyHistory, startHistory, type TestSqld } from "./history-sqld.ts";

let sqld: TestSqld;
let history: History;

const tenantId = id("ten", 1);
const alarmId = id("alr", 1);
const place = id("sit", 1);
const people = [1, 2, 3].map((n) => id("usr", n));

/** Texts that a careless store would change: accents, an emoji, escapes, long numbers, spaces at the ends. */
const title = ' Brand 🔥 in "hal 3" \\ é \u2028 ';

let tenant: ReturnType<typeof chained>;
let site: ReturnType<typeof chained>;

beforeAll(async () => {
  ({ sqld, history } = await startHistory());
});
afterAll(() => sqld.remove());
beforeEach(async () => {
  await emptyHistory(history);
  tenant = chained("tenant", [
    raised(alarmId, people, {}, { title }),
    record("alarm.committed", { alarmId, commitMs: 4.123456789012345 }),
    ...people.map((userId, n) =>
      record(
        "alarm.answered",
        { alarmId, userId, deviceId: id("dev", n), response: "coming", text: "ik kom 🏃", version: n + 1 },
        { at: T0 + n },
      ),
    ),
    record("alarm.stoodDown", { alarmId, seq: 2, reason: "over" }, { at: T0 + 60_000 }),
  ]);
  site = chained(place, [
    record("alarm.dispatched", { alarmId, place, recipients: 3 }),
    record("alarm.sent", { alarmId, rows: people.map((userId) => [userId, T0 + 5]) }),
  ]);
});

const write = async (records: RecordEnvelope[]) => {
  for (const result of await writeRecords(history, records)) expect(result).toMatchObject({ ok: true });
};
const verify = async () =>
  verifyChains(
    tenantId,
    alarmId,
    await chainRows(history, tenantId, alarmId),
    new Map([
      ["tenant", tenant.head],
      [place, site.head],
    ]),
  );
const run = (sql: string, ...args: (string | number)[]) => history.$client.execute({ sql, args });
const event = (n: number) => tenant.records[n - 1] as RecordEnvelope;

test("what the actors wrote verifies, in whatever order and however often it came", async () => {
  await write([...site.records, ...tenant.records.toReversed(), ...tenant.records]);
  expect(await verify()).toEqual({
    alarmId,
    intact: true,
    complete: true,
    events: 8,
    erased: 0,
    unchained: 0,
    chains: [
      { source: "tenant", events: 6, head: tenant.head.hash },
      { source: place, events: 2, head: site.head.hash },
    ],
    problems: [],
  });
});

test("T25: one row flipped, removed, moved, put in or cut off is named", async () => {
  const flipped = event(3);
  const cases: [what: string, damage: () => Promise<unknown>, problems: object[]][] = [
    [
      "an answer turned into its opposite",
      () => run("UPDATE events SET body = replace(body, 'coming', 'notComing') WHERE event_id = ?", flipped.eventId),
      [{ eventId: flipped.eventId, source: "tenant", n: 3, problem: "altered" }],
    ],
    [
      "one space more",
      () => run("UPDATE events SET body = body || ' ' WHERE event_id = ?", flipped.eventId),
      [{ eventId: flipped.eventId, problem: "altered" }],
    ],
    [
      "another time",
      () => run("UPDATE events SET at = at + 1 WHERE event_id = ?", flipped.eventId),
      [{ eventId: flipped.eventId, problem: "altered" }],
    ],
    [
      "another person",
      () => run("UPDATE events SET by_id = 'usr_somebody' WHERE event_id = ?", event(1).eventId),
      [{ eventId: event(1).eventId, n: 1, problem: "altered" }],
    ],
    [
      "removed",
      () => run("DELETE FROM events WHERE event_id = ?", event(4).eventId),
      [{ source: "tenant", n: 4, problem: "missing" }],
    ],
    [
      "cut off",
      () => run("DELETE FROM events WHERE event_id = ?", event(6).eventId),
      [{ source: "tenant", n: 6, problem: "truncated" }],
    ],
    [
      "a whole chain removed",
      () => run("DELETE FROM events WHERE source = ?", place),
      [{ source: place, n: 1, to: 2, problem: "truncated" }],
    ],
    [
      "moved to another alarm",
      () => run("UPDATE events SET entity = 'alr_another_one' WHERE event_id = ?", event(2).eventId),
      [{ source: "tenant", n: 2, problem: "missing" }],
    ],
    [
      "moved",
      () =>
        run(
          "UPDATE events SET n = CASE n WHEN 3 THEN 5 ELSE 3 END WHERE event_id IN (?, ?)",
          event(3).eventId,
          event(5).eventId,
        ),
      [
        { eventId: event(5).eventId, n: 3, problem: "reordered" },
        { eventId: event(3).eventId, n: 5, problem: "reordered" },
      ],
    ],
    [
      "put in",
      () =>
        run(
          `INSERT INTO events (event_id, tenant_id, type, entity, at, by_type, by_id, body, source, n, salt, body_hash, hash)
           SELECT 'evt_put_in', tenant_id, type, entity, at, by_type, by_id, body, source, n + 10, salt, body_hash, hash
           FROM events WHERE event_id = ?`,
          event(3).eventId,
        ),
      [{ eventId: "evt_put_in", n: 13, problem: "inserted" }],
    ],
    [
      "put in without a link",
      () =>
        run(
          `INSERT INTO events (event_id, tenant_id, type, entity, at, by_type, by_id, body)
           SELECT 'evt_put_in', tenant_id, type, entity, at, by_type, by_id, body FROM events WHERE event_id = ?`,
          event(3).eventId,
        ),
      [{ eventId: "evt_put_in", problem: "inserted" }],
    ],
  ];
  for (const [what, damage, problems] of cases) {
    await emptyHistory(history);
    await write([...tenant.records, ...site.records]);
    await damage();
    const result = await verify();
    expect(result.intact, what).toBe(false);
    expect(result.problems, what).toMatchObject(problems);
    expect(result.problems, what).toHaveLength(problems.length);
  }
});

test("a body that was erased with its salt leaves the chain whole, and gone is what was said", async () => {
  await write([...tenant.records, ...site.records]);
  await run("UPDATE events SET body = '{}', salt = NULL, ip = NULL WHERE event_id = ?", event(3).eventId);
  expect(await verify()).toMatchObject({ intact: true, complete: true, erased: 1, problems: [] });
  const rows = await chainRows(history, tenantId, alarmId);
  expect(JSON.stringify(rows.filter(({ eventId }) => eventId === event(3).eventId))).not.toContain("ik kom");
});

test("I8: what has not come yet is behind, and whole when it has", async () => {
  await write([...tenant.records.slice(0, 4), ...site.records]);
  tenant.head.waiting = [{ from: 5, to: 6, hash: tenant.head.hash }];
  expect(await verify()).toMatchObject({
    intact: true,
    complete: false,
    problems: [{ source: "tenant", n: 5, to: 6, problem: "behind" }],
  });
  await write(tenant.records.slice(4));
  expect(await verify()).toMatchObject({ intact: true, complete: true });
});

test("what the protocol does not name is refused, not stored under a hash that no longer fits", async () => {
  const body = { alarmId, commitMs: 1, latitude: 52.1 };
  const [linked] = chained("tenant", [record("alarm.committed", body)]).records;
  const [result] = await writeRecords(history, [linked as RecordEnvelope]);
  expect(result).toMatchObject({ ok: false, error: expect.stringContaining("does not name") });
});
