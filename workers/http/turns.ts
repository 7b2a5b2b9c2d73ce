import { done, type Outcome } from "../../protocol/problems.ts";

/** How long somebody waits for a turn before being asked to come back, ms. */
const patienceMs = 5_000;
/** Between two turns the thread belongs to alarms for at least this long, ms. */
const gapMs = 20;
const pollMs = 10;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Lets one at a time do what holds the thread, with room in between. On one machine the thread of workerd is that of the actors:
 * without turns, ten at once delay an alarm by all ten (T15). Waiting is by asking again, since one request may not wake another in
 * a Worker.
 *
 * @param leaseMs a turn ends by itself after this time: a client that hangs up takes its request with it, `finally` and all
 * @returns what runs one thing in its turn; unavailable when no turn came within five seconds: then many more are waiting
 */
export const turns = (leaseMs: number) => {
  let takenUntil = 0;
  return async <T>(work: () => Promise<T>): Promise<Outcome<T>> => {
    const giveUpAt = Date.now() + patienceMs;
    while (Date.now() < takenUntil) {
      if (Date.now() >= giveUpAt) return { ok: false, refusal: { code: "unavailable", retryAfter: 5 } };
      await pause(pollMs);
    }
    const mine = Date.now() + leaseMs;
    takenUntil = mine;
    try {
      const value = await work();
      await pause(gapMs);
      return done(value);
    } finally {
      // A turn that took longer than its lease ends its own, not the next one's.
      if (takenUntil === mine) takenUntil = 0;
    }
  };
};
