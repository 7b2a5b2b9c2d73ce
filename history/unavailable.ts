import { LibsqlError } from "@libsql/client/web";

/**
 * libSQL did not do what it was asked, and it is not the fault of what was asked: away, too slow, not allowed, not migrated
 * yet, disk full. Nothing is known about what was written: write the same again later (the sink is idempotent). `cause` may
 * hold values of people: log `reason`, never the cause.
 */
export class HistoryUnavailable extends Error {
  override readonly name = "HistoryUnavailable";
  readonly reason: string;

  constructor(reason: string, cause?: unknown) {
    super(`libSQL is unavailable: ${reason}`, { cause });
    this.reason = reason;
  }
}

/** What sqld answered to a request it did take: the record may be to blame. */
export interface SqlFailure {
  code: string;
  /** At most 500 characters; sqld names tables, columns and constraints in it, never values. */
  message: string;
}

/**
 * Codes and messages about the record's own content. Everything that is not here (SQLITE_BUSY, FULL, IOERR, a missing
 * table, a connection that broke) is libSQL's state, where blaming records would park all of them.
 */
const recordCodes = new Set(["SQLITE_CONSTRAINT", "SQLITE_MISMATCH", "SQLITE_TOOBIG", "SQLITE_RANGE", "ARGS_INVALID"]);
/** sqld answers 400 to a request it cannot decode, 413 to one that is too large: it may be one record of it. */
const recordStatuses = new Set([400, 413, 422]);

const chain = function* (error: unknown): Generator<Error> {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < 8; depth++) {
    yield at;
    at = at.cause;
  }
};

const httpStatus = (error: unknown): number | undefined => {
  for (const at of chain(error)) if ("status" in at && typeof at.status === "number") return at.status;
  return undefined;
};

const reasonOf = (error: unknown): string => {
  const status = httpStatus(error);
  if (status !== undefined) return `HTTP ${status}`;
  const errors = [...chain(error)];
  const sql = errors.find((at) => at instanceof LibsqlError);
  if (sql !== undefined && sql.code !== "UNKNOWN") return sql.code;
  return errors.some((at) => at.name === "TimeoutError" || at.name === "AbortError") ? "timeout" : "no connection";
};

/** The failure a record may be to blame for, or undefined when it is libSQL's own. */
export const sqlFailure = (error: unknown): SqlFailure | undefined => {
  const status = httpStatus(error);
  if (status !== undefined)
    return recordStatuses.has(status)
      ? { code: `HTTP_${status}`, message: `libSQL refused the request with HTTP ${status}` }
      : undefined;
  const sql = [...chain(error)].find((at) => at instanceof LibsqlError);
  if (sql === undefined) return undefined;
  const generic = sql.code === "SQLITE_UNKNOWN" || sql.code === "SQLITE_ERROR";
  const notMigrated = /no such (table|column)|has no column named/.test(sql.message);
  if (!recordCodes.has(sql.code) && !(generic && !notMigrated)) return undefined;
  return { code: sql.code, message: sql.message.slice(0, 500) };
};

/** What libSQL said, for statements that hold nothing of people (migrations); otherwise why it said nothing. */
export const databaseWords = (error: unknown): string => {
  const sql = [...chain(error)].find((at) => at instanceof LibsqlError && at.code.startsWith("SQL"));
  return sql?.message ?? reasonOf(error);
};

export const unavailable = (error: unknown): HistoryUnavailable =>
  error instanceof HistoryUnavailable ? error : new HistoryUnavailable(reasonOf(error), error);

/**
 * Runs a read; whatever fails becomes HistoryUnavailable, so that no caller shows or logs drizzle's own message, which
 * holds the query's parameters.
 */
export const reach = async <T>(read: () => Promise<T>): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    throw unavailable(error);
  }
};
