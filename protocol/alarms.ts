import * as z from "zod";
import { Fill, StepState } from "./course.ts";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { Attachments, Conditions, Instructions, Targets, Values, WhenFilled } from "./targets.ts";
import { Category, Channel, ChannelState, Kind, Requirement, Response, Severity, Urgency } from "./terms.ts";
import { line, paragraph } from "./text.ts";

export const Title = line(200);
export const Message = paragraph(4_000);

export const RaiseAlarm = z
  .strictObject({
    scenarioId: Id.optional(),
    title: Title.optional(),
    message: Message.optional(),
    targets: Targets.optional(),
    conditions: Conditions.optional(),
    kind: Kind.optional(),
    urgency: Urgency.optional(),
    silent: z.boolean().optional(),
    requirement: Requirement.optional(),
    severity: Severity.optional(),
    category: Category.optional(),
    /** What the scenario's placeholders are filled with: `{where}` becomes the value of `where`. */
    values: Values.optional(),
    /** The incident this alarm belongs to; a new one when absent. */
    incidentId: Id.optional(),
    /** Said after `confirmation_needed`: yes, one more. */
    confirm: z.literal(true).optional(),
  })
  .superRefine((body, context) => {
    if (body.scenarioId !== undefined) return;
    for (const field of ["title", "targets"] as const)
      if (body[field] === undefined)
        context.addIssue({ code: "custom", path: [field], message: "is needed without a scenario" });
  });
export type RaiseAlarm = z.infer<typeof RaiseAlarm>;

export const Raised = z.strictObject({
  alarmId: Id,
  recipients: z.int(),
  incidentId: Id.optional(),
  /** True when this was taken as a repeat of an alarm that is open: nobody was alarmed again. */
  merged: z.literal(true).optional(),
  warnings: z.array(z.enum(["no_recipients"])).optional(),
});
export type Raised = z.infer<typeof Raised>;

/** `system`: a recurring test alarm, or a lone worker's missed check-in without a person to name. */
export const Raiser = z.strictObject({ type: z.enum(["user", "integration", "system"]), id: Id, name: z.string() });
export type Raiser = z.infer<typeof Raiser>;

/** `received`, `seen` and so on count everybody who got at least that far; the four responses count latest answers. */
export const Counts = z.strictObject({
  recipients: z.int(),
  sent: z.int(),
  received: z.int(),
  seen: z.int(),
  coming: z.int(),
  notComing: z.int(),
  enRoute: z.int(),
  onScene: z.int(),
  notReached: z.int(),
});
export type Counts = z.infer<typeof Counts>;

const ms = z.number().nullable();
/** Milliseconds since the alarm was accepted; null while there is nothing to tell. */
export const Timings = z.strictObject({
  commitMs: ms,
  received: z.strictObject({ p50: ms, p95: ms, p99: ms, max: ms }),
});
export type Timings = z.infer<typeof Timings>;

export const EndReason = z.enum(["over", "falseAlarm", "unwanted", "exerciseOver", "mistake"]);
export type EndReason = z.infer<typeof EndReason>;

export const Alarm = z.strictObject({
  alarmId: Id,
  incidentId: Id.optional(),
  state: z.enum(["open", "ended"]),
  kind: Kind,
  urgency: Urgency,
  silent: z.boolean(),
  severity: Severity.optional(),
  category: Category.optional(),
  title: z.string(),
  message: z.string().optional(),
  instructions: Instructions.optional(),
  attachments: Attachments.optional(),
  raisedAt: Time,
  raisedBy: Raiser,
  scenarioId: Id.optional(),
  scenarioVersion: z.int().optional(),
  requirement: Requirement.optional(),
  whenFilled: WhenFilled.optional(),
  /** How the requirement is met right now; absent without a requirement. */
  fill: Fill.optional(),
  /** The escalation steps with their countdowns; absent without any. */
  escalation: z.array(StepState).optional(),
  /** Events of the same source that were taken as repeats of this one. */
  repeats: z.int().optional(),
  /** How often its people were alarmed again. */
  reAlarms: z.int().optional(),
  endedAt: Time.optional(),
  endReason: EndReason.optional(),
  endText: z.string().optional(),
  /** Until then it can be re-opened. */
  reopenUntil: Time.optional(),
  counts: Counts,
  timings: Timings,
});
export type Alarm = z.infer<typeof Alarm>;

export const RecipientState = z.enum(["pending", "sent", "received", "seen", "answered", "notReached"]);
export type RecipientState = z.infer<typeof RecipientState>;

/** Why somebody was not reached: nobody may stay unexplained (I2). */
export const NotReachedReason = z.enum(["noDevice", "notConnected", "noReceipt", "endedBefore"]);
export type NotReachedReason = z.infer<typeof NotReachedReason>;

/** What a channel of the fallback ladder did for one recipient. */
export const ChannelTry = z.strictObject({
  channel: Channel,
  state: ChannelState,
  at: Time,
  reason: z.string().optional(),
});
export type ChannelTry = z.infer<typeof ChannelTry>;

export const Recipient = z.strictObject({
  userId: Id,
  name: z.string(),
  state: RecipientState,
  reason: NotReachedReason.optional(),
  response: Response.optional(),
  etaMinutes: z.int().optional(),
  text: z.string().optional(),
  sentAt: Time.optional(),
  receivedAt: Time.optional(),
  seenAt: Time.optional(),
  respondedAt: Time.optional(),
  deviceId: Id.optional(),
  /** The role of the requirement that this person fills. */
  fillsRoleId: Id.optional(),
  /** Coming, but the need was filled already. */
  standBy: z.literal(true).optional(),
  /** The escalation step that called this person; absent for those who were called at once. */
  step: z.int().optional(),
  /** What other channels than the socket did, in order. */
  channels: z.array(ChannelTry).optional(),
});
export type Recipient = z.infer<typeof Recipient>;

export const StandDown = z.strictObject({ reason: EndReason, text: line(500).optional() });
export type StandDown = z.infer<typeof StandDown>;

/** `step`: the position in the alarm's escalation, from 0; without it the next one that has not fired. */
export const Escalate = z.strictObject({
  step: z
    .int()
    .min(0)
    .max(limits.escalationSteps - 1)
    .optional(),
});
export type Escalate = z.infer<typeof Escalate>;

/** Alarms the same people again: those who did not answer, those without a receipt, or all. */
export const ReAlarm = z.strictObject({ who: z.enum(["unanswered", "unreceived", "all"]) });
export type ReAlarm = z.infer<typeof ReAlarm>;
