import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { listAlarms } from "../../history/alarm-list.ts";
import { getAlarmRecord } from "../../history/alarm-record.ts";
import type { History } from "../../history/client.ts";
import { retention } from "../../history/retention.ts";
import { writeRecords } from "../../history/sink.ts";
import { Alarm } from "../../protocol/alarms.ts";
import { AlarmRecord } from "../../protocol/history.ts";
import { toTime } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { percentiles } from "../../protocol/percentiles.ts";
import type { RecordEnvelope } from "../../protocol/records.ts";
import { id, raised, record, T0 } from "../core/history-samples.ts";
import { emptyHistory, startHistory, type TestSqld } from "./history-sqld.ts";

/** The queries on a real sqld: what a client of `…/history/alarms` gets. */
let sqld: TestSqld;
let history: History;

beforeAll(async () => {
  ({ sqld, history } = await startHistory());
});
afterAll(() => sqld.remove());
beforeEach(() => emptyHistory(history));

const tenant = id("ten", 1);
const alarmId = id("alr", 1);
const user = (n: number) => id("usr", n);
const phone = id("dev", 1);
const write = async (...records: RecordEnvelope[]) => {
  for (const result of await writeRecords(history, records)) expect(result).toMatchObject({ ok: true });
};
const read = async (tenantId = tenant, alarm = alarmId) => {
  const found = await getAlarmRecord(history, tenantId, alarm);
  if (found === undefined) throw new Error("no record");
  return AlarmRecord.parse(found);
};
const list = async (query: Partial<Parameters<typeof listAlarms>[2]> = {}, tenantId = tenant) => {
  const outcome = await listAlarms(history, tenantId, { limit: 50, ...query });
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  return { ...outcome.value, items: z.array(Alarm).parse(outcome.value.items) };
};
const savedUser = (n: number, firstName: string) =>
  record("users.saved", {
    users: [
      {
        userId: user(n),
        username: `user${n}`,
        firstName,
        lastName: "Lovelace",
        locale: "nl",
        permission: "responder",
        roleIds: [],
        enabled: true,
        version: 1,
      },
    ],
  });

