import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { Alarm, type Counts, type Timings } from "../protocol/alarms.ts";
import { toTime } from "../protocol/ids.ts";
import { limits } from "../protocol/limits.ts";
import type { History } from "./client.ts";
import { recipientCounts } from "./recipient-state.ts";
import { alarmRecipients, alarmSteps, alarms } from "./schema.ts";
import { type FiredStep, stepStates } from "./step-states.ts";
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

const stepsOf = (history: History, tenantId: string, alarmIds: string[]) =>
  history
    .select()
    .from(alarmSteps)
    .where(and(eq(alarmSteps.tenantId, tenantId), inArray(alarmSteps.alarmId, alarmIds)));

const toAlarm = (
  row: AlarmRow,
  counts: Counts,
  received: Timings["received"],
  fired: readonly FiredStep[],
  now: number,
): Alarm => {
  const { raisedByType, raisedById, raisedByName, raisedAt, endedAt, endReason, endText, escalation } = row;
  const { alarmId, incidentId, kind, urgency, silent, severity, category, title, message, instructions, attachments } =
    row;
  const { scenarioId, scenarioVersion, requirement, whenFilled, fill, repeats, reAlarms, commitMs } = row;
  const end = (row.endSeq ?? 0) > (row.reopenSeq ?? 0) ? endedAt : null;
  const said = { incidentId, kind, urgency, silent, severity, category, title, message, instructions, attachments };
  const course = { scenarioId, scenarioVersion, requirement, repeats, reAlarms };
  const steps = stepStates(escalation ?? [], fired, Math.max(raisedAt ?? 0, row.reopenedAt ?? 0), end ?? now);
  return Alarm.parse({
    alarmId,
    ...withoutNulls(said),
    ...withoutNulls(course),
    // Without a requirement there is nothing to fill.
    ...(requirement === null ? {} : withoutNulls({ whenFilled, fill })),
    ...(steps.length === 0 ? {} : { escalation: steps }),
    state: end === null ? "open" : "ended",
    raisedAt: raisedAt === null ? undefined : toTime(raisedAt),
    raisedBy: { type: raisedByType, id: raisedById, name: raisedByName },
    ...(end === null
      ? {}
      : { endedAt: toTime(end), reopenUntil: toTime(end + limits.reopenMs), ...withoutNulls({ endReason, endText }) }),
    counts,
    timings: { commitMs, received },
  });
};

/**
 * Rows of one tenant's raised alarms -> the wire's alarms, in the same order, with one more request for all.
 *
 * @param now ms since 1970, for the countdowns of steps that have not fired
 */
export const summarize = async (
  history: History,
  tenantId: string,
  rows: AlarmRow[],
  now: number = Date.now(),
): Promise<Alarm[]> => {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.alarmId);
  // A batch is one snapshot: nobody is received in the timings and not in the counts.
  const [counts, received, steps] = await history.batch([
    countsOf(history, tenantId, ids),
    receivedOf(history, tenantId, ids),
    stepsOf(history, tenantId, ids),
  ]);
  const countsById = new Map(counts.map((row) => [row.alarmId, row.counts]));
  const receivedById = new Map(received.map((row) => [row.alarmId, row.received]));
  const stepsById = Map.groupBy(steps, (row) => row.alarmId);
  return rows.map((row) => {
    const { alarmId } = row;
    const fired = stepsById.get(alarmId) ?? [];
    return toAlarm(row, countsById.get(alarmId) ?? nobody, receivedById.get(alarmId) ?? nothing, fired, now);
  });
};
