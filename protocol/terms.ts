import * as z from "zod";
import { Id } from "./ids.ts";

/** The words that alarms, scenarios and records share. CAP terms: OASIS CAP 1.2, 3.2. */
export const Kind = z.enum(["actual", "exercise", "test"]);
export type Kind = z.infer<typeof Kind>;
/** How loud. A silent alarm is its own flag (`silent`): it may be as urgent as any (docs/decisions). */
export const Urgency = z.enum(["urgent", "normal", "information"]);
export type Urgency = z.infer<typeof Urgency>;
/** CAP `severity`. */
export const Severity = z.enum(["Extreme", "Severe", "Moderate", "Minor", "Unknown"]);
export type Severity = z.infer<typeof Severity>;
/** CAP `category`. */
export const Category = z.enum([
  "Geo",
  "Met",
  "Safety",
  "Security",
  "Rescue",
  "Fire",
  "Health",
  "Env",
  "Transport",
  "Infra",
  "CBRNE",
  "Other",
]);
export type Category = z.infer<typeof Category>;

export const Response = z.enum(["coming", "notComing", "enRoute", "onScene"]);
export type Response = z.infer<typeof Response>;

export const Requirement = z.array(z.strictObject({ roleId: Id, count: z.int().min(1).max(1_000) })).max(50);
export type Requirement = z.infer<typeof Requirement>;

/** Ways to a person besides the open socket, in the order of the usual ladder. */
export const Channel = z.enum(["push", "sms", "voice", "email"]);
export type Channel = z.infer<typeof Channel>;
/**
 * `waiting` to be sent, `sent` (the provider took it), `delivered` (a handset or browser has it), `failed` (for good),
 * `skipped` (there was no way: `reason` says why), `cancelled` (not needed any more).
 */
export const ChannelState = z.enum(["waiting", "sent", "delivered", "failed", "skipped", "cancelled"]);
export type ChannelState = z.infer<typeof ChannelState>;
