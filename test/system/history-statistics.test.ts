import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hmac } from "../../actors/kernel/hashes.ts";
import type { History } from "../../history/client.ts";
import { writeRecords } from "../../history/sink.ts";
import { alarmStatistics } from "../../history/statistics/alarms.ts";
import { channelStatistics } from "../../history/statistics/channels.ts";
import { cutOf } from "../../history/statistics/cuts.ts";
import { groupBit, rounded, type SafeCell, safeCells } from "../../history/statistics/disclosure.ts";
import { type Cell, cellsOf, type Grid } from "../../history/statistics/grid.ts";
import { presenceStatistics } from "../../history/statistics/presence.ts";
import { staffingStatistics } from "../../history/statistics/staffing.ts";
import { toTime } from "../../protocol/ids.ts";
import type { RecordBody, RecordEnvelope, RecordType } from "../../protocol/records.ts";
import {
  AlarmStatisticsItem,
  ChannelStatisticsItem,
  PresenceCell,
  StaffingStatistics,
} from "../../protocol/statistics.ts";
import type { Channel, ChannelState, Kind, Response } from "../../protocol/terms.ts";
import { id, raised, record } from "../core/history-samples.ts";
import { anyCrowd, countedAt, roleIds, zoneIds } from "../core/statistics-crowd.ts";
import { contents, emptyHistory, startHistory, type TestSqld } from "./history-sqld.ts";

// Proves on a real sqld that statistics are exact (issue 5, 7; I8): random records through the sink, shuffled and some of them
// twice, give what a recount in the test gives. Not: that the actors write these records
// (test/workerd/presence-ends.test.ts), nor what may be published (test/core/statistics-disclosure.test.ts).

let sqld: TestSqld;
let history: History;

beforeAll(async () => {
  ({ sqld, history } = await startHistory());
});
afterAll(() => sqld.remove());
beforeEach(() => emptyHistory(history));

const tenant = id("ten", 1);
const other = id("ten", 2);
const zone = "Europe/Amsterdam";
const seal = (text: string) => hmac("a secret of the tests", text);
const quarter = 900_000;
const minute = 60_000;
const runs = { numRuns: 12 };

let events = 0;
const of = <T extends RecordType>(type: T, body: RecordBody<T>, entity: string, at: number, tenantId = tenant) =>
  record(type, body, { entity, at, tenantId, eventId: id("evs", ++events) });

/** Some come twice, in any order: a drain that is cut off begins again, and the actors' outboxes are drained apart. */
const writeAnyhow = async (records: readonly RecordEnvelope[], order: fc.GeneratorValue): Promise<void> => {
  const twice = records.filter(() => order(fc.boolean));
  const shuffled = order(fc.shuffledSubarray<RecordEnvelope>, [...records, ...twice], {
    minLength: records.length + twice.length,
  });
  for (const result of await writeRecords(history, shuffled, seal)) expect(result).toMatchObject({ ok: true });
};

const gridOf = (from: number, to: number, grid: Grid): Cell[] => {
  const cells = cellsOf({ from: toTime(from), to: toTime(to) }, grid, zone, to);
  if (!cells.ok) throw new Error("no cells");
  return cells.value;
};

const site = id("sit", 1);
/** The days around the change of the clock. */
const start = Date.parse("2026-10-23T20:00:00Z");

