import * as z from "zod";
import { Message, Title } from "./alarms.ts";
import { Id } from "./ids.ts";
import { Targets, Values } from "./targets.ts";
import { Kind, Urgency } from "./terms.ts";
import { line } from "./text.ts";

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

/** Raises an alarm with every message. */
const NewAlarmIntegration = z.strictObject({
  name: line(200),
  kind: z.literal("webhook"),
  alarm: IntegrationAlarm,
  /** The same signal again while its alarm is open and within so many seconds of the last one is a repeat; 0 merges nothing. */
  mergeSeconds: z.int().min(0).max(3_600).optional(),
  /** A button that a person carries or that hangs somewhere: the duress alarm is silent there. */
  at: z.strictObject({ userId: Id.optional(), siteId: Id.optional(), zoneId: Id.optional() }).optional(),
});
/** Says who is in which site or zone: Wi-Fi, beacons, a gate. It can raise nothing. */
const NewPresenceIntegration = z.strictObject({ name: line(200), kind: z.literal("presence") });

export const NewIntegration = z.discriminatedUnion("kind", [NewAlarmIntegration, NewPresenceIntegration]);
export type NewIntegration = z.infer<typeof NewIntegration>;

const shown = { integrationId: Id, name: z.string(), url: z.string() };
const secret = { secret: z.string() };
export const Integration = z.discriminatedUnion("kind", [
  NewAlarmIntegration.extend(shown),
  NewPresenceIntegration.extend(shown),
]);
export type Integration = z.infer<typeof Integration>;
export const CreatedIntegration = z.discriminatedUnion("kind", [
  NewAlarmIntegration.extend(shown).extend(secret),
  NewPresenceIntegration.extend(shown).extend(secret),
]);
export type CreatedIntegration = z.infer<typeof CreatedIntegration>;

/** The body of a Standard Webhooks message: strict like every other body. */
export const HookBody = z.strictObject({
  type: line(200),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  data: z.strictObject({ title: Title.optional(), message: Message.optional(), values: Values.optional() }),
});
export type HookBody = z.infer<typeof HookBody>;

/** What a presence integration says: strict, so that it can hold no position (P4, I7). */
export const PresenceHookBody = z.strictObject({
  /** A username or a user's id. */
  userRef: z.string().min(2).max(100),
  siteId: Id,
  zoneId: Id.optional(),
  present: z.boolean(),
});
export type PresenceHookBody = z.infer<typeof PresenceHookBody>;
export const PresenceHookTaken = z.strictObject({ taken: z.literal(true) });
