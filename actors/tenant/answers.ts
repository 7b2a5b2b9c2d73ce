import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import type { AcceptedAnswer, AnswerFacts } from "../kernel/messages.ts";
import { countsOf } from "./alarm/progress.ts";
import type { Desk } from "./desk.ts";

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
    return done({
      at: known.at,
      version: opened.progress.version,
      counts: countsOf(opened.progress),
      state: "answered",
    });
  if (opened.alarm.end !== undefined) return refuse("conflict", "this alarm has ended");
  const version = opened.progress.version + 1;
  const answer = {
    userId,
    deviceId,
    response,
    at: now,
    version,
    ...(etaMinutes === undefined ? {} : { etaMinutes }),
    ...(text === undefined ? {} : { text }),
  };
  desk.alarms.addPiece(opened, { answer });
  const { at: _, ...body } = answer;
  desk.record("alarm.answered", alarmId, now, { type: "user", id: userId }, { alarmId, ...body });
  desk.alarmChanged(alarmId, [i], true);
  return done({ at: now, version: opened.progress.version, counts: countsOf(opened.progress), state: "answered" });
};
