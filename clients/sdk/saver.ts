/** Saves one at a time, and at the end always the newest. */
export class Saver {
  readonly #save: () => Promise<void>;
  readonly #failed: (cause: unknown) => void;
  #owed = false;
  #isSaving = false;
  #last: Promise<void> = Promise.resolve();

  /** @param save saves what is the newest when it is called; @param failed it did not: what comes next is tried all the same */
  constructor(save: () => Promise<void>, failed: (cause: unknown) => void) {
    this.#save = save;
    this.#failed = failed;
  }

  /** When all that was asked for until now is saved, or failed. Never rejects. */
  get settled(): Promise<void> {
    return this.#last;
  }

  ask(): void {
    this.#owed = true;
    if (!this.#isSaving) this.#last = this.#saveAll();
  }

  async #saveAll(): Promise<void> {
    this.#isSaving = true;
    while (this.#owed) {
      this.#owed = false;
      try {
        await this.#save();
      } catch (cause) {
        this.#failed(cause);
      }
    }
    this.#isSaving = false;
  }
}
