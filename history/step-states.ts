import type { z } from "zod";
import type { EscalationStep, StepState } from "../protocol/course.ts";
import { toTime } from "../protocol/ids.ts";

/** A step that fired, as the log has it. */
export interface FiredStep {
  step: number;
  cause: "time" | "condition" | "hand";
  people: number;
  /** Milliseconds since 1970. */
  firedAt: number;
}

/**
 * How each planned step stands. The log says which fired; one that somebody passed over by taking a later step by hand was
 * skipped; the others wait for their time, or are armed since then. Their times count from the raise or the last re-opening.
 *
 * @param until now, or when the alarm ended; ms since 1970
 */
export const stepStates = (
  planned: readonly Pick<z.infer<typeof EscalationStep>, "name" | "afterSeconds">[],
  fired: readonly FiredStep[],
  openedAt: number,
  until: number,
): StepState[] => {
  const byStep = new Map(fired.map((mark) => [mark.step, mark]));
  const lastByHand = Math.max(-1, ...fired.filter(({ cause }) => cause === "hand").map(({ step }) => step));
  return planned.map(({ name, afterSeconds }, step): StepState => {
    const mark = byStep.get(step);
    const due = openedAt + afterSeconds * 1_000;
    const shown = { step, name, dueAt: toTime(due) };
    if (mark !== undefined)
      return { ...shown, state: "fired", firedAt: toTime(mark.firedAt), cause: mark.cause, people: mark.people };
    return { ...shown, state: step < lastByHand ? "skipped" : due <= until ? "armed" : "waiting" };
  });
};
