import { done, type Outcome } from "../../protocol/problems.ts";

/** How long somebody waits for a turn before being asked to come back, ms. */
const patienceMs = 5_000;
/** Between two hashes the thread belongs to alarms for at least this long, ms. */
const gapMs = 20;
const pollMs = 10;
/** A turn ends by itself after this time, ms: a client that hangs up takes its request with it, `finally` and all. */
const leaseMs = 2_000;

let takenUntil = 0;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Hashes passwords one at a time, with room in between. In workerd a hash holds the thread for some 150 ms, and on one machine
 * that is the thread of the actors: without turns, ten log-ins at once delay an alarm by all ten (T15). Waiting is by asking
 * again, since one request may not wake another in a Worker.
 *
 * @returns unavailable when no turn came within five seconds: then many more are waiting
 */
export const hashingTurn = async <T>(hash: () => Promise<T>): Promise<Outcome<T>> => {
  const giveUpAt = Date.now() + patienceMs;
  while (Date.now() < takenUntil) {
    if (Date.now() >= giveUpAt) return { ok: false, refusal: { code: "unavailable", retryAfter: 5 } };
    await pause(pollMs);
  }
  takenUntil = Date.now() + leaseMs;
  try {
    const value = await hash();
    await pause(gapMs);
    return done(value);
  } finally {
    takenUntil = 0;
  }
};