describe("getAlarmRecord", () => {
  it("says of everybody who got it when on what, who answered what, or why not", async () => {
    await write(
      savedUser(1, "Ada"),
      raised(alarmId, [1, 2, 3, 4, 5, 6].map(user), { by: { type: "user", id: user(0) }, ip: "192.0.2.7" }),
      record("alarm.committed", { alarmId, commitMs: 3.25 }),
      record("alarm.dispatched", { alarmId, place: id("sit", 1), recipients: 6 }, { at: T0 + 5 }),
      record("alarm.sent", { alarmId, rows: [1, 2, 3, 4].map((n) => [user(n), T0 + 10]) }, { at: T0 + 100 }),
      record(
        "alarm.receipts",
        {
          alarmId,
          rows: [
            [user(1), phone, "received", T0 + 20],
            [user(2), phone, "received", T0 + 40],
            [user(2), phone, "seen", T0 + 50],
            [user(3), phone, "received", T0 + 31_000],
          ],
        },
        { at: T0 + 110 },
      ),
      record(
        "alarm.notReached",
        {
          alarmId,
          rows: [
            [user(3), "noReceipt", T0 + 30_000],
            [user(4), "noReceipt", T0 + 30_000],
            [user(5), "noDevice", T0],
          ],
        },
        { at: T0 + 30_000 },
      ),
      // The receipt of this answer is still in the site's outbox.
      record(
        "alarm.answered",
        { alarmId, userId: user(1), deviceId: phone, response: "enRoute", etaMinutes: 4, text: "By bike", version: 1 },
        { at: T0 + 60 },
      ),
    );
    const { events, recipients, ...alarm } = await read();
    expect(alarm).toEqual({
      alarmId,
      state: "open",
      kind: "exercise",
      urgency: "urgent",
      silent: false,
      title: "Fire in the kitchen",
      raisedAt: toTime(T0),
      raisedBy: { type: "user", id: user(0), name: "Ada Lovelace" },
      counts: {
        recipients: 6,
        sent: 4,
        received: 3,
        seen: 2,
        coming: 0,
        notComing: 0,
        enRoute: 1,
        onScene: 0,
        notReached: 2,
      },
      timings: { commitMs: 3.25, received: { p50: 40, p95: 31_000, p99: 31_000, max: 31_000 } },
    });
    expect(recipients).toEqual([
      {
        userId: user(1),
        name: "Ada Lovelace",
        state: "answered",
        response: "enRoute",
        etaMinutes: 4,
        text: "By bike",
        sentAt: toTime(T0 + 10),
        receivedAt: toTime(T0 + 20),
        respondedAt: toTime(T0 + 60),
        deviceId: phone,
      },
      {
        userId: user(2),
        name: user(2),
        state: "seen",
        sentAt: toTime(T0 + 10),
        receivedAt: toTime(T0 + 40),
        seenAt: toTime(T0 + 50),
        deviceId: phone,
      },
      {
        userId: user(3),
        name: user(3),
        state: "received",
        sentAt: toTime(T0 + 10),
        receivedAt: toTime(T0 + 31_000),
        deviceId: phone,
      },
      { userId: user(4), name: user(4), state: "notReached", reason: "noReceipt", sentAt: toTime(T0 + 10) },
      { userId: user(5), name: user(5), state: "notReached", reason: "noDevice" },
      { userId: user(6), name: user(6), state: "pending" },
    ]);
    expect(events.map(({ type, at }) => [type, at])).toEqual([
      ["alarm.raised", toTime(T0)],
      ["alarm.committed", toTime(T0)],
      ["alarm.dispatched", toTime(T0 + 5)],
      ["alarm.answered", toTime(T0 + 60)],
      ["alarm.sent", toTime(T0 + 100)],
      ["alarm.receipts", toTime(T0 + 110)],
      ["alarm.notReached", toTime(T0 + 30_000)],
    ]);
    expect(events[0]).toMatchObject({ recipients: 6, raisedAt: toTime(T0), by: { type: "user", id: user(0) } });
    expect(events[4]).toMatchObject({ rows: 4 });
    expect(JSON.stringify(events)).not.toContain("192.0.2.7");
  });

  it("shows the end, the scenario and the requirement", async () => {
    const scenario = {
      scenarioId: id("scn", 1),
      scenarioVersion: 3,
      requirement: [{ roleId: id("rol", 1), count: 2 }],
      message: "Go",
    };
    await write(
      raised(alarmId, [], {}, scenario),
      record("alarm.stoodDown", { alarmId, seq: 9, reason: "falseAlarm", text: "Toast" }, { at: T0 + 1_000 }),
    );
    expect(await read()).toMatchObject({
      ...scenario,
      state: "ended",
      endedAt: toTime(T0 + 1_000),
      endReason: "falseAlarm",
      endText: "Toast",
      counts: { recipients: 0, notReached: 0 },
      timings: { commitMs: null, received: { p50: null, p95: null, p99: null, max: null } },
      recipients: [],
    });
  });

  it("is nothing while the alarm itself is still on its way, and whole when it is there", async () => {
    await write(
      record("alarm.receipts", { alarmId, rows: [[user(1), phone, "received", T0 + 20]] }),
      record("alarm.stoodDown", { alarmId, seq: 9, reason: "over" }),
    );
    expect(await getAlarmRecord(history, tenant, alarmId)).toBeUndefined();
    expect((await list()).items).toEqual([]);
    await write(raised(alarmId, [user(1)]));
    expect(await read()).toMatchObject({ state: "ended", counts: { recipients: 1, received: 1 } });
  });
});

describe("listAlarms", () => {
  it("is newest first, in pages that neither repeat nor miss one while alarms are raised", async () => {
    // Two of a millisecond each, so that the time alone is no position.
    await write(
      ...Array.from({ length: 11 }, (_, n) =>
        raised(id("alr", n), [user(1)], {}, { raisedAt: T0 + Math.floor(n / 2) }),
      ),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map((alarm) => alarm.alarmId));
      cursor = page.nextCursor;
      await write(raised(id("new", seen.length), [], {}, { raisedAt: T0 + 100 }));
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: 11 }, (_, n) => id("alr", 10 - n)));
    expect((await list({ limit: 200 })).items).toHaveLength(15);
  });

  it("begins at `from` and ends before `to`", async () => {
    await write(...[0, 1, 2, 3].map((n) => raised(id("alr", n), [], {}, { raisedAt: T0 + n })));
    const { items } = await list({ from: toTime(T0 + 1), to: toTime(T0 + 3) });
    expect(items.map((alarm) => alarm.alarmId)).toEqual([id("alr", 2), id("alr", 1)]);
  });

  it("refuses a cursor that is none of ours", async () => {
    expect(await listAlarms(history, tenant, { limit: 5, cursor: "nonsense" })).toMatchObject({
      ok: false,
      refusal: { code: "invalid", errors: [{ path: "cursor" }] },
    });
  });

  it("counts and times each alarm as its record does, and as percentiles() does", async () => {
    for (const [n, size] of [1, 2, 19, 20, 21, 99, 100, 101, 333].entries()) {
      const alarm = id("alr", n);
      const times = Array.from({ length: size }, (_, i) => (i * 7_919) % 1_009);
      await write(
        raised(
          alarm,
          times.map((_, i) => user(i)),
        ),
        record("alarm.receipts", {
          alarmId: alarm,
          rows: times.map((ms, i) => [user(i), phone, "received" as const, T0 + ms]),
        }),
      );
      const { timings, counts } = await read(tenant, alarm);
      expect(timings.received, String(size)).toEqual(percentiles(times.toSorted((a, b) => a - b)));
      expect((await list()).items.find((item) => item.alarmId === alarm)).toMatchObject({ timings, counts });
    }
  });
});

