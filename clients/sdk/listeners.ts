/** Those who want to hear of what happens, by the names of events. */
export class Listeners<Events extends object> {
  readonly #all: { [N in keyof Events]?: Set<(value: Events[N]) => void> } = {};
  readonly #threw: (name: keyof Events, cause: unknown) => void;

  /** @param threw a listener did: nothing that must be done may stay undone for that */
  constructor(threw: (name: keyof Events, cause: unknown) => void) {
    this.#threw = threw;
  }

  /** @returns a function that takes the listener off again */
  on<N extends keyof Events>(name: N, listener: (value: Events[N]) => void): () => void {
    const listeners: Set<(value: Events[N]) => void> = this.#all[name] ?? new Set();
    this.#all[name] = listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  tell<N extends keyof Events>(name: N, value: Events[N]): void {
    for (const listener of [...(this.#all[name] ?? [])]) {
      try {
        listener(value);
      } catch (cause) {
        this.#threw(name, cause);
      }
    }
  }
}
