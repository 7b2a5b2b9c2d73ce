import { and, desc, eq, gte, isNotNull, lt, or } from "drizzle-orm";
import type { Alarm } from "../protocol/alarms.ts";
import type { Page } from "../protocol/lists.ts";
import { done, type Outcome, refuse } from "../protocol/problems.ts";
import { summarize } from "./alarm-summary.ts";
import type { History } from "./client.ts";
import { fromCursor, toCursor } from "./cursor.ts";
import { alarms } from "./schema.ts";
import { reach } from "./unavailable.ts";

export interface AlarmListQuery {
  /** Raised at or after; an RFC 3339 time. */
  from?: string | undefined;
  /** Raised before; an RFC 3339 time. */
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/**
 * A tenant's alarms, newest first. The next page begins after the last alarm of this one, so that an alarm raised in
 * between neither repeats nor hides one. Refuses a cursor that is none of ours as `invalid`; throws HistoryUnavailable.
 */
export const listAlarms = async (
  history: History,
  tenantId: string,
  { from, to, limit, cursor }: AlarmListQuery,
): Promise<Outcome<Page<Alarm>>> => {
  const after = cursor === undefined ? undefined : fromCursor(cursor);
  if (cursor !== undefined && after === undefined)
    return refuse("invalid", undefined, [{ path: "cursor", message: "is not a cursor" }]);

  return reach(async () => {
    const rows = await history
      .select()
      .from(alarms)
      .where(
        and(
          eq(alarms.tenantId, tenantId),
          isNotNull(alarms.raisedAt),
          from === undefined ? undefined : gte(alarms.raisedAt, Date.parse(from)),
          to === undefined ? undefined : lt(alarms.raisedAt, Date.parse(to)),
          after && or(lt(alarms.raisedAt, after[0]), and(eq(alarms.raisedAt, after[0]), lt(alarms.alarmId, after[1]))),
        ),
      )
      .orderBy(desc(alarms.raisedAt), desc(alarms.alarmId))
      .limit(limit + 1);
    const shown = rows.slice(0, limit);
    const items = await summarize(history, tenantId, shown);
    const last = shown.at(-1);
    if (rows.length <= limit || last === undefined || last.raisedAt === null) return done({ items });
    return done({ items, nextCursor: toCursor([last.raisedAt, last.alarmId]) });
  });
};
