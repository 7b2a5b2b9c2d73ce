import * as z from "zod";
import { ChannelTry, NotReachedReason, RecipientState } from "./alarms.ts";
import { Fill } from "./course.ts";
import { Id, Time } from "./ids.ts";
import { Channel } from "./terms.ts";

/**
 * Why somebody is not among the recipients. `notTargeted`: neither named, nor of a targeted role or place; the others say
 * which restriction kept out a person whom the targets name by user, role or home site.
 */
export const LeftOutReason = z.enum([
  "disabled",
  "notTargeted",
  "wrongRole",
  "notThere",
  "notPresent",
  "unavailable",
  "offDuty",
  "notQualified",
  "visiting",
  "raiser",
]);
export type LeftOutReason = z.infer<typeof LeftOutReason>;

/** Who would be reached right now, and by which channel. */
export const PreviewedRecipient = z.strictObject({
  userId: Id,
  name: z.string(),
  roleIds: z.array(Id),
  /** A socket is open or a device is enrolled; then the ladder's channels that have a verified address. */
  device: z.boolean(),
  channels: z.array(Channel),
  visiting: z.literal(true).optional(),
  /** Nothing can reach this person: no device and no verified address. */
  unreachable: z.literal(true).optional(),
});
export type PreviewedRecipient = z.infer<typeof PreviewedRecipient>;

/** The first thousand of each; the totals count everybody. */
export const Preview = z.strictObject({
  recipients: z.array(PreviewedRecipient),
  leftOut: z.array(z.strictObject({ userId: Id, name: z.string(), reason: LeftOutReason })),
  totals: z.strictObject({
    recipients: z.int(),
    unreachable: z.int(),
    leftOut: z.partialRecord(LeftOutReason, z.int()),
  }),
  /** Whether the recipients could meet the requirement if all of them came; absent without a requirement. */
  fill: Fill.optional(),
});
export type Preview = z.infer<typeof Preview>;

/** "Why was I (not) alarmed": one person and one alarm. */
export const Explanation = z.strictObject({
  userId: Id,
  name: z.string(),
  alarmed: z.boolean(),
  /** When not alarmed. */
  reason: LeftOutReason.optional(),
  state: RecipientState.optional(),
  notReached: NotReachedReason.optional(),
  /** The escalation step that called this person later. */
  step: z.int().optional(),
  sentAt: Time.optional(),
  receivedAt: Time.optional(),
  seenAt: Time.optional(),
  respondedAt: Time.optional(),
  channels: z.array(ChannelTry).optional(),
});
export type Explanation = z.infer<typeof Explanation>;
