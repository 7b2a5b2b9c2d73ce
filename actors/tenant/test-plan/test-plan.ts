import type { Ladder } from "../../../protocol/course.ts";
import { toTime } from "../../../protocol/ids.ts";
import type { FieldError } from "../../../protocol/problems.ts";
import type { Targets } from "../../../protocol/targets.ts";
import type { TestChannel, TestPlan } from "../../../protocol/test-plans.ts";
import { nextTime } from "./schedule.ts";

/** A recurring test alarm as the tenant keeps it; its frozen audience is kept beside it. Times in ms since 1970. */
export interface KeptTestPlan {
  testPlanId: string;
  version: number;
  name: string;
  every: "week" | "month";
  weekday?: number;
  day?: number;
  at: string;
  timeZone: string;
  channels: TestChannel[];
  audience: Targets;
  title: string;
  message?: string;
  enabled: boolean;
  people: number;
  frozenAt: number;
  nextAt: number;
}

/** A test ends by itself after this, ms: later than any receipt that is worth counting. */
export const testMs = 15 * 60_000;

/** After this a run's result is written down as it stays, ms. */
export const settledMs = 24 * 3_600_000;

/**
 * Later than this after its time a test is passed over, ms: the installation was away, and nobody expects a test in the middle of
 * the night because it came back then.
 */
export const tooLateMs = 60 * 60_000;

/** Day and weekday belong to one rhythm each: a plan that says both, or neither, says nothing. */
export const rhythmErrors = (plan: {
  every: "week" | "month";
  weekday?: number | undefined;
  day?: number | undefined;
}): FieldError[] => {
  const [needed, other] = plan.every === "week" ? (["weekday", "day"] as const) : (["day", "weekday"] as const);
  return [
    ...(plan[needed] === undefined ? [{ path: needed, message: `is needed for every ${plan.every}` }] : []),
    ...(plan[other] === undefined ? [] : [{ path: other, message: `does not belong to every ${plan.every}` }]),
  ];
};

/** With the next time after a moment. */
export const planned = (plan: KeptTestPlan, now: number): KeptTestPlan => ({ ...plan, nextAt: nextTime(plan, now) });

/** What a plan's timer finds to do: `run` at its time, `skip` long after it; nothing when it comes early or twice. */
export const whatIsDue = (plan: KeptTestPlan, now: number): "run" | "skip" | undefined => {
  if (!plan.enabled || now < plan.nextAt) return undefined;
  return now - plan.nextAt > tooLateMs ? "skip" : "run";
};

/**
 * A ladder that tries each channel of the plan for everybody: nobody can have answered after no time at all, so no rung spares
 * anybody. The socket is no rung.
 */
export const testLadder = (channels: readonly TestChannel[]): Ladder =>
  channels.flatMap((channel) =>
    channel === "socket" ? [] : [{ criterion: "responded" as const, withinSeconds: 0, channel }],
  );

/** Who is in the new audience and was not in the old one, and the other way round. */
export const audienceChange = (
  before: readonly string[],
  after: readonly string[],
): { came: string[]; went: string[] } => {
  const [old, fresh] = [new Set(before), new Set(after)];
  return { came: after.filter((id) => !old.has(id)), went: before.filter((id) => !fresh.has(id)) };
};

/** The plan as the wire shows it. */
export const showPlan = ({ frozenAt, nextAt, ...plan }: KeptTestPlan): TestPlan => ({
  ...plan,
  frozenAt: toTime(frozenAt),
  ...(plan.enabled ? { nextAt: toTime(nextAt) } : {}),
});
