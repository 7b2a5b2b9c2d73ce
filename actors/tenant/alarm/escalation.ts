import type { Escalation, Fill, StepCondition, StepState } from "../../../protocol/course.ts";
import { toTime } from "../../../protocol/ids.ts";
import type { Response } from "../../../protocol/terms.ts";

/** How far a step is, as the alarm keeps it; a step that is not here still waits for its time or condition. */
export interface StepMark {
  state: "fired" | "skipped";
  at: number;
  cause?: "time" | "condition" | "hand";
  people?: number;
}

/** What conditions look at; computed only when a step's time has come. */
export interface CourseFacts {
  recipients: number;
  received: number;
  answered: number;
  /** Absent without a requirement. */
  fill: Fill | undefined;
  /** Whether those who are coming or may still come could meet the requirement. */
  couldFill: boolean;
  /** Whether anybody with this role is coming. */
  roleComing: (roleId: string) => boolean;
}

/** Words for people on their way. */
export const isComing = (response: Response): boolean => response !== "notComing";

export const holds = (when: StepCondition, facts: CourseFacts): boolean => {
  const share = (part: number) => (facts.recipients === 0 ? 0 : (part / facts.recipients) * 100);
  switch (when.type) {
    case "always":
      return true;
    case "unfilled":
      return facts.fill !== undefined && !facts.fill.filled;
    case "unfillable":
      return facts.fill !== undefined && !facts.fill.filled && !facts.couldFill;
    // An alarm without recipients has reached nobody: that is as far from a receipt as can be.
    case "noReceipt":
      return facts.recipients === 0 || share(facts.recipients - facts.received) >= when.percent;
    case "noResponse":
      return facts.recipients === 0 || share(facts.recipients - facts.answered) >= when.percent;
    case "roleMissing":
      return !facts.roleComing(when.roleId);
  }
};

const dueAt = (steps: Escalation, step: number, raisedAt: number): number =>
  raisedAt + (steps[step]?.afterSeconds ?? 0) * 1_000;

/** Steps whose time has come and that have neither fired nor been skipped. */
export const ripe = (steps: Escalation, marks: readonly (StepMark | undefined)[], raisedAt: number, now: number) =>
  steps.flatMap((_, step) => (marks[step] === undefined && dueAt(steps, step, raisedAt) <= now ? [step] : []));

/**
 * The next step to fire, if any: the first ripe one whose condition holds. One at a time, because each changes what the next
 * one's condition looks at. A ripe step whose condition does not hold stays armed: responders who cancel can make it hold.
 */
export const stepToFire = (
  steps: Escalation,
  marks: readonly (StepMark | undefined)[],
  raisedAt: number,
  now: number,
  facts: () => CourseFacts,
): { step: number; cause: "time" | "condition" } | undefined => {
  const candidates = ripe(steps, marks, raisedAt, now);
  if (candidates.length === 0) return undefined;
  const known = facts();
  const step = candidates.find((candidate) => {
    const when = steps[candidate]?.when;
    return when !== undefined && holds(when, known);
  });
  if (step === undefined) return undefined;
  return { step, cause: steps[step]?.when.type === "always" ? "time" : "condition" };
};

/** When the next step's time comes, ms since 1970; armed ones wait for a change, not for a time. */
export const nextStepAt = (
  steps: Escalation,
  marks: readonly (StepMark | undefined)[],
  raisedAt: number,
  now: number,
): number | undefined => {
  const coming = steps.flatMap((_, step) => {
    const at = dueAt(steps, step, raisedAt);
    return marks[step] === undefined && at > now ? [at] : [];
  });
  return coming.length === 0 ? undefined : Math.min(...coming);
};

/** By hand: to this step, or to the next; the ones before it that have not fired are passed over. */
export const stepByHand = (
  steps: Escalation,
  marks: readonly (StepMark | undefined)[],
  wanted: number | undefined,
): { step: number; skipped: number[] } | undefined => {
  const step = wanted ?? steps.findIndex((_, i) => marks[i] === undefined);
  if (step < 0 || steps[step] === undefined || marks[step]?.state === "fired") return undefined;
  const skipped = steps.flatMap((_, i) => (i < step && marks[i] === undefined ? [i] : []));
  return { step, skipped };
};

/** The steps as the wire shows them, each with its countdown. */
export const showSteps = (
  steps: Escalation,
  marks: readonly (StepMark | undefined)[],
  raisedAt: number,
  now: number,
): StepState[] =>
  steps.map(({ name }, step) => {
    const mark = marks[step];
    const due = dueAt(steps, step, raisedAt);
    return {
      step,
      name,
      dueAt: toTime(due),
      state: mark?.state ?? (due <= now ? "armed" : "waiting"),
      ...(mark?.state === "fired" ? { firedAt: toTime(mark.at) } : {}),
      ...(mark?.cause === undefined ? {} : { cause: mark.cause }),
      ...(mark?.people === undefined ? {} : { people: mark.people }),
    };
  });
