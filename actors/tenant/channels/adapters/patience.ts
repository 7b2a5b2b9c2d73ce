/** A push service that says nothing for this long says nothing at all, ms: the usual answer takes a tenth of a second. */
export const answerWithinMs = 4_000;
/** So many silences in a row, and a service is left alone for a while. */
const silences = 2;
/** How long it is left alone before one try finds out whether it is back, ms. */
export const aloneMs = 15_000;
/** Services that are remembered; more would be somebody's game with addresses. */
const remembered = 1_000;

/**
 * Patience with push services, by origin (T18). A person chooses the address of the own browser's push service, and all
 * services share a lane's few places: one that never answers may cost those places once and not again. While it is left alone its
 * messages fail at once and are tried later; every 15 s one of them goes through to see.
 */
export class Patience {
  #silent = new Map<string, { times: number; until: number }>();

  /** @returns ms to wait before a try; 0 when it may go now. Times in ms since 1970. */
  waitFor(origin: string, now: number): number {
    const known = this.#silent.get(origin);
    if (known === undefined || known.times < silences) return 0;
    if (now < known.until) return known.until - now;
    // This one finds out; the others go on waiting meanwhile.
    known.until = now + aloneMs;
    return 0;
  }

  answered(origin: string): void {
    this.#silent.delete(origin);
  }

  saidNothing(origin: string, now: number): void {
    const times = (this.#silent.get(origin)?.times ?? 0) + 1;
    this.#silent.delete(origin);
    this.#silent.set(origin, { times, until: now + aloneMs });
    const [oldest] = this.#silent.keys();
    if (this.#silent.size > remembered && oldest !== undefined) this.#silent.delete(oldest);
  }
}
