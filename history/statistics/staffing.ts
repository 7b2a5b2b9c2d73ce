import * as z from "zod";
import { toTime } from "../../protocol/ids.ts";
import type { StaffingStatistics } from "../../protocol/statistics.ts";
import type { History } from "../client.ts";
import { reach } from "../unavailable.ts";
import type { Cell } from "./grid.ts";

// ?1 the weeks, ?2 the tenant, ?3 now, ?4 one rule or null. A rule's hours in a week are those of the periods that began in it,
// up to its end, and of the one that was running when it began. The one that still holds lasts until now. Every rule and week
// is one walk along an index: sorting a year of 200 rules would take a second.
const lasting = (since: string) => `max(0, min(coalesce(p.ended_at, ?3), w.until) - ${since})`;
const hours = `
  WITH RECURSIVE weeks AS MATERIALIZED (
    SELECT key AS i, value ->> 0 AS since, min(value ->> 1, ?3) AS until FROM json_each(?1)),
  rules (rule) AS (
    SELECT min(staffing_rule_id) FROM staffing_periods WHERE tenant_id = ?2 AND (?4 IS NULL OR staffing_rule_id = ?4)
    UNION ALL
    SELECT (SELECT min(n.staffing_rule_id) FROM staffing_periods n WHERE n.tenant_id = ?2 AND n.staffing_rule_id > rule)
    FROM rules WHERE rule IS NOT NULL AND ?4 IS NULL)
  SELECT w.i, r.rule,
    (SELECT json_array(sum(${lasting("p.started_at")}) FILTER (WHERE p.state = 'ok'),
        sum(${lasting("p.started_at")}) FILTER (WHERE p.state = 'under'))
      FROM staffing_periods p
      WHERE p.tenant_id = ?2 AND p.staffing_rule_id = r.rule AND p.started_at >= w.since AND p.started_at < w.until) AS begun,
    (SELECT json_array(iif(p.state = 'ok', ${lasting("w.since")}, 0), iif(p.state = 'under', ${lasting("w.since")}, 0))
      FROM staffing_periods p
      WHERE p.tenant_id = ?2 AND p.staffing_rule_id = r.rule AND p.started_at < w.since
      ORDER BY p.started_at DESC LIMIT 1) AS running
  FROM rules r CROSS JOIN weeks w WHERE r.rule IS NOT NULL AND w.since < w.until ORDER BY r.rule, w.i`;

/** Kept and missed, ms. */
const Sums = z.tuple([z.number().nullable(), z.number().nullable()]);
const sumsOf = (json: unknown) => (typeof json === "string" ? Sums.parse(JSON.parse(json)) : [0, 0]);

/** Whole quarters: to the minute, an absence of one person could be read from a rule that asks for one. */
const quarters = (ms: number): number => Math.round(ms / 900_000) / 4;

/**
 * Hours that each rule was kept and missed in each week in which it asked for people. Throws HistoryUnavailable.
 *
 * @param now ms since 1970: what holds then lasts until then
 */
export const staffingStatistics = (
  history: History,
  tenantId: string,
  staffingRuleId: string | undefined,
  weeks: readonly Cell[],
  now: number,
): Promise<StaffingStatistics["items"]> =>
  reach(async () => {
    const { rows } = await history.$client.execute({
      sql: hours,
      args: [JSON.stringify(weeks), tenantId, now, staffingRuleId ?? null],
    });
    return rows.flatMap((row) => {
      const [begun, running] = [sumsOf(row.begun), sumsOf(row.running)];
      const [kept = 0, missed = 0] = [0, 1].map((i) => (begun[i] ?? 0) + (running[i] ?? 0));
      if (kept === 0 && missed === 0) return [];
      const week = toTime(weeks[Number(row.i)]?.[0] ?? 0);
      return [{ staffingRuleId: String(row.rule), week, keptHours: quarters(kept), missedHours: quarters(missed) }];
    });
  });
