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

export const NewIntegration = z.strictObject({
  name: line(200),
  kind: z.literal("webhook"),
  alarm: IntegrationAlarm,
  /** The same signal again while its alarm is open and within so many seconds of the last one is a repeat; 0 merges nothing. */
  mergeSeconds: z.int().min(0).max(3_600).optional(),
  /** A button that a person carries or that hangs somewhere: the duress alarm is silent there. */
  at: z.strictObject({ userId: Id.optional(), siteId: Id.optional(), zoneId: Id.optional() }).optional(),
});
export type NewIntegration = z.infer<typeof NewIntegration>;

export const Integration = NewIntegration.extend({ integrationId: Id, name: z.string(), url: z.string() });
export type Integration = z.infer<typeof Integration>;
export const CreatedIntegration = Integration.extend({ secret: z.string() });
export type CreatedIntegration = z.infer<typeof CreatedIntegration>;

/** The body of a Standard Webhooks message: strict like every other body. */
export const HookBody = z.strictObject({
  type: line(200),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  data: z.strictObject({ title: Title.optional(), message: Message.optional(), values: Values.optional() }),
});
export type HookBody = z.infer<typeof HookBody>;
