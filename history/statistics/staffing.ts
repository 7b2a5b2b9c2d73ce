import { toTime } from "../../protocol/ids.ts";
import type { StaffingStatistics } from "../../protocol/statistics.ts";
import type { History } from "../client.ts";
import { reach } from "../unavailable.ts";
import type { Cell } from "./grid.ts";

// ?1 the weeks, ?2 the tenant, ?3 now, ?4 one rule or null. Periods that begin in a week, up to its end; and the one that was
// running when it began. One that still holds lasts until now.
const hours = `
  WITH weeks AS (SELECT key AS i, value ->> 0 AS since, min(value ->> 1, ?3) AS until FROM json_each(?1)),
  rules AS (
    SELECT DISTINCT staffing_rule_id AS rule FROM staffing_periods
    WHERE tenant_id = ?2 AND (?4 IS NULL OR staffing_rule_id = ?4)),
  begun AS (
    SELECT w.i, p.staffing_rule_id AS rule, p.state, min(coalesce(p.ended_at, ?3), w.until) - p.started_at AS ms
    FROM weeks w CROSS JOIN staffing_periods p
    WHERE p.tenant_id = ?2 AND p.started_at >= w.since AND p.started_at < w.until
      AND (?4 IS NULL OR p.staffing_rule_id = ?4)),
  running AS (
    SELECT w.i, r.rule, p.state, min(coalesce(p.ended_at, ?3), w.until) - w.since AS ms
    FROM weeks w CROSS JOIN rules r CROSS JOIN staffing_periods p
    WHERE p.tenant_id = ?2 AND p.staffing_rule_id = r.rule AND p.started_at = (
      SELECT max(l.started_at) FROM staffing_periods l
      WHERE l.tenant_id = ?2 AND l.staffing_rule_id = r.rule AND l.started_at < w.since))
  SELECT i, rule, sum(ms) FILTER (WHERE state = 'ok') AS kept, sum(ms) FILTER (WHERE state = 'under') AS missed
  FROM (SELECT * FROM begun UNION ALL SELECT * FROM running)
  WHERE ms > 0 AND state IN ('ok', 'under') GROUP BY rule, i ORDER BY rule, i`;

/** Whole quarters: to the minute, an absence of one person could be read from a rule that asks for one. */
const quarters = (ms: unknown): number => Math.round(Number(ms ?? 0) / 900_000) / 4;

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
    return rows.map((row) => ({
      staffingRuleId: String(row.rule),
      week: toTime(weeks[Number(row.i)]?.[0] ?? 0),
      keptHours: quarters(row.kept),
      missedHours: quarters(row.missed),
    }));
  });
