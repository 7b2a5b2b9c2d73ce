import type { Alarm, EndReason, RaiseAlarm, Raiser, Recipient } from "../../../protocol/alarms.ts";
import { toTime } from "../../../protocol/ids.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Scenario } from "../../../protocol/scenarios.ts";
import type { Targets } from "../../../protocol/targets.ts";
import type { Kind, Requirement, Urgency } from "../../../protocol/terms.ts";
import { countsOf, type Progress, receivedTimings, stateAt } from "./progress.ts";

/** What an alarm says and to whom, once scenario and request are put together. */
export interface AlarmPlan {
  kind: Kind;
  urgency: Urgency;
  silent: boolean;
  title: string;
  message?: string;
  targets: Targets;
  requirement?: Requirement;
  scenarioId?: string;
  scenarioVersion?: number;
}

/** A raised alarm as the tenant keeps it; its recipients' progress is kept apart. Times in ms since 1970. */
export interface RaisedAlarm extends Omit<AlarmPlan, "targets"> {
  alarmId: string;
  seq: number;
  raisedAt: number;
  raisedBy: Raiser;
  commitMs?: number;
  end?: { seq: number; at: number; reason: EndReason; text?: string };
}

/**
 * Puts a request and its scenario together: what the request says replaces the scenario's own. Refused: a scenario that
 * does not exist in this tenant (422, wire.md "Ids that do not exist").
 */
export const planAlarm = (
  request: RaiseAlarm,
  scenarioOf: (id: string) => Scenario | undefined,
): Outcome<AlarmPlan> => {
  const scenario = request.scenarioId === undefined ? undefined : scenarioOf(request.scenarioId);
  if (request.scenarioId !== undefined && scenario === undefined)
    return refuse("invalid", undefined, [{ path: "scenarioId", message: "does not exist" }]);
  const title = request.title ?? scenario?.title;
  const targets = request.targets ?? scenario?.targets;
  // The schema of the request asks for both without a scenario.
  if (title === undefined || targets === undefined)
    return refuse("invalid", undefined, [{ path: "title", message: "is needed without a scenario" }]);
  const message = request.message ?? scenario?.message;
  const requirement = request.requirement ?? scenario?.requirement;
  return done({
    kind: request.kind ?? "actual",
    urgency: request.urgency ?? scenario?.urgency ?? "urgent",
    silent: request.silent ?? scenario?.silent ?? false,
    title,
    targets,
    ...(message === undefined ? {} : { message }),
    ...(requirement === undefined ? {} : { requirement }),
    ...(scenario === undefined ? {} : { scenarioId: scenario.scenarioId, scenarioVersion: scenario.version }),
  });
};

/** Ends an alarm. A second stand-down is refused (409): the first reason stands. */
export const standDown = (
  alarm: RaisedAlarm,
  end: { seq: number; at: number; reason: EndReason; text?: string },
): Outcome<RaisedAlarm> =>
  alarm.end === undefined ? done({ ...alarm, end }) : refuse("conflict", "this alarm has ended already");

/** The alarm as the wire shows it. */
export const showAlarm = (alarm: RaisedAlarm, progress: Progress): Alarm => ({
  alarmId: alarm.alarmId,
  state: alarm.end === undefined ? "open" : "ended",
  kind: alarm.kind,
  urgency: alarm.urgency,
  silent: alarm.silent,
  title: alarm.title,
  ...(alarm.message === undefined ? {} : { message: alarm.message }),
  raisedAt: toTime(alarm.raisedAt),
  raisedBy: alarm.raisedBy,
  ...(alarm.scenarioId === undefined ? {} : { scenarioId: alarm.scenarioId }),
  ...(alarm.scenarioVersion === undefined ? {} : { scenarioVersion: alarm.scenarioVersion }),
  ...(alarm.requirement === undefined ? {} : { requirement: alarm.requirement }),
  ...(alarm.end === undefined
    ? {}
    : {
        endedAt: toTime(alarm.end.at),
        endReason: alarm.end.reason,
        ...(alarm.end.text === undefined ? {} : { endText: alarm.end.text }),
      }),
  counts: countsOf(progress),
  timings: { commitMs: alarm.commitMs ?? null, received: receivedTimings(progress, alarm.raisedAt) },
});

/** One recipient as the wire shows it (I2: an explained state). */
export const showRecipient = (progress: Progress, i: number, name: string): Recipient => {
  const state = stateAt(progress, i);
  const answer = progress.answers.get(i);
  const time = (at: number | undefined) => (at === undefined || at === 0 ? undefined : toTime(at));
  const shown: Record<string, unknown> = {
    userId: progress.userIds[i],
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
  };
  for (const key of Object.keys(shown)) if (shown[key] === undefined) delete shown[key];
  return shown as unknown as Recipient;
};
