import type { Alarm, ChannelTry, EndReason, Raiser, Recipient } from "../../../protocol/alarms.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Response } from "../../../protocol/terms.ts";
import type { Surroundings } from "../targeting/surroundings.ts";
import { isComing, type StepMark, showSteps } from "./escalation.ts";
import type { Filled } from "./fill.ts";
import type { LadderRun } from "./ladder.ts";
import type { AlarmPlan } from "./plan.ts";
import { countsOf, type Progress, receivedTimings, stateAt } from "./progress.ts";

export interface End {
  seq: number;
  at: number;
  reason: EndReason;
  text?: string;
}

/**
 * A raised alarm as the tenant keeps it: what it says and how far its course is. Its recipients' progress and its audience are
 * kept apart, because this is written anew at each step. Times in ms since 1970.
 */
export interface RaisedAlarm extends Omit<AlarmPlan, "targets"> {
  alarmId: string;
  incidentId: string;
  /** The number it was raised with. */
  seq: number;
  raisedAt: number;
  raisedBy: Raiser;
  commitMs?: number;
  end?: End;
  reAlarms?: number;
  reopened?: true;
  /** Where times of the course count from: the raise, or the last re-opening. */
  openedAt: number;
  /** By step; a hole is a step that waits or is armed. */
  steps: (StepMark | null)[];
  runs: LadderRun[];
  /** Since when enough are coming, so that the ladder rests. */
  restingSince?: number;
  repeats?: number;
  /** When the last repeat came: within the window after it the next one is a repeat too. */
  repeatedAt?: number;
  reminders?: number;
  /** Of a duress alarm: the person in distress, who must never get it, and where it must not be heard. */
  spared?: string;
  surroundings?: Surroundings;
}

/** Ends an alarm. A second stand-down is refused (409): the first reason stands. */
export const standDown = (alarm: RaisedAlarm, end: End): Outcome<RaisedAlarm> =>
  alarm.end === undefined ? done({ ...alarm, end }) : refuse("conflict", "this alarm has ended already");

/**
 * Opens an ended alarm again, within 10 minutes: its steps and reminders count anew from now, what has fired has fired.
 * Refused: conflict while it is open, or when its time is over.
 */
export const reopen = (alarm: RaisedAlarm, now: number): Outcome<RaisedAlarm> => {
  if (alarm.end === undefined) return refuse("conflict", "this alarm is open");
  if (now > alarm.end.at + limits.reopenMs) return refuse("conflict", "this alarm ended too long ago; raise a new one");
  const { end: _, ...open } = alarm;
  return done({ ...open, reopened: true, openedAt: now, reminders: 0 });
};

/** Alarms the same people again. */
export const callAgain = (alarm: RaisedAlarm): RaisedAlarm => ({
  ...alarm,
  reAlarms: (alarm.reAlarms ?? 0) + 1,
});

const without = <T extends object>(thing: T): T => {
  for (const key of Object.keys(thing) as (keyof T)[]) if (thing[key] === undefined) delete thing[key];
  return thing;
};

/** The alarm as the wire shows it. `fill` is how its requirement is met; absent without one. */
export const showAlarm = (alarm: RaisedAlarm, progress: Progress, fill: Filled | undefined, now: number): Alarm =>
  without({
    alarmId: alarm.alarmId,
    incidentId: alarm.incidentId,
    state: alarm.end === undefined ? ("open" as const) : ("ended" as const),
    kind: alarm.kind,
    urgency: alarm.urgency,
    silent: alarm.silent,
    severity: alarm.severity,
    category: alarm.category,
    title: alarm.title,
    message: alarm.message,
    instructions: alarm.instructions,
    attachments: alarm.attachments,
    raisedAt: toTime(alarm.raisedAt),
    raisedBy: alarm.raisedBy,
    scenarioId: alarm.scenarioId,
    scenarioVersion: alarm.scenarioVersion,
    requirement: alarm.requirement,
    whenFilled: alarm.requirement === undefined ? undefined : alarm.whenFilled,
    fill: fill?.fill,
    escalation:
      alarm.escalation.length === 0
        ? undefined
        : showSteps(
            alarm.escalation,
            alarm.steps.map((mark) => mark ?? undefined),
            alarm.openedAt,
            alarm.end?.at ?? now,
          ),
    repeats: alarm.repeats,
    reAlarms: alarm.reAlarms,
    endedAt: alarm.end === undefined ? undefined : toTime(alarm.end.at),
    endReason: alarm.end?.reason,
    endText: alarm.end?.text,
    reopenUntil: alarm.end === undefined ? undefined : toTime(alarm.end.at + limits.reopenMs),
    counts: countsOf(progress),
    timings: { commitMs: alarm.commitMs ?? null, received: receivedTimings(progress, alarm.raisedAt) },
  }) as Alarm;

/** Told to stand by: coming, while the need is met by others. */
export const standsBy = (userId: string, response: Response | undefined, fill: Filled | undefined): boolean =>
  response !== undefined && isComing(response) && fill?.fill.filled === true && !fill.fills.has(userId);

/** One recipient as the wire shows it (I2: an explained state). */
export const showRecipient = (
  progress: Progress,
  i: number,
  name: string,
  fill?: Filled,
  channels: ChannelTry[] = [],
): Recipient => {
  const state = stateAt(progress, i);
  const answer = progress.answers.get(i);
  const userId = progress.userIds[i] ?? "";
  const time = (at: number | undefined) => (at === undefined || at === 0 ? undefined : toTime(at));
  return without({
    userId,
    name,
    state,
    reason: state === "notReached" ? progress.reason[i] : undefined,
    response: answer?.response,
    etaMinutes: answer?.etaMinutes,
    text: answer?.text,
    sentAt: time(progress.sentAt[i]),
    receivedAt: time(progress.receivedAt[i]),
    seenAt: time(progress.seenAt[i]),
    respondedAt: time(answer?.at),
    deviceId: progress.deviceId[i] ?? answer?.deviceId,
    fillsRoleId: fill?.fills.get(userId),
    standBy: standsBy(userId, answer?.response, fill) ? true : undefined,
    step: progress.calledBy.get(i),
    channels: channels.length === 0 ? undefined : channels,
  }) as unknown as Recipient;
};
