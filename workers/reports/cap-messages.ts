import type { ReportFacts } from "../../history/report-facts.ts";
import type { EndReason } from "../../protocol/alarms.ts";
import { EventFields } from "./timeline.ts";

/** What made a message necessary: only what changes what receivers are told. */
export type CapChange = "raised" | "escalated" | "reAlarmed" | "reopened" | "ended";

export interface CapMessage {
  /** From 1. */
  n: number;
  identifier: string;
  msgType: "Alert" | "Update" | "Cancel";
  change: CapChange;
  /** Milliseconds since 1970. */
  sent: number;
  /** With `ended`. */
  reason?: EndReason;
}

/**
 * An alarm as a series of CAP messages, oldest first: an Alert, an Update for each change, a Cancel at each end; after a
 * re-opening it goes on with an Update. The same record always gives the same identifiers, and a later message changes none
 * before it. Pure.
 */
export const capMessages = ({ record }: Pick<ReportFacts, "record">): CapMessage[] => {
  const changes: Omit<CapMessage, "n" | "identifier">[] = [
    { msgType: "Alert", change: "raised", sent: Date.parse(record.raisedAt) },
  ];
  for (const event of record.events) {
    const { step, action, reason } = EventFields.parse(event);
    const sent = Date.parse(event.at);
    // A step that alarms the same people again is told by the record of that.
    if (event.type === "alarm.stepFired" && action !== "reAlarm")
      changes.push({ msgType: "Update", change: "escalated", sent });
    if (event.type === "alarm.widened" && step === undefined)
      changes.push({ msgType: "Update", change: "escalated", sent });
    if (event.type === "alarm.reAlarmed") changes.push({ msgType: "Update", change: "reAlarmed", sent });
    if (event.type === "alarm.reopened") changes.push({ msgType: "Update", change: "reopened", sent });
    if (event.type === "alarm.stoodDown")
      changes.push({ msgType: "Cancel", change: "ended", sent, ...(reason === undefined ? {} : { reason }) });
  }
  return changes.map((change, i) => ({ n: i + 1, identifier: `${record.alarmId}.${i + 1}`, ...change }));
};
