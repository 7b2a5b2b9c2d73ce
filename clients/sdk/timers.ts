/** A clock and its timers, so that tests need not wait. */
export interface Timers {
  /** Milliseconds. */
  now(): number;
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

export const realTimers: Timers = {
  now: () => Date.now(),
  set: (run, ms) => setTimeout(run, ms),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** Timers by their names: setting one again replaces it. */
export class NamedTimers<Name extends string> {
  readonly #timers: Timers;
  readonly #rang: (name: Name) => void;
  readonly #running = new Map<Name, unknown>();

  constructor(timers: Timers, rang: (name: Name) => void) {
    this.#timers = timers;
    this.#rang = rang;
  }

  isRunning(name: Name): boolean {
    return this.#running.has(name);
  }

  set(name: Name, ms: number): void {
    this.clear(name);
    const timer = this.#timers.set(() => {
      this.#running.delete(name);
      this.#rang(name);
    }, ms);
    this.#running.set(name, timer);
  }

  clear(name: Name): void {
    if (this.#running.has(name)) this.#timers.clear(this.#running.get(name));
    this.#running.delete(name);
  }
}
