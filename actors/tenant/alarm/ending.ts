import type { EndReason } from "../../../protocol/alarms.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome } from "../../../protocol/problems.ts";
import type { By } from "../../../protocol/records.ts";
import type { Desk } from "../desk.ts";
import { afterEnd, afterReopen } from "../incident/incident.ts";
import { reopen, standDown } from "./alarm.ts";
import type { OpenedAlarm } from "./alarm-store.ts";
import { newRun } from "./calling.ts";
import { setCourse } from "./schedule.ts";

/** The stand-down goes to everybody by the channel that reached them; what was still on its way is not sent any more. */
const tellByChannels = (desk: Desk, opened: OpenedAlarm, now: number): void => {
  const { alarmId, kind, raisedBy } = opened.alarm;
  // A test of the channels that nobody raised needs no second message to say that it is over.
  if (kind === "test" && raisedBy.type === "system") {
    desk.sends.cancel(alarmId, now);
    return;
  }
  const told = { alarmId, purpose: "standDown", ttlSeconds: limits.alarmTtlSeconds } as const;
  const rows = [
    ...[...desk.sends.reachedBy(alarmId)].map(([userId, channel]) => ({ ...told, userId, channel })),
    ...[...desk.sends.contactsReachedBy(alarmId)].map(([contactId, channel]) => ({ ...told, contactId, channel })),
  ];
  desk.sends.cancel(alarmId, now);
  if (rows.length > 0) desk.sends.enqueue(rows, now);
};

/**
 * Ends an alarm in the caller's transaction: state, record, stand-downs to every place and channel, the incident with its last
 * alarm. Refused: conflict when it has ended already.
 */
export const endAlarm = (
  desk: Desk,
  opened: OpenedAlarm,
  said: { reason: EndReason; text?: string | undefined },
  by: By,
  now: number,
  ip?: string,
): Outcome<null> => {
  const { reason, text } = said;
  const words = { reason, ...(text === undefined ? {} : { text }) };
  // The number is taken only for an end that takes place.
  const ended = standDown(opened.alarm, { seq: 0, at: now, ...words });
  if (!ended.ok) return ended;
  const seq = desk.nextSeq();
  const { alarmId, incidentId } = ended.value;
  desk.alarms.update(opened, { ...ended.value, end: { seq, at: now, ...words } });
  desk.record("alarm.stoodDown", alarmId, now, by, { alarmId, seq, ...words }, ip);
  const frame = { type: "standDown", seq, alarmId, ...words } as const;
  for (const place of desk.placesOf(opened)) desk.tellSite(place, { kind: "standDown", frame }, now);
  tellByChannels(desk, opened, now);
  setCourse(desk, opened, now);

  const incident = desk.incidents.get(incidentId);
  if (incident !== undefined) {
    const open = incident.alarmIds.filter((id) => desk.alarms.open(id)?.alarm.end === undefined).length;
    const after = afterEnd(incident, open, now);
    if (after !== incident) {
      desk.incidents.save(after);
      desk.record("incident.closed", incidentId, now, by, { incidentId });
    }
  }
  // Devices have the stand-down itself; counts go to the boards.
  desk.alarmChanged(alarmId, [], false);
  return done(null);
};

/** Opens an ended alarm again: everybody who got it is called again under a new number, and its course begins anew. */
export const reopenAlarm = (desk: Desk, opened: OpenedAlarm, by: By, now: number, ip?: string): Outcome<null> => {
  const possible = reopen(opened.alarm, now);
  if (!possible.ok) return possible;
  const seq = desk.nextSeq();
  const { alarmId, incidentId } = opened.alarm;
  const round = (opened.alarm.reAlarms ?? 0) + 1;
  desk.alarms.update(opened, {
    ...possible.value,
    runs: [newRun(0, opened.progress.userIds.length, now, round)],
  });
  desk.record("alarm.reopened", alarmId, now, by, { alarmId, seq }, ip);
  for (const place of desk.placesOf(opened)) desk.tellSite(place, { kind: "again", alarmId, seq }, now);
  const incident = desk.incidents.get(incidentId);
  if (incident?.closedAt !== undefined) {
    desk.incidents.save(afterReopen(incident));
    desk.record("incident.reopened", incidentId, now, by, { incidentId });
  }
  setCourse(desk, opened, now);
  desk.alarmChanged(alarmId, [], false);
  return done(null);
};
