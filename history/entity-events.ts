import { and, asc, eq, like, type SQL, sql } from "drizzle-orm";
import { allPages } from "./all-pages.ts";
import type { History } from "./client.ts";
import { events as e } from "./schema.ts";

const rowId = sql<number>`${e}.rowid`;

/**
 * Every event of one thing in the order they happened; of one millisecond in the order of arrival, which for one actor is the
 * order they happened in.
 *
 * @param types as LIKE has it: `alarm.%`
 * @param body what of the body leaves libSQL: long lists of people stay there
 */
export const eventsOfEntity = (
  history: History,
  tenantId: string,
  entity: string,
  types: string,
  body: SQL<string>,
) => {
  const rowsOf = (after: { at: number; rowId: number } | undefined, limit: number) =>
    history
      .select({ eventId: e.eventId, type: e.type, at: e.at, byType: e.byType, byId: e.byId, body, rowId })
      .from(e)
      .where(
        and(
          eq(e.tenantId, tenantId),
          eq(e.entity, entity),
          like(e.type, types),
          after && sql`(${e.at}, ${rowId}) > (${after.at}, ${after.rowId})`,
        ),
      )
      .orderBy(asc(e.at), asc(rowId))
      .limit(limit);
  return allPages<Awaited<ReturnType<typeof rowsOf>>[number]>(rowsOf);
};
