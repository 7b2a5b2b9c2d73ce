import type { Raised } from "../../../protocol/alarms.ts";
import type { Desk } from "../desk.ts";
import { isRepeat } from "./merging.ts";

/** The count goes on record this long after the first repeat it has not told of, ms: a stuck button is one record, not a thousand. */
const recordAfterMs = 2_000;

/**
 * Takes a signal as a repeat of an open alarm, if it is one (merging.ts): it is counted and nobody is alarmed again.
 * Undefined when it is none, and raises an alarm of its own.
 */
export const repeatOf = (desk: Desk, mergeKey: string, windowSeconds: number, now: number): Raised | undefined => {
  const opened = desk.alarms.openOf(mergeKey);
  if (opened === undefined) return undefined;
  const { alarm } = opened;
  if (!isRepeat(alarm.repeatedAt ?? alarm.raisedAt, now, windowSeconds)) return undefined;
  desk.alarms.update(opened, { ...alarm, repeats: (alarm.repeats ?? 0) + 1, repeatedAt: now });
  desk.kernel.timers.setIfSooner(`repeats:${alarm.alarmId}`, now + recordAfterMs);
  desk.alarmChanged(alarm.alarmId, [], false);
  return {
    alarmId: alarm.alarmId,
    recipients: opened.progress.userIds.length,
    incidentId: alarm.incidentId,
    merged: true,
  };
};

/** The timer `repeats:<alarm>`: puts the count so far on record. */
export const recordRepeats = (desk: Desk, alarmId: string, now: number): void => {
  const repeats = desk.alarms.open(alarmId)?.alarm.repeats;
  if (repeats === undefined) return;
  desk.record("alarm.repeated", alarmId, now, { type: "system", id: "course" }, { alarmId, repeats });
};
