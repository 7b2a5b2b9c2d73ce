import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Recipient } from "../protocol/alarms.ts";
import { toTime } from "../protocol/ids.ts";
import { allPages } from "./all-pages.ts";
import type { History } from "./client.ts";
import { recipientState } from "./recipient-state.ts";
import { alarmRecipients as r, users } from "./schema.ts";
import { withoutNulls } from "./without-nulls.ts";

const rowsOf = (history: History, tenantId: string, alarmId: string, after: string | undefined, limit: number) =>
  history
    .select({
      userId: r.userId,
      // Somebody whose copy is not here, or no longer, is still a recipient.
      name: sql<string>`coalesce(${users.firstName} || ' ' || ${users.lastName}, ${r.userId})`,
      state: recipientState,
      reason: r.notReachedReason,
      response: r.response,
      etaMinutes: r.etaMinutes,
      text: r.text,
      sentAt: r.sentAt,
      receivedAt: r.receivedAt,
      seenAt: r.seenAt,
      respondedAt: r.respondedAt,
      deviceId: sql<string | null>`coalesce(${r.receivedOn}, ${r.seenOn}, ${r.respondedOn})`,
    })
    .from(r)
    .leftJoin(users, and(eq(users.tenantId, r.tenantId), eq(users.userId, r.userId)))
    .where(and(eq(r.tenantId, tenantId), eq(r.alarmId, alarmId), after === undefined ? undefined : gt(r.userId, after)))
    .orderBy(asc(r.userId))
    .limit(limit);

const time = (ms: number | null): string | null => (ms === null ? null : toTime(ms));

/** Everybody an alarm was for, in the order of their ids, with the names they have now. */
export const recipientsOf = async (history: History, tenantId: string, alarmId: string): Promise<Recipient[]> => {
  const rows = await allPages<Awaited<ReturnType<typeof rowsOf>>[number]>((after, limit) =>
    rowsOf(history, tenantId, alarmId, after?.userId, limit),
  );
  return rows.map((row) =>
    withoutNulls({
      ...row,
      // It was not reached at first and was later: then the reason is no longer true.
      reason: row.state === "notReached" ? row.reason : null,
      sentAt: time(row.sentAt),
      receivedAt: time(row.receivedAt),
      seenAt: time(row.seenAt),
      respondedAt: time(row.respondedAt),
    }),
  );
};
