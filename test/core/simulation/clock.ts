/** What the event loop really offers, kept from before the clock is put in its place. */
const realSetImmediate = globalThis.setImmediate;

/** Lets everything happen that waits for no time: microtasks are all worked off before the next turn of the loop. */
export const settle = (): Promise<void> => new Promise((resolve) => realSetImmediate(resolve));

interface Waiting {
  id: number;
  at: number;
  run: () => void;
}

/**
 * Time that moves only when the test says so. It stands in for `Date.now`, `setTimeout` and `clearTimeout` of everything in
 * the process, for as long as a history runs: a day of an alarm takes milliseconds, and the same history always gives the same.
 */
export class Clock {
  now: number;
  #ids = 0;
  #waiting = new Map<number, Waiting>();

  constructor(now: number) {
    this.now = now;
  }

  /** Puts this clock in place; call what it answers to put the real one back. */
  install(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const { now } = Date;
    Date.now = () => this.now;
    const later = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      this.#ids += 1;
      const id = this.#ids;
      this.#waiting.set(id, { id, at: this.now + Math.max(0, Math.ceil(ms)), run: () => run(...args) });
      return id;
    };
    Object.assign(globalThis, { setTimeout: later, clearTimeout: (id: number) => this.#waiting.delete(id) });
    return () => {
      Date.now = now;
      Object.assign(globalThis, { setTimeout, clearTimeout });
      this.#waiting.clear();
    };
  }

  /** When the next timeout is due; undefined when nothing waits. */
  nextAt(): number | undefined {
    return this.#next()?.at;
  }

  /** Runs the timeout that is due first, in the order in which they were set. */
  runNext(): void {
    const next = this.#next();
    if (next === undefined) return;
    this.#waiting.delete(next.id);
    this.now = Math.max(this.now, next.at);
    next.run();
  }

  /** A killed process forgets its timeouts. */
  forget(): void {
    this.#waiting.clear();
  }

  #next(): Waiting | undefined {
    let first: Waiting | undefined;
    for (const one of this.#waiting.values()) if (first === undefined || one.at < first.at) first = one;
    return first;
  }
}
