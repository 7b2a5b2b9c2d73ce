/** Quiet and churn in turns, an alarm in each. Times in ms from the start of the first turn. */

/** Length of a turn, s: the fan-out of its alarm and what follows from it have ended long before the next. */
export const alarmEvery = 7;
/** Within a turn: when its alarm is raised, and in a turn of churn when people come and go. */
export const alarmMs = 3_000;
/** Everybody has rested and every change has been shown before the turn is over (REST_MS in churn-devices.ts). */
export const churnAt = { from: 200, until: 5_200 } as const;

export const phaseStarts = (turns: number): { readonly what: "quiet" | "churn"; readonly at: number }[] =>
  Array.from({ length: turns }, (_, i) => ({ what: i % 2 === 0 ? "quiet" : "churn", at: i * alarmEvery * 1_000 }));

/** Which turn a moment (ms since 1970) falls into, where the first began at `start`. */
export const phaseAt = (start: number, at: number): "quiet" | "churn" =>
  Math.floor((at - start) / (alarmEvery * 1_000)) % 2 === 0 ? "quiet" : "churn";

/** Whether people come and go at this moment. */
export const isChurning = (start: number, at: number): boolean => {
  if (at < start || phaseAt(start, at) === "quiet") return false;
  const within = (at - start) % (alarmEvery * 1_000);
  return within >= churnAt.from && within < churnAt.until;
};
