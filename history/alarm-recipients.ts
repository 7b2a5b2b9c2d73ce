import { and, asc, eq, gt, sql } from "drizzle-orm";
import type { Recipient } from "../protocol/alarms.ts";
import { toTime } from "../protocol/ids.ts";
import { allPages } from "./all-pages.ts";
import { type ChannelChange, channelTries } from "./channel-tries.ts";
import type { History } from "./client.ts";
import { recipientState } from "./recipient-state.ts";
import { alarmChannels as c, alarmRecipients as r, users } from "./schema.ts";
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
      step: sql<number | null>`nullif(${r.step}, -1)`,
    })
    .from(r)
    .leftJoin(users, and(eq(users.tenantId, r.tenantId), eq(users.userId, r.userId)))
    .where(and(eq(r.tenantId, tenantId), eq(r.alarmId, alarmId), after === undefined ? undefined : gt(r.userId, after)))
    .orderBy(asc(r.userId))
    .limit(limit);

const changesOf = (
  history: History,
  tenantId: string,
  alarmId: string,
  after: (ChannelChange & { recipientId: string }) | undefined,
  limit: number,
) =>
  history
    .select({ recipientId: c.recipientId, channel: c.channel, state: c.state, at: c.at, reason: c.reason })
    .from(c)
    .where(
      and(
        eq(c.tenantId, tenantId),
        eq(c.alarmId, alarmId),
        after &&
          sql`(${c.recipientId}, ${c.channel}, ${c.at}, ${c.state})
            > (${after.recipientId}, ${after.channel}, ${after.at}, ${after.state})`,
      ),
    )
    .orderBy(asc(c.recipientId), asc(c.channel), asc(c.at), asc(c.state))
    .limit(limit);

/** What the channels besides the socket did, by the id of the recipient or of the contact outside. */
export const triesOf = async (history: History, tenantId: string, alarmId: string) => {
  const rows = await allPages<ChannelChange & { recipientId: string }>((after, limit) =>
    changesOf(history, tenantId, alarmId, after, limit),
  );
  const byPerson = Map.groupBy(rows, (row) => row.recipientId);
  return new Map([...byPerson].map(([recipientId, changes]) => [recipientId, channelTries(changes)]));
};

const time = (ms: number | null): string | null => (ms === null ? null : toTime(ms));

/** Everybody an alarm was for, in the order of their ids, with the names they have now. */
export const recipientsOf = async (history: History, tenantId: string, alarmId: string): Promise<Recipient[]> => {
  const [rows, tries] = await Promise.all([
    allPages<Awaited<ReturnType<typeof rowsOf>>[number]>((after, limit) =>
      rowsOf(history, tenantId, alarmId, after?.userId, limit),
    ),
    triesOf(history, tenantId, alarmId),
  ]);
  return rows.map((row) =>
    withoutNulls({
      ...row,
      channels: tries.get(row.userId) ?? null,
      // It was not reached at first and was later: then the reason is no longer true.
      reason: row.state === "notReached" ? row.reason : null,
      sentAt: time(row.sentAt),
      receivedAt: time(row.receivedAt),
      seenAt: time(row.seenAt),
      respondedAt: time(row.respondedAt),
    }),
  );
};
