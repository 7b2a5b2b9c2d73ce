import { hashSecret } from "../../kernel/hashes.ts";

/**
 * Repeats (T18): the same signal of an integration again, while its alarm is open and within the window after the last one, is
 * the same event going on, such as a stuck button. What the signal says belongs to its identity: a panel that reports another
 * detector has something new to say.
 */
export const sourceOf = (integrationId: string, said: unknown): string =>
  `hook:${integrationId}:${hashSecret(JSON.stringify(said)).slice(0, 22)}`;

/** Whether a signal at `now` (ms) is a repeat of an alarm that was raised, or last repeated, at `lastAt`. */
export const isRepeat = (lastAt: number, now: number, windowSeconds: number): boolean =>
  windowSeconds > 0 && now - lastAt <= windowSeconds * 1_000;

/**
 * Whether one more alarm of this person is one too many to go out without a second thought: only this person is asked to
 * confirm, and nobody else is held up. @param times when this person raised alarms, ms since 1970
 */
export const floods = (times: readonly number[], now: number, atMost: number, withinMs: number): boolean =>
  times.filter((at) => at > now - withinMs).length >= atMost;
