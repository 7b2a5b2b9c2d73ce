import { othersFirst } from "../../kernel/others-first.ts";

/**
 * Work that lets alarms go first. The actor, the others of its process and the edge share one thread: whoever computes for a
 * second delays every alarm by a second. So long work is a generator that says after each bit how much it has done, and
 * this runs it in slices of a few milliseconds.
 *
 * Slices are measured in work and not by the clock: on Cloudflare the clock stands still while code runs (platform.md). A unit
 * is about a microsecond.
 */
export const sliceUnits = 2_000;

/** Runs it to its end, a slice at a time. Between slices everything may change but what the work has taken a copy of. */
export const paced = async <T>(work: Generator<number, T>, rest: () => Promise<void> = othersFirst): Promise<T> => {
  let done = 0;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    done += step.value;
    if (done < sliceUnits) continue;
    done = 0;
    await rest();
  }
};

/** Runs it at once. */
export const straight = <T>(work: Generator<number, T>): T => {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
};
