import { and, asc, eq, like, or, sql } from "drizzle-orm";
import { allPages } from "./all-pages.ts";
import type { History } from "./client.ts";
import { events as e } from "./schema.ts";
import { reach } from "./unavailable.ts";

const rowId = sql<number>`${e}.rowid`;

const rowsOf = (history: History, tenantId: string, entity: string, after: number | undefined, limit: number) =>
  history
    .select({
      eventId: e.eventId,
      type: e.type,
      entity: e.entity,
      at: e.at,
      byType: e.byType,
      byId: e.byId,
      body: e.body,
      source: e.source,
      n: e.n,
      salt: e.salt,
      bodyHash: e.bodyHash,
      hash: e.hash,
      rowId,
    })
    .from(e)
    .where(
      and(
        eq(e.tenantId, tenantId),
        eq(e.entity, entity),
        or(like(e.type, "alarm.%"), like(e.type, "incident.%")),
        after === undefined ? undefined : sql`${rowId} > ${after}`,
      ),
    )
    .orderBy(asc(rowId))
    .limit(limit);

export type ChainRow = Omit<Awaited<ReturnType<typeof rowsOf>>[number], "rowId">;

/** Every event of an alarm or incident as it is stored, to the letter, with its link. Throws HistoryUnavailable. */
export const chainRows = (history: History, tenantId: string, entity: string): Promise<ChainRow[]> =>
  reach(() =>
    allPages<Awaited<ReturnType<typeof rowsOf>>[number]>((after, limit) =>
      rowsOf(history, tenantId, entity, after?.rowId, limit),
    ),
  );
