import * as z from "zod";
import { Id, Time } from "./ids.ts";
import { limits } from "./limits.ts";
import { line, paragraph } from "./text.ts";

const ids = z.array(Id).min(1).max(limits.targetIds);

/**
 * Who an alarm is for (wire.md, Alarms): users ∪ ((everyone or roles) ∩ (sites and zones)). An empty list is refused rather
 * than read as "no restriction": a program that computed an empty list must not alarm everybody by it.
 */
export const Targets = z
  .strictObject({
    users: ids.optional(),
    roles: ids.optional(),
    sites: ids.optional(),
    zones: ids.optional(),
    everyone: z.literal(true).optional(),
  })
  .refine((t) => Object.values(t).some((side) => side !== undefined), "name at least one target");
export type Targets = z.infer<typeof Targets>;

export const Kind = z.enum(["actual", "exercise", "test"]);
export type Kind = z.infer<typeof Kind>;
export const Urgency = z.enum(["urgent", "normal", "information"]);
export type Urgency = z.infer<typeof Urgency>;

export const Requirement = z.array(z.strictObject({ roleId: Id, count: z.int().min(1).max(1_000) })).max(50);
export type Requirement = z.infer<typeof Requirement>;

const Title = line(200);
const Message = paragraph(4_000);

export const RaiseAlarm = z
  .strictObject({
    scenarioId: Id.optional(),
    title: Title.optional(),
    message: Message.optional(),
    targets: Targets.optional(),
    kind: Kind.optional(),
    urgency: Urgency.optional(),
    silent: z.boolean().optional(),
    requirement: Requirement.optional(),
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
  warnings: z.array(z.enum(["no_recipients"])).optional(),
});
export type Raised = z.infer<typeof Raised>;

export const Raiser = z.strictObject({ type: z.enum(["user", "integration"]), id: Id, name: z.string() });
export type Raiser = z.infer<typeof Raiser>;

export const Response = z.enum(["coming", "notComing", "enRoute", "onScene"]);
export type Response = z.infer<typeof Response>;

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
  state: z.enum(["open", "ended"]),
  kind: Kind,
  urgency: Urgency,
  silent: z.boolean(),
  title: z.string(),
  message: z.string().optional(),
  raisedAt: Time,
  raisedBy: Raiser,
  scenarioId: Id.optional(),
  scenarioVersion: z.int().optional(),
  requirement: Requirement.optional(),
  endedAt: Time.optional(),
  endReason: EndReason.optional(),
  endText: z.string().optional(),
  counts: Counts,
  timings: Timings,
});
export type Alarm = z.infer<typeof Alarm>;

export const RecipientState = z.enum(["pending", "sent", "received", "seen", "answered", "notReached"]);
export type RecipientState = z.infer<typeof RecipientState>;

/** Why somebody was not reached: nobody may stay unexplained (I2). */
export const NotReachedReason = z.enum(["noDevice", "notConnected", "noReceipt", "endedBefore"]);
export type NotReachedReason = z.infer<typeof NotReachedReason>;

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
});
export type Recipient = z.infer<typeof Recipient>;

export const StandDown = z.strictObject({ reason: EndReason, text: line(500).optional() });
export type StandDown = z.infer<typeof StandDown>;

export const NewScenario = z.strictObject({
  name: line(200),
  title: Title,
  message: Message.optional(),
  targets: Targets,
  urgency: Urgency.optional(),
  silent: z.boolean().optional(),
  requirement: Requirement.optional(),
});
export type NewScenario = z.infer<typeof NewScenario>;

export const ScenarioPatch = NewScenario.partial();

export const Scenario = z.strictObject({
  scenarioId: Id,
  version: z.int(),
  name: z.string(),
  title: z.string(),
  message: z.string().optional(),
  targets: Targets,
  urgency: Urgency,
  silent: z.boolean(),
  requirement: Requirement.optional(),
});
export type Scenario = z.infer<typeof Scenario>;

const IntegrationAlarm = z.union([
  z.strictObject({ scenarioId: Id }),
  z.strictObject({
    title: Title,
    message: Message.optional(),
    targets: Targets,
    urgency: Urgency.optional(),
    kind: Kind.optional(),
  }),
]);

export const NewIntegration = z.strictObject({ name: line(200), kind: z.literal("webhook"), alarm: IntegrationAlarm });
export type NewIntegration = z.infer<typeof NewIntegration>;

export const Integration = z.strictObject({
  integrationId: Id,
  name: z.string(),
  kind: z.literal("webhook"),
  alarm: IntegrationAlarm,
  url: z.string(),
});
export type Integration = z.infer<typeof Integration>;
export const CreatedIntegration = Integration.extend({ secret: z.string() });
export type CreatedIntegration = z.infer<typeof CreatedIntegration>;

/** The body of a Standard Webhooks message: strict like every other body. */
export const HookBody = z.strictObject({
  type: line(200),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  data: z.strictObject({ title: Title.optional(), message: Message.optional() }),
});
export type HookBody = z.infer<typeof HookBody>;
