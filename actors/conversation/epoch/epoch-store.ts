import { desc, eq, isNull } from "drizzle-orm";
import type { Database } from "../../kernel/database.ts";
import { epochs } from "../conversation-tables.ts";
import { isOver, type KeptEpoch, nextEpoch } from "./epoch.ts";

/** The epochs of a conversation. Exactly one is written, once there is any. */
export class EpochStore {
  #database: Database;
  #current: KeptEpoch | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The one that is written now. Call it in a transaction: the first call of a conversation makes it. */
  current(now: number): KeptEpoch {
    const current = this.peek();
    return current ?? this.#begin(nextEpoch(undefined, 1, now));
  }

  /** The one that is written now, if any was begun. */
  peek(): KeptEpoch | undefined {
    if (this.#current === undefined) {
      const [row] = this.#database.select().from(epochs).where(isNull(epochs.endedAt)).all();
      this.#current = row && toEpoch(row);
    }
    return this.#current;
  }

  /**
   * The epoch for the next message: ends the one that is over, as of its last message. What comes after three quiet months must not
   * give what was said before another three (P13).
   *
   * @param lastAt when the last message of an epoch came
   * @returns it, and the one that ended
   */
  forNext(
    nextSeq: number,
    timeZone: string,
    now: number,
    lastAt: (epoch: number) => number | undefined,
  ): { epoch: KeptEpoch; ended?: KeptEpoch } {
    const current = this.current(now);
    // An epoch begins with its first message: an empty one may have waited for months.
    if (current.messages === 0) return { epoch: { ...current, startedAt: now } };
    if (!isOver(current, timeZone, now)) return { epoch: current };
    const ended = { ...current, endedAt: lastAt(current.number) ?? now };
    this.save(ended);
    return { epoch: this.#begin(nextEpoch(ended, nextSeq, now)), ended };
  }

  /** Ends the one that is written, at a time of the past, and begins the next. */
  end(epoch: KeptEpoch, endedAt: number, nextSeq: number, now: number): void {
    this.save({ ...epoch, endedAt });
    this.#begin(nextEpoch(epoch, nextSeq, now));
  }

  get(number: number): KeptEpoch | undefined {
    if (this.#current?.number === number) return this.#current;
    const [row] = this.#database.select().from(epochs).where(eq(epochs.number, number)).all();
    return row && toEpoch(row);
  }

  /** Newest first. */
  all(): KeptEpoch[] {
    return this.#database.select().from(epochs).orderBy(desc(epochs.number)).all().map(toEpoch);
  }

  save(epoch: KeptEpoch): void {
    const { number, ...rest } = epoch;
    const set = { ...rest, endedAt: epoch.endedAt ?? null };
    this.#database.update(epochs).set(set).where(eq(epochs.number, number)).run();
    if (this.#current?.number === number) this.#current = epoch.endedAt === undefined ? epoch : undefined;
  }

  remove(number: number): void {
    this.#database.delete(epochs).where(eq(epochs.number, number)).run();
    if (this.#current?.number === number) this.#current = undefined;
  }

  forget(): void {
    this.#current = undefined;
  }

  #begin(epoch: KeptEpoch): KeptEpoch {
    this.#database
      .insert(epochs)
      .values({ ...epoch, endedAt: null })
      .run();
    this.#current = epoch;
    return epoch;
  }
}

const toEpoch = ({ endedAt, ...row }: typeof epochs.$inferSelect): KeptEpoch => ({
  ...row,
  ...(endedAt === null ? {} : { endedAt }),
});
