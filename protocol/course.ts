import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { Conditions, Targets } from "./targets.ts";
import { Channel } from "./terms.ts";
import { line } from "./text.ts";

/**
 * The course of an alarm: what happens by itself while it is open. Data, never code: a scenario carries it, the alarm keeps a
 * copy, and actors/tenant/alarm/ moves along it.
 */

/** Seconds since the alarm was raised. */
const afterSeconds = z.int().min(0).max(limits.courseSeconds);

/**
 * When a step whose time has come fires: at once, or as soon as the condition holds from then on.
 * `noReceipt`: at least that share (percent) of recipients has no receipt; `noResponse` likewise for answers;
 * `roleMissing`: nobody of that role is coming; `unfillable`: too few are left who might still come.
 */
export const StepCondition = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("always") }),
  z.strictObject({ type: z.literal("unfilled") }),
  z.strictObject({ type: z.literal("unfillable") }),
  z.strictObject({ type: z.literal("noReceipt"), percent: z.int().min(1).max(100) }),
  z.strictObject({ type: z.literal("noResponse"), percent: z.int().min(1).max(100) }),
  z.strictObject({ type: z.literal("roleMissing"), roleId: Id }),
]);
export type StepCondition = z.infer<typeof StepCondition>;

/** `neighbours`: the same roles at the sites that border on the alarm's; `contacts`: people outside, never in an exercise (I9). */
export const StepAction = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("widen"), targets: Targets, conditions: Conditions.optional() }),
  z.strictObject({ type: z.literal("neighbours") }),
  z.strictObject({ type: z.literal("visitors") }),
  z.strictObject({ type: z.literal("everyone") }),
  z.strictObject({ type: z.literal("reAlarm"), who: z.enum(["unanswered", "unreceived", "all"]) }),
  z.strictObject({ type: z.literal("contacts"), contactIds: z.array(Id).min(1).max(20) }),
]);
export type StepAction = z.infer<typeof StepAction>;

export const EscalationStep = z.strictObject({
  name: line(100),
  afterSeconds,
  when: StepCondition,
  action: StepAction,
});
export type EscalationStep = z.infer<typeof EscalationStep>;
export const Escalation = z.array(EscalationStep).max(limits.escalationSteps);
export type Escalation = z.infer<typeof Escalation>;

/**
 * One rung of the fallback ladder: a recipient who has not `received`, `seen` or `responded` within so many seconds after the
 * rung before is reached by this channel.
 */
export const Rung = z.strictObject({
  criterion: z.enum(["received", "seen", "responded"]),
  withinSeconds: z.int().min(0).max(3_600),
  channel: Channel,
});
export type Rung = z.infer<typeof Rung>;
export const Ladder = z.array(Rung).max(limits.ladderRungs);
export type Ladder = z.infer<typeof Ladder>;

/** Forgotten alarms: a reminder to those who lead, and an end by itself. Minutes since the alarm was raised or re-opened. */
export const Forgotten = z.strictObject({
  remindMinutes: z.int().min(1).max(10_080),
  endMinutes: z.int().min(1).max(10_080),
});
export type Forgotten = z.infer<typeof Forgotten>;

/** How a step stands: `waiting` for its time (`dueAt`), `armed` (its time has passed, its condition does not hold), `fired`. */
export const StepState = z.strictObject({
  step: z.int(),
  name: z.string(),
  state: z.enum(["waiting", "armed", "fired", "skipped"]),
  dueAt: Time,
  firedAt: Time.optional(),
  cause: z.enum(["time", "condition", "hand"]).optional(),
  /** Recipients it added or alarmed again. */
  people: z.int().optional(),
});
export type StepState = z.infer<typeof StepState>;

/** How a requirement is met: a person who is coming counts for one role only, found by matching. */
export const Fill = z.strictObject({
  filled: z.boolean(),
  roles: z.array(z.strictObject({ roleId: Id, count: z.int(), coming: z.int() })),
});
export type Fill = z.infer<typeof Fill>;
