import * as z from "zod";
import { Alarm, Recipient } from "./alarms.ts";
import { Id, Time } from "./ids.ts";

/** An alarm as the history keeps it. */
export const HistoryAlarm = Alarm;

export const HistoryEvent = z.object({
  eventId: Id,
  type: z.string(),
  at: Time,
  by: z.strictObject({ type: z.string(), id: z.string() }).optional(),
});

/** The whole record of an alarm: who got it when on what, who answered what, or why not (I2), and every event. */
export const AlarmRecord = Alarm.extend({
  recipients: z.array(Recipient),
  events: z.array(HistoryEvent.loose()),
});
export type AlarmRecord = z.infer<typeof AlarmRecord>;

export const HistoryQuery = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
});
