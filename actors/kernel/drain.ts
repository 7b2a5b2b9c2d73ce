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
  /** The oldest rows in order, parked ones after all others; none of the entities in `except`. */
  rows(limit: number, except?: readonly string[]): OutboxRow[];
  remove(ids: readonly number[]): void;
  update(row: OutboxRow): void;
}

/** Of a row whose receiver has not answered yet: it stays as it is, and who sends it sees to it (`isHeld`). */
export const unanswered = Symbol("unanswered");

export interface Drain {
  store: DrainStore;
  /** Sends rows. A row that is not in the answer, or whose answer is undefined, has arrived; a text says why it failed. */
  deliver(rows: readonly OutboxRow[]): Promise<ReadonlyMap<number, string | typeof unanswered | undefined>>;
  /** Entities whose rows are on their way still: those wait, and nobody else. */
  isHeld?(entity: string): boolean;
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

/** Rows of one look, in batches. An entity that fills it with rows that wait is looked past. */
const lookAhead = 5;

/** A parked row is tried again this often unless the work says otherwise, ms: its cause may have been mended. */
const parkedRetryDefaultMs = 10 * 60_000;

/** When nothing but rows that are on their way is left, it is looked again after this, ms: their sender may have died. */
const heldRetryMs = 10_000;

const nobody = (): boolean => false;

/** Rows that may go now: in order, none of an entity that an earlier row holds up. Pure. */
export const ready = (
  rows: readonly OutboxRow[],
  now: number,
  limit: number,
  isHeld: (entity: string) => boolean = nobody,
): OutboxRow[] => {
  const held = new Set<string>();
  const chosen: OutboxRow[] = [];
  for (const row of rows) {
    if (chosen.length >= limit) break;
    const waits = row.nextAt > now;
    if (waits && row.parkedAt === undefined) held.add(row.entity);
    if (waits || held.has(row.entity) || isHeld(row.entity)) continue;
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
const comeAgain = (all: readonly OutboxRow[], now: number, isHeld: (entity: string) => boolean): number | undefined => {
  if (all.length === 0) return undefined;
  const rows = all.filter(({ entity }) => !isHeld(entity));
  if (rows.length === 0) return now + heldRetryMs;
  const waiting = rows.map((row) => row.nextAt).filter((at) => at > now);
  return Math.max(waiting.length === 0 ? now : Math.min(...waiting), now + 100);
};

/** Writes down that a row failed. */
export const fail = (
  work: Pick<Drain, "store" | "now" | "attempts" | "parkedRetryMs" | "report">,
  row: OutboxRow,
  error: string,
): void => {
  const failed = afterFailure(row, error, work.now(), work.attempts, work.parkedRetryMs);
  work.store.update(failed);
  if (failed.attempts === 1) work.report("failed", failed);
  if (failed.parkedAt !== undefined && row.parkedAt === undefined) work.report("parked", failed);
};

/** What may go now, and everything that was looked at to find it: when nothing may go, rows of every entity there is. */
const look = (
  { store, now, batch }: Drain,
  isHeld: (entity: string) => boolean,
): { chosen: OutboxRow[]; waiting: OutboxRow[] } => {
  const limit = batch * lookAhead;
  const passed = new Set<string>();
  const waiting: OutboxRow[] = [];
  for (;;) {
    const rows = store.rows(limit, [...passed]);
    const chosen = ready(rows, now(), batch, isHeld);
    waiting.push(...rows);
    if (chosen.length > 0 || rows.length < limit) return { chosen, waiting };
    for (const { entity } of rows) passed.add(entity);
  }
};

/**
 * Empties an outbox at least once per row. Crash windows: after delivery and before removal the row is delivered again, so
 * receivers are idempotent. Throws what `deliver` throws (the receiver is away: nothing is counted against the rows, and `rest` is not
 * called).
 */
export const drain = async (work: Drain): Promise<void> => {
  const isHeld = (entity: string): boolean => work.isHeld?.(entity) === true;
  for (;;) {
    const { chosen, waiting } = look(work, isHeld);
    if (chosen.length === 0) {
      work.rest(comeAgain(waiting, work.now(), isHeld));
      return;
    }
    const failures = await work.deliver(chosen);
    const gone = chosen.filter((row) => failures.get(row.id) === undefined).map((row) => row.id);
    work.store.remove(gone);
    for (const row of chosen) {
      const error = failures.get(row.id);
      if (typeof error === "string") fail(work, row, error);
    }
  }
};