describe("tenants", () => {
  it("never mix, with the same ids in both: not in lists, records, names, events or by a cursor (I6)", async () => {
    const other = id("ten", 2);
    const mine = [
      savedUser(1, "Ada"),
      raised(alarmId, [user(1)]),
      record("alarm.sent", { alarmId, rows: [[user(1), T0 + 1]] }),
    ];
    await write(...mine);
    await write(
      ...[savedUser(1, "Bob"), raised(alarmId, [user(1), user(2)], {}, { title: "Theirs" })].map((one) => ({
        ...one,
        tenantId: other,
      })),
      { ...raised(id("alr", 2), []), tenantId: other },
    );
    expect(await read()).toMatchObject({ title: "Fire in the kitchen", counts: { recipients: 1, sent: 1 } });
    expect((await read()).events).toHaveLength(2);
    expect((await read()).recipients.map(({ name }) => name)).toEqual(["Ada Lovelace"]);
    expect((await read(other)).recipients.map(({ name }) => name)).toEqual(["Bob Lovelace", user(2)]);
    expect((await list()).items).toHaveLength(1);
    expect((await list({}, other)).items).toHaveLength(2);
    const { nextCursor } = await list({ limit: 1 }, other);
    if (nextCursor === undefined) throw new Error("no cursor");
    expect((await list({ cursor: nextCursor })).items.map(({ title }) => title)).toEqual(["Fire in the kitchen"]);
    expect(await getAlarmRecord(history, tenant, id("alr", 2))).toBeUndefined();
    expect(await getAlarmRecord(history, id("ten", 3), alarmId)).toBeUndefined();
  });
});

describe("size", () => {
  it("takes an alarm for 12,000 people with their receipts and answers, and reads it whole", async () => {
    const people = Array.from({ length: 12_000 }, (_, n) => user(n));
    const took = async (what: string, work: () => Promise<unknown>) => {
      const began = performance.now();
      await work();
      const ms = Math.round(performance.now() - began);
      console.log(`${what}: ${ms} ms`);
      return ms;
    };
    // About 50 ms. Parsing the body again for each person takes 1,400 (history/projections/recipients.ts).
    expect(await took("raised", () => write(raised(alarmId, people)))).toBeLessThan(limits.historyTimeoutMs / 12);
    const batches = Array.from({ length: 24 }, (_, b) => people.slice(b * 500, b * 500 + 500));
    await took("24 records of 500 receipts", () =>
      write(
        ...batches.map((part, b) =>
          record("alarm.receipts", {
            alarmId,
            rows: part.map((one) => [one, phone, "received" as const, T0 + b * 100]),
          }),
        ),
      ),
    );
    await took("6,000 answers", () =>
      write(
        ...people
          .slice(0, 6_000)
          .map((userId, n) =>
            record("alarm.answered", { alarmId, userId, deviceId: phone, response: "coming", version: n }),
          ),
      ),
    );
    await took("list", async () =>
      expect((await list()).items[0]?.counts).toMatchObject({ received: 12_000, seen: 6_000 }),
    );
    await took("record", async () => {
      const whole = await read();
      expect(whole.recipients.map(({ userId }) => userId)).toEqual(people);
      expect(whole.events).toHaveLength(6_025);
      expect(new Set(whole.events.map(({ eventId }) => eventId)).size).toBe(6_025);
      expect(whole.events.find(({ type }) => type === "alarm.raised")).toMatchObject({ recipients: 12_000 });
    });
  });
});

describe("the real tables", () => {
  it("are those that have a retention class, and drizzle's own list of migrations (I10)", async () => {
    const { rows } = await history.$client.execute(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'libsql_%'",
    );
    const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect(rows.map((row) => row.name).sort()).toEqual(
      ["__drizzle_migrations", ...Object.keys(retention).map(snake)].sort(),
    );
  });
});
