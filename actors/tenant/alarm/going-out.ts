/**
 * An alarm is on its way for this long at most, ms: by then it was written to every open socket, and whoever has not received it is not
 * waited for.
 */
export const longestMs = 1_000;

/**
 * Whether an alarm is on its way to devices, as far as the tenant knows: from the call until everybody has it. In memory alone: it makes
 * other work wait, and after an eviction nothing waits.
 */
export class GoingOut {
  #calledAt = new Map<string, number>();
  #isWithAll: (alarmId: string) => boolean;

  /** @param isWithAll whether nobody is waited for any more; true of an alarm that does not exist */
  constructor(isWithAll: (alarmId: string) => boolean) {
    this.#isWithAll = isWithAll;
  }

  /** Devices are called, now (ms since 1970). */
  called(alarmId: string, now: number): void {
    this.#calledAt.set(alarmId, now);
  }

  /** Whether any is on its way now, ms since 1970. */
  any(now: number): boolean {
    for (const [alarmId, at] of this.#calledAt) {
      if (now - at < longestMs && !this.#isWithAll(alarmId)) return true;
      this.#calledAt.delete(alarmId);
    }
    return false;
  }
}