test("presence: every cell of every grid equals a recount of who was there", { timeout: 120_000 }, async () => {
  let figures = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(anyCrowd, fc.integer({ min: 0, max: 300 })), { minLength: 1, maxLength: 6 }),
      fc.gen(),
      async (crowds, order) => {
        await emptyHistory(history);
        const records: RecordEnvelope[] = [];
        // The count that holds for each quarter: the first one that was made.
        const holds = new Map<number, { at: number; counted: ReturnType<typeof countedAt> }>();
        for (const [crowd, offset] of crowds)
          for (const moment of crowd.moments.keys()) {
            const counted = countedAt(crowd, moment);
            const slot = start + (offset + moment) * quarter;
            const at = slot + records.length;
            const { byRole, byZone } = counted;
            const body = { siteId: site, at: slot, present: counted.present, byRole: [...byRole], byZone: [...byZone] };
            records.push(of("presence.counted", { ...body, people: counted.people }, site, at));
            const known = holds.get(slot);
            if (known === undefined || at < known.at) holds.set(slot, { at, counted });
          }
        await writeAnyhow(records, order);
        const cellsAt = new Map<number, SafeCell[]>();
        for (const [slot, { counted }] of holds)
          cellsAt.set(
            slot,
            safeCells(counted, (kind, ref) => cutOf(seal, ["presence", tenant, site, kind, ref])),
          );
        for (const minimumGroup of [5, 8, 10])
          for (const [kind, ref] of [
            ["all", ""],
            ...roleIds.map((roleId) => ["role", roleId] as const),
            ...zoneIds.map((zoneId) => ["zone", zoneId] as const),
          ] as const)
            for (const grid of ["quarter", "hour", "day", "week"] as const) {
              const cells = gridOf(start, start + 310 * quarter, grid);
              const answer = await presenceStatistics(
                history,
                tenant,
                { siteId: site, kind, ref },
                cells,
                minimumGroup,
              );
              expect(answer).toEqual(
                cells.map(([from, to]) => {
                  const within = [...cellsAt].flatMap(([slot, published]) =>
                    slot < from || slot >= to
                      ? []
                      : published.filter(
                          (one) => one.kind === kind && one.ref === ref && one.groups & groupBit(minimumGroup),
                        ),
                  );
                  if (within.length === 0)
                    return { from: toTime(from), average: null, peak: null, quarters: 0, reason: "tooFew" };
                  figures += within.length;
                  const sum = within.reduce((total, { figure }) => total + figure, 0);
                  const average = Math.round(sum / within.length / 5) * 5;
                  const peak = Math.max(...within.map(({ figure }) => figure));
                  return { from: toTime(from), average, peak, quarters: within.length };
                }),
              );
              for (const cell of answer) expect(PresenceCell.parse(cell)).toEqual(cell);
              const theirs = await presenceStatistics(history, other, { siteId: site, kind, ref }, cells, minimumGroup);
              expect(theirs.every(({ average }) => average === null)).toBe(true);
            }
      },
    ),
    { numRuns: 8 },
  );
  expect(figures, "something was published").toBeGreaterThan(0);
});

test("P5: what may not be published is stored in no table of the statistics", async () => {
  const few = { siteId: site, at: start, present: 9, people: 50, byRole: [], byZone: [] };
  const whole = { siteId: site, at: start + quarter, present: 50, people: 50, byRole: [], byZone: [] };
  const right = { siteId: site, at: start + 2 * quarter, present: 50, people: 150, byRole: [], byZone: [] };
  const records = [few, whole, right].map((body, i) => of("presence.counted", body, site, start + i));
  for (const result of await writeRecords(history, records, seal)) expect(result).toMatchObject({ ok: true });
  const { presence_cells: cells = [] } = await contents(history);
  expect(cells.filter((row) => (row as { groups: number }).groups & groupBit(10))).toHaveLength(1);
  await emptyHistory(history);
  await writeRecords(history, records);
  expect((await contents(history)).presence_cells, "without a secret nothing is published").toEqual([]);
});

