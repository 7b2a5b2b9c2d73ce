import type { InStatement } from "@libsql/client/web";
import { limits } from "../protocol/limits.ts";

/** A record on its way: `index` is its place in what the outbox handed over. */
export interface Pending {
  index: number;
  statements: InStatement[];
  /** Characters of its parameters, near enough to bytes. */
  size: number;
}

/**
 * Characters of one request. sqld takes 4 MB in one value and more in a request, but decoding holds up its other
 * clients, and a request must end within limits.historyTimeoutMs. ours.
 */
const batchSize = 1_000_000;

const sizeOf = (statement: InStatement): number => {
  if (typeof statement === "string" || !Array.isArray(statement.args)) return 0;
  return statement.args.reduce<number>((sum, arg) => sum + (typeof arg === "string" ? arg.length : 8), 0);
};

export const pending = (index: number, statements: InStatement[]): Pending => ({
  index,
  statements,
  size: statements.reduce((sum, statement) => sum + sizeOf(statement), 0),
});

/**
 * Cuts records into batches of at most limits.historyBatch statements, in order, never within a record: a record is whole
 * or absent. A record that is too large alone is a batch alone.
 */
export const batches = (records: readonly Pending[]): Pending[][] => {
  const all: Pending[][] = [];
  let statements = 0;
  let size = 0;
  for (const record of records) {
    const last = all.at(-1);
    statements += record.statements.length;
    size += record.size;
    if (last !== undefined && statements <= limits.historyBatch && size <= batchSize) last.push(record);
    else {
      all.push([record]);
      statements = record.statements.length;
      size = record.size;
    }
  }
  return all;
};
