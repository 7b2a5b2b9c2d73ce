import { backOffMs } from "./back-off.ts";

export interface OutboxRow {
  id: number;
  /** Rows of one entity go in order; a failed one holds up its entity until it has gone or is parked. */
  entity: string;
  logSeq?: number;
  body?: unknown;
  attempts: number;
  nextAt: number;
  createdAt: number;
  parkedAt?: number;
  lastError?: string;
}

export interface DrainStore {
  /** The oldest rows in order, parked ones after all others. */
  rows(limit: number): OutboxRow[];
  remove(ids: readonly number[]): void;
  update(row: OutboxRow): void;
}

export interface Drain {
  store: DrainStore;
  /** Sends rows. A row that is not in the answer, or whose answer is undefined, has arrived; a text says why it failed. */
  deliver(rows: readonly OutboxRow[]): Promise<ReadonlyMap<number, string | undefined>>;
  now(): number;
  batch: number;
  attempts: number;
  /** How often a parked row is tried again, ms. */
  parkedRetryMs?: number;
  /**
   * Nothing more can go now: when to come again in ms since 1970, or undefined when nothing is left. Said in the very turn that looked:
   * a timer that were set or taken away any later could be that of a row which has come since, and which nobody would carry (I8, I11).
   */
  rest(next: number | undefined): void;
  /** Told on a row's first failure and when it is parked, not in between. */
  report(what: "failed" | "parked", row: OutboxRow): void;
}

/** How far to look past rows that wait, so that one stuck entity does not hide the others. */
const lookAhead = 5;

/** A parked row is tried again this often unless the work says otherwise, ms: its cause may have been mended. */
const parkedRetryDefaultMs = 10 * 60_000;

/** Rows that may go now: in order, none of an entity that an earlier row holds up. Pure. */
export const ready = (rows: readonly OutboxRow[], now: number, limit: number): OutboxRow[] => {
  const held = new Set<string>();
  const chosen: OutboxRow[] = [];
  for (const row of rows) {
    if (chosen.length >= limit) break;
    const waits = row.nextAt > now;
    if (waits && row.parkedAt === undefined) held.add(row.entity);
    if (waits || held.has(row.entity)) continue;
    chosen.push(row);
  }
  return chosen;
};

/** What becomes of a row that failed: it waits longer each time, and is parked in the end. Pure. */
export const afterFailure = (
  row: OutboxRow,
  error: string,
  now: number,
  attempts: number,
  parkedRetryMs = parkedRetryDefaultMs,
): OutboxRow => {
  const failed = { ...row, attempts: row.attempts + 1, lastError: error.slice(0, 500) };
  if (failed.attempts < attempts) return { ...failed, nextAt: now + backOffMs(failed.attempts, 250, 60_000) };
  return { ...failed, parkedAt: row.parkedAt ?? now, nextAt: now + parkedRetryMs };
};

/** A row that is held up by another one is due already: only those that wait themselves say when to come again. */
const comeAgain = (rows: readonly OutboxRow[], now: number): number | undefined => {
  if (rows.length === 0) return undefined;
  const waiting = rows.map((row) => row.nextAt).filter((at) => at > now);
  return Math.max(waiting.length === 0 ? now : Math.min(...waiting), now + 100);
};

/**
 * Empties an outbox at least once per row. Crash windows: after delivery and before removal the row is delivered again, so
 * receivers are idempotent. Throws what `deliver` throws (the receiver is away: nothing is counted against the rows, and `rest` is not
 * called).
 */
export const drain = async (work: Drain): Promise<void> => {
  for (;;) {
    const rows = work.store.rows(work.batch * lookAhead);
    const chosen = ready(rows, work.now(), work.batch);
    if (chosen.length === 0) {
      work.rest(comeAgain(rows, work.now()));
      return;
    }
    const failures = await work.deliver(chosen);
    const gone = chosen.filter((row) => failures.get(row.id) === undefined).map((row) => row.id);
    work.store.remove(gone);
    for (const row of chosen) {
      const error = failures.get(row.id);
      if (error === undefined) continue;
      const failed = afterFailure(row, error, work.now(), work.attempts, work.parkedRetryMs);
      work.store.update(failed);
      if (failed.attempts === 1) work.report("failed", failed);
      if (failed.parkedAt !== undefined && row.parkedAt === undefined) work.report("parked", failed);
    }
  }
};
