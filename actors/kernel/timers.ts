import { and, asc, eq, lte, sql } from "drizzle-orm";
import { backOffMs } from "./back-off.ts";
import type { Database } from "./database.ts";
import { timers } from "./kernel-tables.ts";

/** Prepared once: every alarm sets and fires several timers, and building a statement costs more than running it. */
const prepare = (database: Database) => {
  const name = eq(timers.name, sql.placeholder("name"));
  const unchanged = and(name, eq(timers.dueAt, sql.placeholder("dueAt")));
  return {
    find: database.select({ dueAt: timers.dueAt }).from(timers).where(name).prepare(),
    set: database
      .insert(timers)
      .values({ name: sql.placeholder("name"), dueAt: sql.placeholder("dueAt") })
      .onConflictDoUpdate({ target: timers.name, set: { dueAt: sql`excluded.due_at`, failures: 0 } })
      .prepare(),
    cancel: database.delete(timers).where(name).prepare(),
    due: database
      .select()
      .from(timers)
      .where(lte(timers.dueAt, sql.placeholder("now")))
      .orderBy(asc(timers.dueAt))
      .prepare(),
    next: database.select({ dueAt: timers.dueAt }).from(timers).orderBy(asc(timers.dueAt)).limit(1).prepare(),
    done: database.delete(timers).where(unchanged).prepare(),
  };
};

export type TimerHandler = (name: string) => void | Promise<void>;

/**
 * Many named timers over the one alarm that the platform gives an object. A timer always fires in the end (I11): rows say
 * what is due, a handler that throws is tried again with back-off for ever, and the platform's alarm is set anew after
 * every run, so its six retries are never relied upon. Handlers must be idempotent (a crash between the handler's commit
 * and the removal of the row runs it again) and quick: what waits for somebody else goes on in `waitUntil`.
 */
export class Timers {
  #storage: DurableObjectStorage;
  #database: Database;
  #statements: ReturnType<typeof prepare>;
  #armedFor = Number.POSITIVE_INFINITY;
  /** Timers whose handlers have not returned, and when each was due. */
  #inHand = new Map<string, number>();

  constructor(storage: DurableObjectStorage, database: Database) {
    this.#storage = storage;
    this.#database = database;
    this.#statements = prepare(database);
  }

  /**
   * Arms the platform's alarm again when rows say it should be: an alarm that is past due is not trusted to fire.
   * Called once when the actor wakes.
   */
  async wake(now: number): Promise<void> {
    const next = this.#next();
    if (next === undefined) return;
    const armed = await this.#storage.getAlarm();
    if (armed !== null && armed > now && armed <= next) {
      this.#armedFor = armed;
      return;
    }
    this.#arm(Math.max(next, now + 50));
  }

  /** Sets (or moves) a timer. Call it in the transaction of the change that needs it. `dueAt` in ms since 1970. */
  set(name: string, dueAt: number): void {
    this.#statements.set.run({ name, dueAt });
    if (dueAt < this.#armedFor) this.#arm(dueAt);
  }

  /**
   * After a failed transaction: the platform's alarm may have been taken back with the rows. Believing it set for an earlier time,
   * the next timer would not arm it (I11).
   */
  forget(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  /**
   * Sets a timer unless it is already set for an earlier time. One whose handler is under way does not count as set: it may have looked
   * already, and its row goes when it returns.
   */
  setIfSooner(name: string, dueAt: number): void {
    const [row] = this.#statements.find.all({ name });
    if (row === undefined || row.dueAt > dueAt || row.dueAt === this.#inHand.get(name)) this.set(name, dueAt);
  }

  /** Takes a timer away; no harm when there is none. The platform's alarm may still come, and finds nothing due. */
  cancel(name: string): void {
    this.#statements.cancel.run({ name });
  }

  /** The platform's alarm: runs everything due, then arms for what is next. Never throws. */
  async fire(now: () => number, handle: TimerHandler): Promise<void> {
    this.#armedFor = Number.POSITIVE_INFINITY;
    try {
      const due = this.#statements.due.all({ now: now() });
      // Side by side: while this runs the platform starts no second alarm, so one slow handler must not hold up the rest.
      await Promise.all(due.map((row) => this.#run(row, now, handle)));
    } finally {
      const next = this.#next();
      if (next !== undefined) this.#arm(Math.max(next, now() + 1));
    }
  }

  async #run(row: typeof timers.$inferSelect, now: () => number, handle: TimerHandler): Promise<void> {
    this.#inHand.set(row.name, row.dueAt);
    try {
      await handle(row.name);
      // A handler that sets its own timer again must not lose it when it returns: only the row that was due is removed.
      this.#statements.done.run({ name: row.name, dueAt: row.dueAt });
    } catch (error) {
      const failures = row.failures + 1;
      this.#database
        .update(timers)
        .set({ failures, dueAt: now() + backOffMs(failures, 500, 60_000) })
        .where(and(eq(timers.name, row.name), eq(timers.dueAt, row.dueAt)))
        .run();
      console.error(
        JSON.stringify({ event: "timer failed", timer: row.name.split(":")[0], failures, error: nameOf(error) }),
      );
    } finally {
      this.#inHand.delete(row.name);
    }
  }

  #next(): number | undefined {
    const [row] = this.#statements.next.all();
    return row?.dueAt;
  }

  #arm(at: number): void {
    this.#armedFor = at;
    // Not awaited: called without an await after the row, it belongs to the same atomic commit.
    void this.#storage.setAlarm(at);
  }
}

/** What a log line may say of an error: its name, never its message, which may hold personal data (T22). */
export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
