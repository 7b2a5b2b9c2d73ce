import * as z from "zod";
import { RecipientState } from "./alarms.ts";
import { Id, Time } from "./ids.ts";
import { Locale } from "./people.ts";
import { Channel, ChannelState, Kind, Response, Urgency } from "./terms.ts";
import { line } from "./text.ts";

/** What a push message holds once the browser has decrypted it (RFC 8291). The token is that of its answer link. */
export const PushPayload = z.object({
  v: z.literal(1),
  what: z.enum(["alarm", "reAlarm", "standDown", "notice", "message"]),
  /** Slug. */
  tenant: z.string(),
  alarmId: Id.optional(),
  /** Of a message: the room that a press opens. */
  conversationId: Id.optional(),
  kind: Kind,
  urgency: Urgency,
  /** Nothing of the alarm may show; the app shows it. */
  silent: z.boolean(),
  title: z.string(),
  text: z.string().optional(),
  token: z.string().optional(),
});
export type PushPayload = z.infer<typeof PushPayload>;

/** The key that browsers subscribe with (RFC 8292, VAPID): base64url of an uncompressed P-256 point. */
export const PushKey = z.strictObject({ publicKey: z.string() });

const base64url = (length: number) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${length}}=?=?$`), "is not a key");

/** `PushSubscription.toJSON()` of a browser, without its expiration time. */
export const NewPushSubscription = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  keys: z.strictObject({ p256dh: base64url(87), auth: base64url(22) }),
});
export type NewPushSubscription = z.infer<typeof NewPushSubscription>;

export const Detail = z.enum(["email", "phone"]);
export type Detail = z.infer<typeof Detail>;

export const NewVerification = z.strictObject({ detail: Detail });
/** A code is on its way; until then it works. */
export const CodeSent = z.strictObject({ detail: Detail, expiresAt: Time });
export const ConfirmVerification = z.strictObject({
  detail: Detail,
  code: z.string().regex(/^[0-9]{6}$/, "is not a code"),
});

/** How one channel reaches me. */
export const OwnChannel = z.strictObject({
  channel: Channel,
  /** This installation has a provider for it. */
  configured: z.boolean(),
  /** I have given an address for it, or subscribed this or another browser. */
  available: z.boolean(),
  /** I have proven that the address is mine; only then is it used. */
  verified: z.boolean(),
});
export type OwnChannel = z.infer<typeof OwnChannel>;
export const OwnChannels = z.strictObject({ channels: z.array(OwnChannel) });

/** How a channel is doing, for administrators: sends of the last 30 days by their state. */
export const ChannelStatus = z.strictObject({
  channel: Channel,
  configured: z.boolean(),
  provider: z.string().optional(),
  counts: z.partialRecord(ChannelState, z.int()),
});
export const ChannelStatuses = z.strictObject({ channels: z.array(ChannelStatus) });

/** A message that was given up. */
export const DeadLetter = z.strictObject({
  sendId: Id,
  alarmId: Id.optional(),
  purpose: z.enum(["alarm", "reAlarm", "standDown", "verification", "notice", "message"]),
  channel: Channel,
  userId: Id.optional(),
  contactId: Id.optional(),
  name: z.string(),
  reason: z.string(),
  attempts: z.int(),
  createdAt: Time,
  failedAt: Time,
});
export type DeadLetter = z.infer<typeof DeadLetter>;

/** What an answer link shows to whoever holds it. */
export const AnswerLink = z.strictObject({
  organisation: z.string(),
  title: z.string(),
  message: z.string().optional(),
  instructions: z.array(z.string()).optional(),
  kind: Kind,
  raisedAt: Time,
  /** Of the organisation: what its clocks show. */
  timeZone: z.string(),
  locale: Locale,
  /** How far this recipient is; an answer given elsewhere shows here. */
  state: RecipientState,
});
export type AnswerLink = z.infer<typeof AnswerLink>;

export const LinkAnswer = z.strictObject({
  response: Response,
  etaMinutes: z.int().min(0).max(600).optional(),
  text: line(500).optional(),
});
export type LinkAnswer = z.infer<typeof LinkAnswer>;
export const LinkAnswered = z.strictObject({ response: Response, respondedAt: Time });
export type LinkAnswered = z.infer<typeof LinkAnswered>;

/** Sent by the service worker when it has shown the message, and when the person has opened it. */
export const LinkReceipt = z.strictObject({ what: z.enum(["received", "seen"]) });
