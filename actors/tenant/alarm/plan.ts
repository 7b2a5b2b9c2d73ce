import type { RaiseAlarm } from "../../../protocol/alarms.ts";
import type { Escalation, Forgotten, Ladder } from "../../../protocol/course.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Scenario } from "../../../protocol/scenarios.ts";
import type { Attachments, Conditions, Instructions, Targets, WhenFilled } from "../../../protocol/targets.ts";
import type { Category, Kind, Requirement, Severity, Urgency } from "../../../protocol/terms.ts";
import { usualLadder } from "./ladder.ts";

/** What an alarm says, to whom, and its course, once scenario and request are put together. */
export interface AlarmPlan {
  kind: Kind;
  urgency: Urgency;
  silent: boolean;
  title: string;
  message?: string;
  targets: Targets;
  conditions?: Conditions;
  severity?: Severity;
  category?: Category;
  requirement?: Requirement;
  whenFilled: WhenFilled;
  escalation: Escalation;
  ladder: Ladder;
  forgotten: Forgotten;
  instructions?: Instructions;
  attachments?: Attachments;
  duress?: true;
  scenarioId?: string;
  scenarioVersion?: number;
}

/** Fills a scenario's or request's words: title and message of the alarm as it is sent. */
export type Worded = (words: {
  title: string;
  message?: string | undefined;
  parts?: Scenario["parts"] | undefined;
}) => { title: string; message?: string };

/** Tests end soon by themselves; nobody waits for them. */
const usualForgotten = (kind: Kind): Forgotten =>
  kind === "test"
    ? { remindMinutes: 30, endMinutes: 60 }
    : { remindMinutes: limits.remindMinutes, endMinutes: limits.endMinutes };

const withoutUndefined = <T extends object>(thing: T): T => {
  for (const key of Object.keys(thing) as (keyof T)[]) if (thing[key] === undefined) delete thing[key];
  return thing;
};

/**
 * Puts a request and its scenario together: what the request says replaces the scenario's own; a message in the request
 * replaces the five parts too. Refused: a scenario that does not exist in this tenant (422, wire.md "Ids that do not exist").
 */
export const planAlarm = (
  request: RaiseAlarm,
  scenarioOf: (id: string) => Scenario | undefined,
  worded: Worded = ({ title, message }) => ({ title, ...(message === undefined ? {} : { message }) }),
): Outcome<AlarmPlan> => {
  const scenario = request.scenarioId === undefined ? undefined : scenarioOf(request.scenarioId);
  if (request.scenarioId !== undefined && scenario === undefined)
    return refuse("invalid", undefined, [{ path: "scenarioId", message: "does not exist" }]);
  const title = request.title ?? scenario?.title;
  const targets = request.targets ?? scenario?.targets;
  // The schema of the request asks for both without a scenario.
  if (title === undefined || targets === undefined)
    return refuse("invalid", undefined, [{ path: "title", message: "is needed without a scenario" }]);
  const words = worded({
    title,
    message: request.message ?? scenario?.message,
    parts: request.message === undefined ? scenario?.parts : undefined,
  });
  const kind = request.kind ?? "actual";
  const urgency = request.urgency ?? scenario?.urgency ?? "urgent";
  const silent = request.silent ?? scenario?.silent ?? false;
  return done(
    withoutUndefined({
      kind,
      urgency,
      silent,
      title: words.title,
      message: words.message,
      targets,
      // Conditions belong to targets: a request with targets of its own does not inherit the scenario's.
      conditions: request.conditions ?? (request.targets === undefined ? scenario?.conditions : undefined),
      severity: request.severity ?? scenario?.severity,
      category: request.category ?? scenario?.category,
      requirement: request.requirement ?? scenario?.requirement,
      whenFilled: scenario?.whenFilled ?? "stop",
      escalation: scenario?.escalation ?? [],
      ladder: scenario?.ladder ?? usualLadder(urgency, silent || scenario?.duress === true),
      forgotten: scenario?.forgotten ?? usualForgotten(kind),
      instructions: scenario?.instructions,
      attachments: scenario?.attachments,
      duress: scenario?.duress,
      scenarioId: scenario?.scenarioId,
      scenarioVersion: scenario?.version,
    }) as AlarmPlan,
  );
};
