import { toTime } from "../../protocol/ids.ts";
import type { PresenceCell } from "../../protocol/statistics.ts";
import type { History } from "../client.ts";
import { reach } from "../unavailable.ts";
import { groupBit, roundingBase, type SeriesKind } from "./disclosure.ts";
import type { Cell } from "./grid.ts";

export interface PresenceSeries {
  siteId: string;
  kind: SeriesKind;
  /** The role's or zone's id; empty for all. */
  ref: string;
}

// Cells are worked out of published figures alone: an hour or a day tells nothing that its quarters did not.
const figures = `
  SELECT b.key AS i, count(*) AS quarters, avg(c.figure) AS average, max(c.figure) AS peak
  FROM json_each(?1) b CROSS JOIN presence_cells c
  WHERE c.tenant_id = ?2 AND c.site_id = ?3 AND c.kind = ?4 AND c.ref = ?5 AND c.groups & ?6 <> 0
    AND c.slot >= b.value ->> 0 AND c.slot < b.value ->> 1
  GROUP BY b.key`;

/** How many people were present, one answer for each cell. Throws HistoryUnavailable. */
export const presenceStatistics = (
  history: History,
  tenantId: string,
  { siteId, kind, ref }: PresenceSeries,
  cells: readonly Cell[],
  minimumGroup: number,
): Promise<PresenceCell[]> =>
  reach(async () => {
    const { rows } = await history.$client.execute({
      sql: figures,
      args: [JSON.stringify(cells), tenantId, siteId, kind, ref, groupBit(minimumGroup)],
    });
    const byCell = new Map(rows.map((row) => [Number(row.i), row]));
    return cells.map(([from], i): PresenceCell => {
      const row = byCell.get(i);
      if (row === undefined) return { from: toTime(from), average: null, peak: null, quarters: 0, reason: "tooFew" };
      const average = Math.round(Number(row.average) / roundingBase) * roundingBase;
      return { from: toTime(from), average, peak: Number(row.peak), quarters: Number(row.quarters) };
    });
  });
