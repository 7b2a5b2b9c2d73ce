import { toTime } from "../../../protocol/ids.ts";
import type { LoneWorkerEnd, LoneWorkerSession, LoneWorkerState } from "../../../protocol/lone-workers.ts";

/** A lone worker's session as the tenant keeps it. Times in ms since 1970. */
export interface LoneWorker {
  loneWorkerSessionId: string;
  userId: string;
  scenarioId: string;
  intervalMinutes: number;
  warnSeconds: number;
  note?: string;
  siteId?: string;
  zoneId?: string;
  state: LoneWorkerState;
  startedAt: number;
  lastCheckInAt?: number;
  dueAt: number;
  /** The deadline that a warning was given for: one warning a deadline. */
  warnedFor?: number;
  missedAt?: number;
  alarmId?: string;
  endedAt?: number;
  endReason?: LoneWorkerEnd;
}

/** How long a session that is over can still be looked at, ms. Its record stays as long as every log (P13). */
export const keptMs = 7 * 24 * 3_600_000;

/**
 * Presses within this time are one, ms: a device that says the same one again counts in whole seconds and over a slow line, and
 * a finger that hammers must not fill the record.
 */
const sameMs = 3_000;

const intervalMs = ({ intervalMinutes }: LoneWorker): number => intervalMinutes * 60_000;

export type Start = Pick<
  LoneWorker,
  "loneWorkerSessionId" | "userId" | "scenarioId" | "intervalMinutes" | "warnSeconds" | "note" | "siteId" | "zoneId"
>;

export const startSession = (start: Start, now: number): LoneWorker => ({
  ...start,
  state: "running",
  startedAt: now,
  dueAt: now + start.intervalMinutes * 60_000,
});

/** What follows from a move, in order: the shell writes it down, warns and raises in the same transaction. */
export type Happening =
  | { type: "warned"; dueAt: number }
  | { type: "missed"; dueAt: number }
  /** `dueAt` is the new deadline; absent when the alarm is out already, which stays. */
  | { type: "checkedIn"; pressedAt: number; dueAt?: number }
  | { type: "ended"; reason: LoneWorkerEnd }
  | { type: "forgotten" };

export interface Moved {
  session: LoneWorker;
  happened: Happening[];
}

const nothing = (session: LoneWorker): Moved => ({ session, happened: [] });

/**
 * Whatever looks at a session first after an unanswered deadline (the timer, a press, an end) makes it missed: which of them comes
 * late does not matter. From there on it raises nothing any more.
 */
const settle = ({ session, happened }: Moved, now: number): Moved => {
  const { state, dueAt } = session;
  if (state !== "running" || now < dueAt) return { session, happened };
  return {
    session: { ...session, state: "missed", missedAt: now },
    happened: [...happened, { type: "missed", dueAt }],
  };
};

/** The timer, at any time, early or twice. After an absence past the deadline there is nothing left to warn of. */
export const timePassed = (session: LoneWorker, now: number): Moved => {
  const settled = settle(nothing(session), now);
  if (settled.happened.length > 0) return settled;
  const { state, dueAt, warnedFor } = session;
  if (state === "running" && now >= warnAt(session) && warnedFor !== dueAt)
    return { session: { ...session, warnedFor: dueAt }, happened: [{ type: "warned", dueAt }] };
  if (state !== "running" && now >= forgetAt(session)) return { session, happened: [{ type: "forgotten" }] };
  return nothing(session);
};

/** Moves the deadline of a running session; of a missed one only the time is kept. A press that was counted says nothing new. */
const count = ({ session, happened }: Moved, pressedAt: number): Moved => {
  const { state, lastCheckInAt: last, startedAt } = session;
  if (last === undefined ? pressedAt <= startedAt : pressedAt < last + sameMs) return { session, happened };
  if (state !== "running")
    return {
      session: { ...session, lastCheckInAt: pressedAt },
      happened: [...happened, { type: "checkedIn", pressedAt }],
    };
  const dueAt = pressedAt + intervalMs(session);
  return {
    session: { ...session, lastCheckInAt: pressedAt, dueAt },
    happened: [...happened, { type: "checkedIn", pressedAt, dueAt }],
  };
};

/**
 * A check-in. One that was pressed before the deadline answers it also when it comes in later: the device was offline, or this
 * actor was away. It may still be too old to help; then the deadline that it moves to has passed as well.
 */
export const pressed = (session: LoneWorker, pressedAt: number, now: number): Moved => {
  if (session.state === "ended") return nothing(session);
  const inTime = session.state === "running" && pressedAt <= session.dueAt;
  return inTime ? settle(count(nothing(session), pressedAt), now) : count(settle(nothing(session), now), pressedAt);
};

/** Ends a session. To end it after the deadline does not answer it. */
export const ended = (session: LoneWorker, reason: LoneWorkerEnd, now: number): Moved => {
  if (session.state === "ended") return nothing(session);
  const { session: settled, happened } = settle(nothing(session), now);
  return {
    session: { ...settled, state: "ended", endedAt: now, endReason: reason },
    happened: [...happened, { type: "ended", reason }],
  };
};

/** When the session's timer has to come next. */
export const nextAt = (session: LoneWorker): number => {
  if (session.state !== "running") return forgetAt(session);
  return session.warnedFor === session.dueAt ? session.dueAt : warnAt(session);
};

const warnAt = ({ dueAt, warnSeconds }: LoneWorker): number => dueAt - warnSeconds * 1_000;

const forgetAt = ({ endedAt, missedAt, dueAt }: LoneWorker): number => (endedAt ?? missedAt ?? dueAt) + keptMs;

/** The session as the wire shows it. */
export const showSession = (session: LoneWorker, name: string): LoneWorkerSession => {
  const { warnedFor: _, startedAt, lastCheckInAt, dueAt, missedAt, endedAt, ...rest } = session;
  return {
    ...rest,
    name,
    startedAt: toTime(startedAt),
    ...(lastCheckInAt === undefined ? {} : { lastCheckInAt: toTime(lastCheckInAt) }),
    dueAt: toTime(dueAt),
    ...(missedAt === undefined ? {} : { missedAt: toTime(missedAt) }),
    ...(endedAt === undefined ? {} : { endedAt: toTime(endedAt) }),
  };
};
