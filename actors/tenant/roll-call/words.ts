import type { WordRow } from "../../../protocol/roll-call-records.ts";
import type { LineState } from "../../../protocol/roll-calls.ts";
import type { Roll } from "./roll.ts";

/** A marshal's tick always holds: the last one to arrive wins, and an earlier one is on record. */
export const tickRow = (
  tick: { userId: string; state: LineState; musterPointId?: string | undefined; note?: string | undefined },
  by: string,
  now: number,
): WordRow => [tick.userId, tick.state, tick.musterPointId ?? null, tick.note ?? null, by, 0, now, 1];

/**
 * A person's own check-in, which may come late from a device that was offline, and more than once.
 *
 * It does not hold over what a marshal said after the person pressed: whoever is sought must not be crossed off by an old
 * message. It is kept nevertheless and shown as a conflict.
 *
 * @returns undefined when it says nothing that was not said before
 */
export const checkInRow = (
  roll: Roll,
  userId: string,
  musterPointId: string | undefined,
  pressedAt: number,
): WordRow | undefined => {
  const i = roll.indexOf.get(userId) ?? -1;
  const [standing, own] = [roll.standing.get(i), roll.own.get(i)];
  const holds = standing === undefined || standing.self || pressedAt >= standing.at;
  const point = musterPointId ?? own?.musterPointId;
  if (own !== undefined) {
    // Said on another device after this one was pressed.
    if (pressedAt < own.at) return undefined;
    if (own.musterPointId === point && (standing === own || !holds)) return undefined;
  }
  return [userId, "accountedFor", point ?? null, null, userId, 1, pressedAt, holds ? 1 : 0];
};

/** When the person pressed, by the server's clock; never before the roll-call was opened. */
export const pressedAt = (openedAt: number, secondsAgo: number | undefined, now: number): number =>
  Math.max(Math.min(openedAt, now), now - (secondsAgo ?? 0) * 1_000);
