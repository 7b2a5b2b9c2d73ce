import type { Channel, Kind, Urgency } from "../../../protocol/terms.ts";

/** Where one message goes. Only verified addresses ever come this far. */
export type Address =
  | { type: "push"; endpoint: string; p256dh: string; auth: string }
  | { type: "phone"; number: string }
  | { type: "email"; address: string };

/** What is sent to one person by one channel, worded and complete: an adapter only puts it on the wire. */
export interface ChannelMessage {
  /** The same for every try of one sending: providers and receivers recognise a repeat by it. */
  sendId: string;
  purpose: "alarm" | "reAlarm" | "standDown" | "verification" | "notice" | "message";
  to: Address;
  locale: "nl" | "en";
  kind: Kind;
  urgency: Urgency;
  silent: boolean;
  /** Begins with the word for exercise or test where it is one (I9). */
  title: string;
  text: string;
  /** The page on which the person answers without log-in. */
  link?: string;
  /** Push only: what the service worker needs, as JSON text; encrypted by RFC 8291, at most 3,000 bytes. */
  payload?: string;
  /** Newer messages of one topic replace older ones (RFC 8030, Topic): the alarm's id. */
  topic: string;
  /** After this the message is of no use any more, seconds. */
  ttlSeconds: number;
  /** Where the provider may post what became of it. */
  receiptUrl: string;
}

/**
 * `retry: false` is for good (a wrong number, a subscription that is gone); `afterMs` is what the provider asked for
 * (Retry-After). `reason` is a short stable word, never the provider's text: it may hold the address (T22).
 */
export type SendResult =
  | { ok: true; providerId?: string }
  | { ok: false; retry: boolean; reason: string; afterMs?: number; gone?: true };

/** What a provider says became of a message, by the sendId in the receipt's address. */
export interface ProviderReceipt {
  state: "sent" | "delivered" | "failed";
  reason?: string;
  /** A key pressed during a voice call: 5 coming, 9 not coming (domain.md, BK1). */
  pressed?: "coming" | "notComing";
}

/** One provider of one channel. Sending is at least once: the same sendId may be sent again after a crash. */
export interface ChannelAdapter {
  readonly channel: Channel;
  readonly provider: string;
  /** Sends at most this many a second, and this many at once. */
  readonly perSecond: number;
  readonly atOnce: number;
  /** Never throws for what the provider answers or for a line that fails; `signal` ends it at the deadline. */
  send(message: ChannelMessage, signal: AbortSignal): Promise<SendResult>;
  /**
   * Reads a receipt that was posted to `receiptUrl`. Undefined when it is not from this provider: wrong signature or not
   * understood. The answer to the provider (e.g. TwiML for a pressed key) goes with it.
   */
  readReceipt(request: {
    url: string;
    headers: Headers;
    bytes: Uint8Array;
  }): Promise<{ receipt: ProviderReceipt | undefined; answer?: { contentType: string; body: string } } | undefined>;
}
