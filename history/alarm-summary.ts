import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { Alarm, type Counts, type Timings } from "../protocol/alarms.ts";
import { toTime } from "../protocol/ids.ts";
import type { History } from "./client.ts";
import { recipientCounts } from "./recipient-state.ts";
import { alarmRecipients, alarms } from "./schema.ts";
import { withoutNulls } from "./without-nulls.ts";

type AlarmRow = typeof alarms.$inferSelect;

const nobody: Counts = {
  recipients: 0,
  sent: 0,
  received: 0,
  seen: 0,
  coming: 0,
  notComing: 0,
  enRoute: 0,
  onScene: 0,
  notReached: 0,
};
const nothing: Timings["received"] = { p50: null, p95: null, p99: null, max: null };

const countsOf = (history: History, tenantId: string, alarmIds: string[]) =>
  history
    .select({ alarmId: alarmRecipients.alarmId, counts: recipientCounts })
    .from(alarmRecipients)
    .where(and(eq(alarmRecipients.tenantId, tenantId), inArray(alarmRecipients.alarmId, alarmIds)))
    .groupBy(alarmRecipients.alarmId);

/** Nearest rank, as protocol/percentiles.ts: computed where the rows are, because a page may stand on 500,000 of them. */
const receivedOf = (history: History, tenantId: string, alarmIds: string[]) => {
  const ranked = history
    .select({
      alarmId: alarmRecipients.alarmId,
      ms: sql<number>`${alarmRecipients.receivedAt} - ${alarms.raisedAt}`.as("ms"),
      position:
        sql<number>`row_number() OVER (PARTITION BY ${alarmRecipients.alarmId} ORDER BY ${alarmRecipients.receivedAt})`.as(
          "position",
        ),
      n: sql<number>`count(*) OVER (PARTITION BY ${alarmRecipients.alarmId})`.as("n"),
    })
    .from(alarmRecipients)
    .innerJoin(alarms, and(eq(alarms.tenantId, alarmRecipients.tenantId), eq(alarms.alarmId, alarmRecipients.alarmId)))
    .where(
      and(
        eq(alarmRecipients.tenantId, tenantId),
        inArray(alarmRecipients.alarmId, alarmIds),
        isNotNull(alarmRecipients.receivedAt),
      ),
    )
    .as("ranked");
  // Whole numbers: (percent * n + 99) / 100 is the division rounded up.
  const at = (percent: number) =>
    sql<number>`max(${ranked.ms}) FILTER (WHERE ${ranked.position} = (${sql.raw(String(percent))} * ${ranked.n} + 99) / 100)`;
  return history
    .select({ alarmId: ranked.alarmId, received: { p50: at(50), p95: at(95), p99: at(99), max: at(100) } })
    .from(ranked)
    .groupBy(ranked.alarmId);
};

const toAlarm = (row: AlarmRow, counts: Counts, received: Timings["received"]): Alarm => {
  const { tenantId, seq, endSeq, commitMs, raisedByType, raisedById, raisedByName, raisedAt, endedAt, ...rest } = row;
  return Alarm.parse({
    ...withoutNulls(rest),
    state: endedAt === null ? "open" : "ended",
    raisedAt: raisedAt === null ? undefined : toTime(raisedAt),
    raisedBy: { type: raisedByType, id: raisedById, name: raisedByName },
    ...(endedAt === null ? {} : { endedAt: toTime(endedAt) }),
    counts,
    timings: { commitMs, received },
  });
};

/** Rows of one tenant's raised alarms -> the wire's alarms, in the same order, with one more request for all. */
export const summarize = async (history: History, tenantId: string, rows: AlarmRow[]): Promise<Alarm[]> => {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.alarmId);
  // A batch is one snapshot: nobody is received in the timings and not in the counts.
  const [counts, received] = await history.batch([
    countsOf(history, tenantId, ids),
    receivedOf(history, tenantId, ids),
  ]);
  const countsById = new Map(counts.map((row) => [row.alarmId, row.counts]));
  const receivedById = new Map(received.map((row) => [row.alarmId, row.received]));
  return rows.map((row) =>
    toAlarm(row, countsById.get(row.alarmId) ?? nobody, receivedById.get(row.alarmId) ?? nothing),
  );
};
