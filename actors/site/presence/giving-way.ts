/** Reports that come within this time of the last call to the tenant go together in the next, ms. */
export const gatherMs = 25;
/** While an alarm goes out, reports wait and are looked at again after this, ms. */
export const giveWayStepMs = 50;
/** No report waits longer than this for alarms, ms: presence comes after them, and never to a stop. */
export const giveWayMs = 250;

/** What waits to be taken, and what goes on. */
export interface Gathering {
  /** Reports that nobody has taken yet. */
  waiting: number;
  /** The tenant is being told of others. */
  telling: boolean;
  /** Less than `gatherMs` since the tenant began to be told. */
  resting: boolean;
  /** How long those that wait have given way, ms. */
  gaveWayMs: number;
}

/**
 * What is next for reports of presence (issue 5, live boards: ten thousand changes a minute delay no alarm; decision 0010: each is
 * answered when the tenant has it). `take`: all of them together, now. `giveWay`: ask again in `giveWayStepMs`. `wait`: for more
 * reports, or for the end of what goes on.
 *
 * A report that comes alone is taken at once. By elapsed timers and not by the clock, which stands still while code runs on some
 * runtimes.
 */
export const nextForPresence = (
  { waiting, telling, resting, gaveWayMs }: Gathering,
  alarmGoesOut: boolean,
): "take" | "giveWay" | "wait" => {
  if (waiting === 0 || telling || resting) return "wait";
  return alarmGoesOut && gaveWayMs < giveWayMs ? "giveWay" : "take";
};
