import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import type { AcceptedAnswer, AnswerFacts } from "../kernel/messages.ts";
import { standsBy } from "./alarm/alarm.ts";
import type { OpenedAlarm } from "./alarm/alarm-store.ts";
import { courseChanged } from "./alarm/course.ts";
import { isComing } from "./alarm/escalation.ts";
import { fillOfAlarm } from "./alarm/filling.ts";
import { afterRest, hasClimbed } from "./alarm/ladder.ts";
import { countsOf } from "./alarm/progress.ts";
import { setCourse } from "./alarm/schedule.ts";
import type { Desk } from "./desk.ts";

const accepted = (
  desk: Desk,
  opened: OpenedAlarm,
  { userId, response }: AnswerFacts,
  at: number,
  now: number,
): AcceptedAnswer => {
  const fill = fillOfAlarm(desk, opened, now);
  return {
    at,
    version: opened.progress.version,
    counts: countsOf(opened.progress),
    state: "answered",
    ...(fill === undefined ? {} : { fill: fill.fill }),
    ...(standsBy(userId, response, fill) ? { standBy: true } : {}),
  };
};

/** After an answer the need may be met, or not any more: that goes on record, and the course may rest or go on. */
const refill = (desk: Desk, opened: OpenedAlarm, now: number): void => {
  const before = fillOfAlarm(desk, opened, now)?.fill;
  opened.fill = undefined;
  const after = fillOfAlarm(desk, opened, now)?.fill;
  if (after === undefined || JSON.stringify(before) === JSON.stringify(after)) return;
  const { alarmId } = opened.alarm;
  desk.record("alarm.fill", alarmId, now, { type: "system", id: "course" }, { alarmId, ...after });
  if (before?.filled === after.filled) return;
  const { restingSince, ...alarm } = opened.alarm;
  if (after.filled && alarm.whenFilled === "stop") desk.alarms.update(opened, { ...alarm, restingSince: now });
  else if (restingSince !== undefined)
    desk.alarms.update(opened, { ...alarm, runs: afterRest(alarm.runs, restingSince, now) });
  setCourse(desk, opened, now);
};

/**
 * Takes a recipient's answer: changeable until the stand-down, the newest holds, each is on record. The version orders the
 * answers of one alarm for everybody (I4).
 *
 * Refused: not_found for an alarm that this person did not get (or that does not exist: the same), conflict once it ended.
 */
export const answerAlarm = (desk: Desk, facts: AnswerFacts, now: number): Outcome<AcceptedAnswer> => {
  const { alarmId, userId, deviceId, response, etaMinutes, text } = facts;
  const opened = desk.alarms.open(alarmId);
  const i = opened?.progress.indexOf.get(userId);
  if (opened === undefined || i === undefined) return refuse("not_found");
  const known = opened.progress.answers.get(i);
  // A device that did not hear "accepted" says it again: the same answer is not a new one.
  if (known !== undefined && known.response === response && known.etaMinutes === etaMinutes && known.text === text)
    return done(accepted(desk, opened, facts, known.at, now));
  if (opened.alarm.end !== undefined) return refuse("conflict", "this alarm has ended");
  const version = opened.progress.version + 1;
  const wasComing = known !== undefined && isComing(known.response);
  const answer = {
    userId,
    deviceId,
    response,
    at: now,
    version,
    since: wasComing ? (known.since ?? known.version) : version,
    ...(etaMinutes === undefined ? {} : { etaMinutes }),
    ...(text === undefined ? {} : { text }),
  };
  // Before the piece is merged: what was known of the need is compared with what it is then.
  fillOfAlarm(desk, opened, now);
  desk.alarms.addPiece(opened, { answer });
  const { at: _, since: __, ...body } = answer;
  desk.record("alarm.answered", alarmId, now, { type: "user", id: userId }, { alarmId, ...body });
  desk.alarmChanged(alarmId, [i], true);
  // One's own alarms stop once one has answered, on every channel (domain.md 2, ask 8).
  if (hasClimbed(opened.alarm.ladder, opened.alarm.runs)) desk.sends.cancel(alarmId, now, [userId]);
  if (wasComing !== isComing(response)) refill(desk, opened, now);
  courseChanged(desk, opened, now);
  return done(accepted(desk, opened, facts, now, now));
};
