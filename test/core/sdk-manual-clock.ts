import type { Timers } from "../../clients/sdk/timers.ts";

/** Lets everything that waits for promises run as far as it can without a timer. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

/** A clock that moves when told to. */
export class ManualClock implements Timers {
  #now = 1_000_000;
  #next = 0;
  readonly #timers = new Map<number, { at: number; run: () => void }>();

  now(): number {
    return this.#now;
  }

  set(run: () => void, ms: number): number {
    this.#timers.set(++this.#next, { at: this.#now + ms, run });
    return this.#next;
  }

  clear(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  /** Moves on, running what is due at its own time. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      const [id, { at, run }] = due;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, at);
      run();
    }
    this.#now = end;
  }
}
