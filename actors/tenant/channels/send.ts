import { Channel, type ChannelState } from "../../../protocol/terms.ts";
import { backOffMs } from "../../kernel/back-off.ts";
import type { ChannelMessage, ProviderReceipt, SendResult } from "./channel.ts";

export type Purpose = ChannelMessage["purpose"];

/** Words that were chosen when the send was written down. */
export interface Said {
  title: string;
  text: string;
  /** The conversation that a message is in: whoever is not in it any more is not called there. */
  conversationId?: string;
}

/** `sending`: somebody has taken it, and owes a result until `nextAt`. */
export type SendState = ChannelState | "sending";

/**
 * One message to one recipient by one channel, from the decision to send it to what became of it. Pure rules: the table and
 * the clock are elsewhere. Times in ms since 1970.
 *
 * Sending is at least once. `sending` is committed before anything leaves; whoever dies with it in hand leaves a row that
 * becomes due again at its `nextAt`, and sends under the same id, by which a provider recognises the repeat.
 */
export interface Send {
  sendId: string;
  /** Absent for what belongs to no alarm: a verification code. */
  alarmId?: string;
  purpose: Purpose;
  channel: Channel;
  /** A user's id, or a contact's. */
  recipient: string;
  contact: boolean;
  state: SendState;
  /** Tries begun. */
  attempts: number;
  /** When it is to be sent (waiting), or when a try without a result counts as lost (sending). */
  nextAt: number;
  reason?: string;
  createdAt: number;
  /** When the state last changed. */
  changedAt: number;
  /** Afterwards it is of no use any more. */
  deadline: number;
  /** Not needed any more, said while a try was under way: that try may still arrive, no other follows. */
  unwanted?: true;
  /** The answer by its link has been given: the link is used up. */
  answered?: true;
  /** Push: sessions whose browser has it already, so that a further try spares them. */
  reached?: readonly string[];
  /** The words of a notice or of a message; alarms bring their own. */
  said?: Said;
}

/** A try takes at most this long, ms. */
export const tryMs = 10_000;
/** A try without a result by then was lost with its process: longer than a try, or a slow one would be sent beside itself. ms. */
export const lostAfterMs = tryMs + 5_000;
const mostTries = 5;
const firstRetryMs = 1_000;
const slowestRetryMs = 60_000;

/**
 * States only ever rise. A handset's word beats all; the provider's "failed" beats its "sent", whatever order they come in; and
 * a receipt beats our own giving up: it says what really happened.
 */
const rank: Record<SendState, number> = {
  waiting: 0,
  sending: 0,
  cancelled: 1,
  sent: 2,
  failed: 3,
  delivered: 4,
  skipped: 5,
};

const isActive = (state: SendState): boolean => state === "waiting" || state === "sending";

/** The state as others see it. */
export const shownState = (state: SendState): ChannelState => (state === "sending" ? "waiting" : state);

const to = (send: Send, state: SendState, now: number, reason?: string): Send => {
  const { reason: _, ...rest } = send;
  return { ...rest, state, changedAt: now, ...(reason === undefined ? {} : { reason }) };
};

const raised = (send: Send, state: SendState, now: number, reason?: string): Send =>
  rank[state] > rank[send.state] ? to(send, state, now, reason) : send;

/** Whether it may be taken now: its time has come, or the try that had it was lost. */
export const isDue = (send: Send, now: number): boolean => isActive(send.state) && send.nextAt <= now;

/**
 * Takes a due send for a try. Answers it as it has to be stored before anything leaves; what comes back in another state than
 * `sending` is not sent: too late, tried too often, or not wanted any more.
 */
export const take = (send: Send, now: number): Send => {
  if (!isDue(send, now)) return send;
  // Taken before and no result: it may have left. Whether it did, only a receipt could tell.
  const lost = send.state === "sending";
  if (send.unwanted) return to(send, "cancelled", now, "interrupted");
  if (now >= send.deadline) return giveUp(send, now, lost ? "noResult" : (send.reason ?? "tooLate"));
  if (send.attempts >= mostTries) return giveUp(send, now, lost ? "noResult" : (send.reason ?? "tooOften"));
  return { ...send, state: "sending", attempts: send.attempts + 1, nextAt: now + lostAfterMs };
};

const giveUp = (send: Send, now: number, reason: string): Send =>
  send.reached === undefined || send.reached.length === 0
    ? raised(send, "failed", now, reason)
    : raised(send, "sent", now);

/** What one try came to, for all the places that the send goes to. */
export type TryResult = SendResult & { reached?: readonly string[] };

/**
 * Takes the result of a try.
 *
 * @param attempt which try this is the result of. That a provider took it is true whenever we hear of it; a failure of a try
 *   that was counted as lost long ago says nothing about the one that followed.
 */
export const settle = (send: Send, attempt: number, result: TryResult, now: number): Send => {
  const reached =
    result.reached === undefined ? send.reached : [...new Set([...(send.reached ?? []), ...result.reached])];
  const known: Send = reached === undefined || reached.length === 0 ? send : { ...send, reached };
  if (result.ok) return raised(known, "sent", now);
  if (send.state !== "sending" || send.attempts !== attempt) return known;
  if (!result.retry) return giveUp(known, now, result.reason);
  if (send.unwanted) return to(known, "cancelled", now, result.reason);
  const nextAt = now + Math.max(backOffMs(attempt, firstRetryMs, slowestRetryMs), result.afterMs ?? 0);
  if (attempt >= mostTries || nextAt >= send.deadline) return giveUp(known, now, result.reason);
  return { ...known, state: "waiting", nextAt, reason: result.reason };
};

/** Takes what a provider, or the recipient's own device, says became of it. */
export const hear = (send: Send, receipt: ProviderReceipt, now: number): Send =>
  send.state === "skipped" ? send : raised(send, receipt.state, now, receipt.reason);

/** Not needed any more. What is under way cannot be called back. */
export const cancel = (send: Send, now: number): Send => {
  if (send.state === "waiting") return to(send, "cancelled", now);
  return send.state === "sending" ? { ...send, unwanted: true } : send;
};

/** Whether the recipient has it, or may have: such a one is told of the stand-down as well. */
export const mayHaveReached = (send: Send): boolean =>
  send.state === "sent" ||
  send.state === "delivered" ||
  send.state === "sending" ||
  (send.reached?.length ?? 0) > 0 ||
  send.reason === "interrupted" ||
  send.reason === "noResult";

/** How sure it is that the recipient has it: a handset's word, a provider's, nobody's. */
const certainty = ({ state, reached = [] }: Send): number =>
  state === "delivered" ? 2 : state === "sent" || reached.length > 0 ? 1 : 0;

/**
 * Of two ways that may have reached somebody the one to tell them the end by: a telephone that has the message rather than one that
 * was only rung after it; of equals the later rung, and of one rung (contacts are called every way at once) the usual order.
 */
export const surerWay = (a: Send, b: Send): Send => {
  const order = (send: Send) => Channel.options.indexOf(send.channel);
  const better = certainty(b) - certainty(a) || b.createdAt - a.createdAt || order(a) - order(b);
  return better > 0 ? b : a;
};