test("staffing: hours kept and missed equal a recount, minute by minute, over a change of the clock", async () => {
  const rules = [1, 2, 3].map((n) => id("stf", n));
  const change = fc.record({
    rule: fc.constantFrom(...rules),
    minutes: fc.integer({ min: 0, max: 30 * 24 * 60 }),
    what: fc.constantFrom("ok", "under", "outsideHours", "deleted"),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 60 }), fc.gen(), async (changes, order) => {
      await emptyHistory(history);
      const from = Date.parse("2026-10-08T00:00:00Z");
      const now = from + 32 * 24 * 60 * minute;
      // Of two words of one rule and minute, any may hold: here there are none.
      const once = [...new Map(changes.map((one) => [`${one.rule} ${one.minutes}`, one])).values()];
      const records = once.map(({ rule, minutes, what }) => {
        const at = from + minutes * minute;
        if (what !== "deleted")
          return of("staffing.changed", { staffingRuleId: rule, state: what, counted: 1, minimum: 2 }, rule, at);
        const gone = { staffingRuleId: rule, roleId: id("rol", 1), minimum: 2, digest: "atOnce", afterSeconds: 0 };
        return of("staffingRule.saved", { ...gone, enabled: false, version: 2, deleted: true }, rule, at);
      });
      await writeAnyhow(records, order);
      const weeks = gridOf(from, now, "week");
      const found = await staffingStatistics(history, tenant, undefined, weeks, now);
      expect(StaffingStatistics.shape.items.parse(found)).toEqual(found);
      const minutesOf = new Map<string, { ok: number; under: number }>();
      for (const rule of rules) {
        const told = once.filter((one) => one.rule === rule).sort((a, b) => a.minutes - b.minutes);
        let next = 0;
        let state = "";
        for (let at = from; at < now; at += minute) {
          while (told[next] !== undefined && from + (told[next]?.minutes ?? 0) * minute <= at)
            state = told[next++]?.what ?? "";
          if (state !== "ok" && state !== "under") continue;
          const week = weeks.findIndex(([begin, end]) => at >= begin && at < end);
          const key = `${rule} ${week}`;
          const sums = minutesOf.get(key) ?? { ok: 0, under: 0 };
          sums[state]++;
          minutesOf.set(key, sums);
        }
      }
      const hours = (minutes: number) => Math.round(minutes / 15) / 4;
      const recounted = [...minutesOf]
        .map(([key, { ok, under }]) => {
          const [rule = "", week = ""] = key.split(" ");
          const begin = toTime(weeks[Number(week)]?.[0] ?? 0);
          return { staffingRuleId: rule, week: begin, keptHours: hours(ok), missedHours: hours(under) };
        })
        .sort((a, b) => `${a.staffingRuleId} ${a.week}`.localeCompare(`${b.staffingRuleId} ${b.week}`));
      expect(found).toEqual(recounted);
      const [one = ""] = rules;
      expect(await staffingStatistics(history, tenant, one, weeks, now)).toEqual(
        recounted.filter(({ staffingRuleId }) => staffingRuleId === one),
      );
      expect(await staffingStatistics(history, other, undefined, weeks, now)).toEqual([]);
    }),
    runs,
  );
});

const kinds: readonly Kind[] = ["actual", "exercise", "test"];
const scenarios = [1, 2].map((n) => id("scn", n));
const device = id("dev", 1);

/** The value that at least so many percent of all do not exceed. */
const percentile = (values: number[], percent: number): number | null =>
  values.sort((a, b) => a - b)[Math.ceil((values.length * percent) / 100) - 1] ?? null;

