import type { Purpose } from "./send.ts";

/**
 * Who goes first when a provider takes only so many a second: calls for help before everything else, then proof of addresses,
 * then what is over, and what was said in a chat last of all. Ten thousand stand-downs must not hold up the next alarm (T18).
 */
export const turnOf: Record<Purpose, number> = {
  alarm: 0,
  reAlarm: 0,
  verification: 1,
  standDown: 2,
  notice: 2,
  message: 3,
};

/** Sends that wait for the same turn: those of one alarm. */
export interface Queue {
  turn: number;
  alarmId: string;
}

/**
 * How many of each queue go now: all queues of the first turn side by side, so that a large alarm does not hold up a small one; the
 * next turn gets what is left. `take` answers how many there were.
 */
export const shareOut = <T>(
  queues: readonly Queue[],
  places: number,
  take: (queue: Queue, most: number) => T[],
): T[] => {
  const taken: T[] = [];
  const byTurn = Map.groupBy(
    [...queues].sort((a, b) => a.turn - b.turn),
    ({ turn }) => turn,
  );
  for (const waiting of byTurn.values()) {
    // Smallest shares first would need their sizes; a queue that does not use its share leaves it to those after it.
    for (const [i, queue] of waiting.entries()) {
      const share = Math.ceil((places - taken.length) / (waiting.length - i));
      if (share > 0) taken.push(...take(queue, share));
    }
  }
  return taken;
};
