import type { Counts, NotReachedReason, RecipientState } from "../../../protocol/alarms.ts";
import { type Percentiles, percentiles } from "../../../protocol/percentiles.ts";
import type { Response } from "../../../protocol/terms.ts";

/**
 * How far each recipient of one alarm got. Every change is a merge that may come twice or in any order and gives the same in
 * the end (I4): times keep the earliest, answers the one with the largest version. A state therefore never runs
 * backwards: pending < sent < notReached < received < seen < answered; somebody who was not reached may still come.
 * Columns rather than an object a person: ten thousand recipients are merged and counted in well under a millisecond each.
 */
export interface Progress {
  userIds: string[];
  indexOf: Map<string, number>;
  /** Milliseconds since 1970; 0 is "not yet". */
  sentAt: Float64Array;
  receivedAt: Float64Array;
  seenAt: Float64Array;
  notReachedAt: Float64Array;
  reason: (NotReachedReason | undefined)[];
  deviceId: (string | undefined)[];
  /** The escalation step that called those who were not called at once. */
  calledBy: Map<number, number>;
  answers: Map<number, Answer>;
  /** Grows with every change that somebody may see. */
  version: number;
}

export interface Answer {
  response: Response;
  etaMinutes?: number | undefined;
  text?: string | undefined;
  at: number;
  deviceId: string;
  /** Order among the answers of one alarm. */
  version: number;
  /** The version of the answer since which this person is on the way: changing coming to enRoute loses nobody their place. */
  since?: number | undefined;
}

export type SentRow = readonly [userId: string, at: number];
export type ReceiptRow = readonly [userId: string, deviceId: string, what: "received" | "seen", at: number];
export type NotReachedRow = readonly [userId: string, reason: NotReachedReason, at: number];

export const newProgress = (userIds: readonly string[]): Progress => ({
  userIds: [...userIds],
  indexOf: new Map(userIds.map((userId, i) => [userId, i])),
  sentAt: new Float64Array(userIds.length),
  receivedAt: new Float64Array(userIds.length),
  seenAt: new Float64Array(userIds.length),
  notReachedAt: new Float64Array(userIds.length),
  reason: new Array<NotReachedReason | undefined>(userIds.length),
  deviceId: new Array<string | undefined>(userIds.length),
  calledBy: new Map(),
  answers: new Map(),
  version: 0,
});

/** More people are called. Those who were already stay as they are. @returns the indexes of the new ones */
export const extend = (progress: Progress, userIds: readonly string[], step?: number): number[] => {
  const added = userIds.filter((userId) => !progress.indexOf.has(userId));
  if (added.length === 0) return [];
  const from = progress.userIds.length;
  const grown = (times: Float64Array) => {
    const next = new Float64Array(from + added.length);
    next.set(times);
    return next;
  };
  progress.sentAt = grown(progress.sentAt);
  progress.receivedAt = grown(progress.receivedAt);
  progress.seenAt = grown(progress.seenAt);
  progress.notReachedAt = grown(progress.notReachedAt);
  progress.reason.length = from + added.length;
  progress.deviceId.length = from + added.length;
  added.forEach((userId, n) => {
    progress.userIds.push(userId);
    progress.indexOf.set(userId, from + n);
    if (step !== undefined) progress.calledBy.set(from + n, step);
  });
  progress.version += 1;
  return added.map((_, n) => from + n);
};

const earliest = (times: Float64Array, i: number, at: number): boolean => {
  const known = times[i] as number;
  if (known !== 0 && known <= at) return false;
  times[i] = at;
  return true;
};

/** Runs a merge over rows; strangers (never recipients) are passed over. Answers the recipients that changed. */
const merge = <R extends readonly [string, ...unknown[]]>(
  progress: Progress,
  rows: readonly R[],
  apply: (i: number, row: R) => boolean,
): number[] => {
  const changed: number[] = [];
  for (const row of rows) {
    const i = progress.indexOf.get(row[0]);
    if (i !== undefined && apply(i, row)) changed.push(i);
  }
  if (changed.length > 0) progress.version += 1;
  return changed;
};

export const mergeSent = (progress: Progress, rows: readonly SentRow[]): number[] =>
  merge(progress, rows, (i, [, at]) => earliest(progress.sentAt, i, at));

export const mergeReceipts = (progress: Progress, rows: readonly ReceiptRow[]): number[] =>
  merge(progress, rows, (i, [, deviceId, what, at]) => {
    if (what === "seen") return earliest(progress.seenAt, i, at);
    const known = progress.deviceId[i];
    // Two devices in one millisecond: the smaller id, as in history/projections/recipients.ts, whatever order they came in (I8).
    const tie = progress.receivedAt[i] === at && known !== undefined && deviceId < known;
    if (!earliest(progress.receivedAt, i, at) && !tie) return false;
    progress.deviceId[i] = deviceId;
    return true;
  });

export const mergeNotReached = (progress: Progress, rows: readonly NotReachedRow[]): number[] =>
  merge(progress, rows, (i, [, reason, at]) => {
    if (!earliest(progress.notReachedAt, i, at)) return false;
    progress.reason[i] = reason;
    return true;
  });

/** An answer replaces an older one (I4); says whether it did. */
export const mergeAnswer = (progress: Progress, userId: string, answer: Answer): boolean =>
  merge(progress, [[userId]], (i) => {
    const known = progress.answers.get(i);
    if (known !== undefined && known.version >= answer.version) return false;
    progress.answers.set(i, answer);
    return true;
  }).length > 0;

export const stateAt = (progress: Progress, i: number): RecipientState => {
  if (progress.answers.has(i)) return "answered";
  if (progress.seenAt[i] !== 0) return "seen";
  if (progress.receivedAt[i] !== 0) return "received";
  if (progress.notReachedAt[i] !== 0) return "notReached";
  return progress.sentAt[i] !== 0 ? "sent" : "pending";
};

/** Whether nobody is waited for: everybody has it, or it is explained why not. */
export const isWithAll = ({ userIds, receivedAt, notReachedAt }: Progress): boolean =>
  userIds.every((_, i) => (receivedAt[i] ?? 0) > 0 || (notReachedAt[i] ?? 0) > 0);

/** `sent`, `received` and `seen` count everybody who got at least that far; the responses count latest answers. */
export const countsOf = (progress: Progress): Counts => {
  const counts: Counts = {
    recipients: progress.userIds.length,
    sent: 0,
    received: 0,
    seen: 0,
    coming: 0,
    notComing: 0,
    enRoute: 0,
    onScene: 0,
    notReached: 0,
  };
  for (let i = 0; i < progress.userIds.length; i++) {
    const state = stateAt(progress, i);
    if (state === "notReached") counts.notReached += 1;
    const got = state === "received" || state === "seen" || state === "answered";
    if (got || progress.sentAt[i] !== 0) counts.sent += 1;
    if (got) counts.received += 1;
    if (state === "seen" || state === "answered") counts.seen += 1;
  }
  for (const answer of progress.answers.values()) counts[answer.response] += 1;
  return counts;
};

/** Milliseconds from acceptance to each device's own receipt (only that counts as delivered, design §4). */
export const receivedTimings = (progress: Progress, raisedAt: number): Percentiles => {
  const took: number[] = [];
  for (const at of progress.receivedAt) if (at !== 0) took.push(Math.max(0, at - raisedAt));
  return percentiles(took.sort((a, b) => a - b));
};
