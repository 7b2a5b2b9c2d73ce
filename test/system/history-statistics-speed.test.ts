import { afterAll, beforeAll, expect, test } from "vitest";
import { hmac } from "../../actors/kernel/hashes.ts";
import { type History, openHistory } from "../../history/client.ts";
import { alarmStatistics } from "../../history/statistics/alarms.ts";
import { channelStatistics } from "../../history/statistics/channels.ts";
import { type Cell, cellsOf, type Grid } from "../../history/statistics/grid.ts";
import { presenceStatistics } from "../../history/statistics/presence.ts";
import { staffingStatistics } from "../../history/statistics/staffing.ts";
import { toTime } from "../../protocol/ids.ts";
import { id } from "../core/history-samples.ts";
import { startHistory, type TestSqld } from "./history-sqld.ts";

// Proves that each statistic over one year of 2,000 people takes under 500 ms on a real sqld (issue 5, "Speed"), and prints how
// long. The rows are written straight into the tables, as many as the sink would: that those are right is
// history-statistics.test.ts. Not: how long it takes while the machine does other work.

let sqld: TestSqld;
let history: History;

const tenant = id("ten", 1);
const site = id("sit", 1);
const year = Date.parse("2025-11-23T00:00:00Z");
const end = year + 365 * 24 * 3_600_000;

const numbers = (n: number) => `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ${n - 1})`;
const ref = (prefix: string, n: string) => `'${prefix}_' || printf('%021d', ${n})`;

/** Two sites with everything that could be published in every quarter, though nobody works at night; all other tenants' beside. */
const rows = [
  `${numbers(35_040)} INSERT INTO presence_cells SELECT t.value, s.value, ${year} + n * 900000, 'all', '', 5 * (n % 200), 63
    FROM n, json_each('["${tenant}", "${id("ten", 2)}"]') t, json_each('["${site}", "${id("sit", 2)}"]') s`,
  `${numbers(35_040)} INSERT INTO presence_cells
    SELECT '${tenant}', '${site}', ${year} + n * 900000, 'role', ${ref("rol", "r.value")}, 5 * (n % 90), 63
    FROM n, json_each('[1,2,3,4,5,6,7,8,9,10]') r`,
  // 200 rules that change four times a day.
  `${numbers(292_000)} INSERT INTO staffing_periods
    SELECT '${tenant}', ${ref("stf", "n % 200")}, ${year} + (n / 200) * 21600000, CASE n / 200 % 3 WHEN 0 THEN 'ok' WHEN 1 THEN 'under'
      ELSE 'outsideHours' END, ${year} + (n / 200 + 1) * 21600000 FROM n`,
  // A test for everybody every week, and an alarm for 200 of them on most days.
  `${numbers(300)} INSERT INTO alarms (tenant_id, alarm_id, seq, kind, raised_at, scenario_id, first_filled_at)
    SELECT '${tenant}', ${ref("alr", "n")}, n, CASE WHEN n < 52 THEN 'test' WHEN n % 2 THEN 'actual' ELSE 'exercise' END,
      ${year} + n * 100000000, ${ref("scn", "n % 20")}, ${year} + n * 100000000 + 60000 FROM n`,
  `INSERT INTO alarm_timings SELECT tenant_id, alarm_id, 200, raised_at + 300, raised_at + 4000, raised_at + 5000,
      raised_at + 90000 FROM alarms`,
  `${numbers(2_000)} INSERT INTO channel_outcomes
    SELECT a.tenant_id, a.alarm_id, c.value, ${ref("usr", "n")}, 1 + (n + a.seq) % 4
    FROM alarms a, json_each('["push", "sms"]') c, n WHERE a.kind = 'test' OR n < 200`,
];

beforeAll(async () => {
  ({ sqld, history } = await startHistory());
  const filling = openHistory({ url: sqld.url, timeoutMs: 120_000 });
  for (const sql of rows) await filling.$client.execute(sql);
}, 180_000);
afterAll(() => sqld.remove());

const cells = (grid: Grid): Cell[] => {
  const outcome = cellsOf({ from: toTime(year), to: toTime(end) }, grid, "Europe/Amsterdam", end);
  if (!outcome.ok) throw new Error("no cells");
  return outcome.value;
};
const seal = (text: string) => hmac("a secret of the tests", text);
const role = { siteId: site, kind: "role", ref: id("rol", 3) } as const;

const questions: Record<string, () => Promise<readonly unknown[]>> = {
  "presence of a site by day": () =>
    presenceStatistics(history, tenant, { siteId: site, kind: "all", ref: "" }, cells("day"), 10),
  "presence of a role by day": () => presenceStatistics(history, tenant, role, cells("day"), 10),
  "presence of a role by week": () => presenceStatistics(history, tenant, role, cells("week"), 10),
  "staffing of 200 rules by week": () => staffingStatistics(history, tenant, undefined, cells("week"), end),
  "staffing of one rule by week": () => staffingStatistics(history, tenant, id("stf", 7), cells("week"), end),
  "alarms by month and scenario": () => alarmStatistics(history, tenant, { by: "scenario" }, cells("month"), 10),
  "channels by month": () => channelStatistics(history, tenant, cells("month"), { minimumGroup: 10, seal }),
};

test.each(Object.entries(questions))("one year of 2,000 people: %s", async (name, ask) => {
  const took: number[] = [];
  for (let i = 0; i < 5; i++) {
    const before = performance.now();
    const answer = await ask();
    took.push(Math.round(performance.now() - before));
    expect(answer.length).toBeGreaterThan(11);
  }
  console.info(`${name}: ${took.join(", ")} ms`);
  // The aim of issue 5, by the best of five: what else the machine does must not decide.
  expect(Math.min(...took)).toBeLessThan(500);
});