test("alarms: medians and 95th percentiles equal a recount; alarms that called too few are in none", async () => {
  const anAlarm = fc.record({
    minutes: fc.integer({ min: 0, max: 80 * 24 * 60 }),
    kind: fc.constantFrom(...kinds),
    scenario: fc.constantFrom(...scenarios, undefined),
    called: fc.integer({ min: 0, max: 14 }),
    more: fc.integer({ min: 0, max: 6 }),
    receipts: fc.array(fc.tuple(fc.nat(19), fc.nat(90_000)), { maxLength: 20 }),
    answers: fc.array(
      fc.tuple(fc.nat(19), fc.nat(90_000), fc.constantFrom<Response>("coming", "notComing", "enRoute", "onScene")),
      { maxLength: 12 },
    ),
    fills: fc.array(fc.tuple(fc.nat(90_000), fc.boolean()), { maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anAlarm, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 5, max: 10 }),
      fc.gen(),
      async (alarms, minimumGroup, order) => {
        await emptyHistory(history);
        const from = Date.parse("2026-09-15T00:00:00Z");
        const records = alarms.flatMap((alarm, n): RecordEnvelope[] => {
          const alarmId = id("alr", n);
          const at = from + alarm.minutes * minute;
          const users = (first: number, count: number) =>
            Array.from({ length: count }, (_, i) => id("usr", (first + i) % 20));
          const { scenario: scenarioId } = alarm;
          return [
            raised(
              alarmId,
              users(0, alarm.called),
              { at, eventId: id("evs", ++events) },
              { kind: alarm.kind, raisedAt: at, ...(scenarioId === undefined ? {} : { scenarioId }) },
            ),
            // Some of them were called at once already.
            of(
              "alarm.widened",
              { alarmId, step: 0, recipients: [{ place: site, userIds: users(alarm.called - 2 + 20, alarm.more) }] },
              alarmId,
              at + 1_000,
            ),
            ...alarm.receipts.map(([user, after], i) => {
              const what = i % 3 === 0 ? ("seen" as const) : ("received" as const);
              return of(
                "alarm.receipts",
                { alarmId, rows: [[id("usr", user), device, what, at + after]] },
                alarmId,
                at,
              );
            }),
            ...alarm.answers.map(([user, after, response], version) =>
              of(
                "alarm.answered",
                { alarmId, userId: id("usr", user), deviceId: device, response, version },
                alarmId,
                at + after,
              ),
            ),
            ...alarm.fills.map(([after, filled]) =>
              of("alarm.fill", { alarmId, filled, roles: [] }, alarmId, at + after),
            ),
          ];
        });
        await writeAnyhow(records, order);
        const months = gridOf(from, from + 81 * 24 * 60 * minute, "month");
        for (const by of ["kind", "scenario"] as const) {
          const found = await alarmStatistics(history, tenant, { by }, months, minimumGroup);
          for (const item of found) expect(AlarmStatisticsItem.parse(item)).toEqual(item);
          const groups = Map.groupBy(alarms, (alarm) => {
            const at = from + alarm.minutes * minute;
            const month = months.find(([begin, end]) => at >= begin && at < end)?.[0] ?? 0;
            return `${toTime(month)} ${alarm.kind} ${by === "scenario" ? (alarm.scenario ?? "") : ""}`;
          });
          const recounted = [...groups].map(([key, group]) => {
            const timed = group.filter(({ called, more }) => {
              const everybody = new Set<number>();
              for (let i = 0; i < called; i++) everybody.add(i % 20);
              for (let i = 0; i < more; i++) everybody.add((called - 2 + 20 + i) % 20);
              return everybody.size >= minimumGroup;
            });
            const times = (first: (alarm: (typeof alarms)[number]) => number[]) => {
              const values = timed.flatMap((alarm) => {
                const all = first(alarm);
                return all.length === 0 ? [] : [Math.min(...all)];
              });
              return { median: percentile(values, 50), p95: percentile(values, 95) };
            };
            const answered = (...what: Response[]) =>
              times(({ answers }) => answers.filter(([, , said]) => what.includes(said)).map(([, after]) => after));
            const all = {
              firstReceipt: times(({ receipts }) => receipts.filter((_, i) => i % 3 !== 0).map(([, after]) => after)),
              firstAnswer: answered("coming", "notComing", "enRoute", "onScene"),
              firstComing: answered("coming", "enRoute", "onScene"),
              filled: times(({ fills }) => fills.filter(([, filled]) => filled).map(([after]) => after)),
              firstOnScene: answered("onScene"),
            };
            return [key, group.length, timed.length, timed.length === 0 ? null : all];
          });
          const told = found.map((item) => [
            `${item.month} ${item.kind} ${item.scenarioId ?? ""}`,
            item.alarms,
            item.timed,
            item.times,
          ]);
          const sorted = (rows: unknown[][]) => rows.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
          expect(sorted(told)).toEqual(sorted(recounted));
        }
        expect(await alarmStatistics(history, other, {}, months, minimumGroup)).toEqual([]);
        expect(JSON.stringify((await contents(history)).alarm_timings), "P5").not.toMatch(/usr_|dev_/);
      },
    ),
    runs,
  );
});

