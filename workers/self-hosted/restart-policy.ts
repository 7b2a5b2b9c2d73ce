export interface NextLife {
  delayMs: number;
  failedStarts: number;
  giveUp: boolean;
}

/** A part that worked for this long had nothing wrong with it: it comes back at once. */
const WORKED_MS = 2_000;
/** A part that works and dies soon, again and again, is still worth having: each life may carry alarms. */
const SHORT_LIFE_DELAY_MS = 500;
const FIRST_FAILURE_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

/**
 * What to do after a part has died. A start that never came to answering is a failure and they are counted in a row; one
 * that did answer begins the count anew, so that only a part that cannot come up at all is ever given up.
 * @param workedMs how long it answered; undefined when it never did
 * @param failedStarts the failures in a row before this one
 */
export function afterDeath(workedMs: number | undefined, failedStarts: number, giveUpAfter: number): NextLife {
  if (workedMs !== undefined) {
    return { delayMs: workedMs >= WORKED_MS ? 0 : SHORT_LIFE_DELAY_MS, failedStarts: 0, giveUp: false };
  }
  const failed = failedStarts + 1;
  const delayMs = Math.min(FIRST_FAILURE_DELAY_MS * 2 ** (failed - 1), LONGEST_DELAY_MS);
  return { delayMs, failedStarts: failed, giveUp: failed >= giveUpAfter };
}
