import { and, eq, isNotNull } from "drizzle-orm";
import type { AlarmRecord } from "../protocol/history.ts";
import { eventsOf } from "./alarm-events.ts";
import { recipientsOf } from "./alarm-recipients.ts";
import { summarize } from "./alarm-summary.ts";
import type { History } from "./client.ts";
import { alarms } from "./schema.ts";
import { reach } from "./unavailable.ts";

/**
 * The whole record of one alarm; undefined when this tenant has no such alarm, or it is not in the history yet. Read in
 * several requests: of an alarm that is still running, its parts may be some ms apart. Throws HistoryUnavailable.
 */
export const getAlarmRecord = (history: History, tenantId: string, alarmId: string): Promise<AlarmRecord | undefined> =>
  reach(async () => {
    const rows = await history
      .select()
      .from(alarms)
      .where(and(eq(alarms.tenantId, tenantId), eq(alarms.alarmId, alarmId), isNotNull(alarms.raisedAt)));
    const [alarm] = await summarize(history, tenantId, rows);
    if (alarm === undefined) return undefined;
    const [recipients, events] = await Promise.all([
      recipientsOf(history, tenantId, alarmId),
      eventsOf(history, tenantId, alarmId),
    ]);
    return { ...alarm, recipients, events };
  });
