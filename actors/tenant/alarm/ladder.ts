import type { Ladder, Rung } from "../../../protocol/course.ts";
import type { Urgency } from "../../../protocol/terms.ts";
import type { Progress } from "./progress.ts";

/**
 * The fallback ladder (design §4, Receive; DIVERA's "Rückfallebene"): who has not met a rung's criterion when its time has come is
 * reached by its channel. Recipients who were called at the same moment climb together: one timer an alarm, one pass a rung,
 * however many they are.
 */
export interface LadderRun {
  /** Recipients from this index up to (without) that one. */
  from: number;
  to: number;
  /** When they were called, ms since 1970. */
  startAt: number;
  /** The next rung to take. */
  rung: number;
  /** The next recipient of that rung: a rung over many people is taken in several goes. */
  cursor: number;
  /** Larger than 0 when the same people were alarmed again: a receipt of the first call proves nothing about this one. */
  round: number;
}

/** Whether anybody may have been reached by a channel: a run that is gone has climbed every rung. */
export const hasClimbed = (ladder: Ladder, runs: readonly LadderRun[]): boolean =>
  ladder.length > 0 &&
  (runs.length === 0 || runs.some((run) => run.rung > 0 || run.cursor > run.from || run.round > 0));

/** Seconds between the call and a rung. */
const secondsTo = (ladder: Ladder, rung: number): number =>
  ladder.slice(0, rung + 1).reduce((sum, { withinSeconds }) => sum + withinSeconds, 0);

/**
 * Runs after a rest, in which enough were coming: the time of the rest does not count, or every rung that fell into it would be
 * taken at the same moment. A run that began meanwhile begins now.
 */
export const afterRest = (runs: readonly LadderRun[], since: number, now: number): LadderRun[] =>
  runs.map((run) => ({ ...run, startAt: run.startAt + now - Math.max(since, run.startAt) }));

/** When a run's next rung is due, ms since 1970; undefined when it has climbed them all. */
export const rungDueAt = (ladder: Ladder, run: LadderRun): number | undefined =>
  run.rung >= ladder.length ? undefined : run.startAt + secondsTo(ladder, run.rung) * 1_000;

/** Whether a recipient has done what the rung asks for; somebody who answered has received it as well. */
export const meets = (progress: Progress, i: number, criterion: Rung["criterion"], round: number): boolean => {
  if (progress.answers.has(i)) return true;
  if (criterion === "responded" || round > 0) return false;
  if (progress.seenAt[i] !== 0) return true;
  return criterion === "received" && progress.receivedAt[i] !== 0;
};

/** Nobody of a run needs any of its rungs any more: what has been received stays received, so it need not be looked at again. */
export const isOver = (ladder: Ladder, run: LadderRun, progress: Progress): boolean => {
  const left = ladder.slice(run.rung);
  for (let i = run.from; i < run.to; i++)
    if (left.some(({ criterion }) => !meets(progress, i, criterion, run.round))) return false;
  return true;
};

/** What one go over a rung found. */
export interface RungTaken {
  run: LadderRun;
  channel: Rung["channel"];
  rung: number;
  /** Indexes of those to be reached by the channel. */
  indexes: number[];
}

/**
 * Takes the next go of a run whose rung is due: at most `many` recipients are looked for, so that no timer holds up an alarm.
 * The run in the answer is what to store with what was sent for it, in one transaction.
 */
export const takeRung = (
  ladder: Ladder,
  run: LadderRun,
  progress: Progress,
  now: number,
  many: number,
): RungTaken | undefined => {
  const dueAt = rungDueAt(ladder, run);
  const rung = ladder[run.rung];
  if (dueAt === undefined || rung === undefined || dueAt > now) return undefined;
  const indexes: number[] = [];
  let i = run.cursor;
  for (; i < run.to && indexes.length < many; i++) if (!meets(progress, i, rung.criterion, run.round)) indexes.push(i);
  const next = i < run.to ? { ...run, cursor: i } : { ...run, rung: run.rung + 1, cursor: run.from };
  return { run: next, channel: rung.channel, rung: run.rung, indexes };
};

/** The ladder of an alarm whose scenario says nothing about it. A silent alarm makes no telephone ring. */
export const usualLadder = (urgency: Urgency, silent: boolean): Ladder => {
  const rung = (channel: Rung["channel"], withinSeconds: number): Rung => ({
    criterion: "received",
    withinSeconds,
    channel,
  });
  if (urgency === "information") return [rung("push", 5), rung("email", 300)];
  if (urgency === "normal") return [rung("push", 5), rung("sms", 60), rung("email", 0)];
  const voice = silent ? [] : [rung("voice", 40)];
  return [rung("push", 5), rung("sms", 15), ...voice, rung("email", 0)];
};