const channels: readonly Channel[] = ["push", "sms", "voice", "email"];

test("channels: what came of messages equals a recount, for as many people as may be told of", async () => {
  const states: readonly ChannelState[] = ["waiting", "sent", "delivered", "failed", "skipped", "cancelled"];
  const row = fc.tuple(
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom<Channel>("push", "sms"),
    fc.constantFrom(...states),
    fc.nat(9_000),
  );
  const anAlarm = fc.record({
    minutes: fc.integer({ min: 0, max: 50 * 24 * 60 }),
    kind: fc.constantFrom(...kinds),
    batches: fc.array(fc.array(row, { minLength: 100, maxLength: 200 }), { maxLength: 2 }),
  });
  let told = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anAlarm, { minLength: 1, maxLength: 8 }), fc.gen(), async (alarms, order) => {
      await emptyHistory(history);
      const from = Date.parse("2026-09-15T00:00:00Z");
      const records = alarms.flatMap((alarm, n): RecordEnvelope[] => {
        const alarmId = id("alr", n);
        const at = from + alarm.minutes * minute;
        return [
          raised(alarmId, [], { at, eventId: id("evs", ++events) }, { kind: alarm.kind, raisedAt: at }),
          ...alarm.batches.map((batch) => {
            const rows = batch.map(
              ([user, channel, state, after]) =>
                [id("usr", user), channel, state, at + after, null] as [string, Channel, ChannelState, number, null],
            );
            return of("alarm.channels", { alarmId, rows }, alarmId, at);
          }),
        ];
      });
      await writeAnyhow(records, order);
      const months = gridOf(from, from + 51 * 24 * 60 * minute, "month");
      const found = await channelStatistics(history, tenant, months, { minimumGroup: 5, seal });
      for (const item of found) expect(ChannelStatisticsItem.parse(item)).toEqual(item);
      const furthest = ["sent", "skipped", "failed", "delivered"];
      const recounted: unknown[] = [];
      for (const [begin, end] of months)
        for (const kind of kinds)
          for (const channel of channels) {
            const perAlarm = alarms
              .filter(({ minutes }) => from + minutes * minute >= begin && from + minutes * minute < end)
              .filter((alarm) => alarm.kind === kind)
              .map(({ batches }) => {
                const best = new Map<number, number>();
                for (const [user, way, state] of batches.flat())
                  if (way === channel && furthest.includes(state))
                    best.set(user, Math.max(best.get(user) ?? 0, furthest.indexOf(state)));
                return [...best.values()];
              });
            if (perAlarm.every((list) => list.length === 0)) continue;
            const outcomes = ["sent", "delivered", "failed", "skipped"].map((outcome) => {
              const counts = perAlarm.map((list) => list.filter((one) => furthest[one] === outcome).length);
              const messages = counts.reduce((sum, count) => sum + count, 0);
              const figure = rounded(messages, cutOf(seal, ["channels", tenant, kind, channel, outcome]));
              if (Math.max(...counts) < 5 || figure - 4 < 5) return { outcome, messages: null, reason: "tooFew" };
              told++;
              return { outcome, messages: figure };
            });
            recounted.push({ month: toTime(begin), kind, channel, outcomes });
          }
      const key = (item: unknown) => JSON.stringify(item);
      expect(found.map(key).sort()).toEqual(recounted.map(key).sort());
      expect(await channelStatistics(history, other, months, { minimumGroup: 5, seal })).toEqual([]);
    }),
    runs,
  );
  expect(told, "something was published").toBeGreaterThan(0);
});
