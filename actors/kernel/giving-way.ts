import { othersFirst } from "./others-first.ts";

/** While an alarm goes out, other work waits and is looked at again after this, ms. */
export const giveWayStepMs = 50;
/** Nothing waits longer than this for alarms, ms: it comes after them, and never to a stop. */
export const giveWayMs = 250;

/** What waits for a turn, and what goes on. */
export interface Waiting {
  /** Something waits to be taken. */
  owed: boolean;
  /** The last turn has not ended. */
  underWay: boolean;
  /** The last turn began less than the rest ago. */
  resting: boolean;
  /** How long what waits has given way, ms. */
  gaveWayMs: number;
}

/**
 * What is next for work that comes again and again and must delay no alarm: reports of presence and boards (issue 5, live boards;
 * decision 0010). `take`: all that waits, now. `giveWay`: ask again in `giveWayStepMs`. `wait`: for more work, or for the end of what
 * goes on.
 *
 * What comes after a quiet time is taken at once, and whatever comes in the rest after it is taken together at its end. By elapsed
 * timers and not by the clock, which stands still while code runs on some runtimes.
 */
export const nextTurn = (
  { owed, underWay, resting, gaveWayMs }: Waiting,
  alarmGoesOut: boolean,
): "take" | "giveWay" | "wait" => {
  if (!owed || underWay || resting) return "wait";
  return alarmGoesOut && gaveWayMs < giveWayMs ? "giveWay" : "take";
};

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The rests of one long piece of work: each lets others have a turn, and the alarm that goes out all the turns it needs. All rests
 * together give way no longer than `giveWayMs`.
 */
export const restsBehind = (alarmGoesOut: () => boolean): (() => Promise<void>) => {
  let gaveWayMs = 0;
  return async () => {
    await othersFirst();
    for (; alarmGoesOut() && gaveWayMs < giveWayMs; gaveWayMs += giveWayStepMs) await after(giveWayStepMs);
  };
};
