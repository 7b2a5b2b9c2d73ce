import type { Outcome, Refusal } from "../protocol/problems.ts";
import type { RecordEnvelope } from "../protocol/records.ts";
import { batches, type Pending, pending } from "./batches.ts";
import type { History } from "./client.ts";
import { pingHistory } from "./ping.ts";
import { statementsFor } from "./statements.ts";
import type { Seal } from "./statistics/cuts.ts";
import { sqlFailure, unavailable } from "./unavailable.ts";

export type WriteResult = { eventId: string; ok: true } | { eventId: string; ok: false; error: string };

/** A batch is one transaction: all of it or nothing. Answers why not; throws HistoryUnavailable when nothing is known. */
const commit = async (history: History, records: readonly Pending[]): Promise<string | undefined> => {
  try {
    await history.$client.batch(
      records.flatMap((record) => record.statements),
      "write",
    );
    return undefined;
  } catch (error) {
    const failure = sqlFailure(error);
    if (failure === undefined) throw unavailable(error);
    return `${failure.code}: ${failure.message}`.slice(0, 500);
  }
};

const describe = ({ detail, errors = [] }: Refusal): string => {
  const wrong = errors.slice(0, 5).map(({ path, message }) => `${path} ${message}`);
  return `cannot be decoded: ${[detail, ...wrong].join("; ")}`.slice(0, 500);
};

const idOf = (envelope: RecordEnvelope): string => String((envelope as Partial<RecordEnvelope> | null)?.eventId ?? "");

/**
 * Writes records into libSQL, in the order given, and answers one result for each, in the same order. Writing a record
 * again changes nothing, so whoever is in doubt writes again. A record that libSQL refuses stops no other one.
 *
 * Throws HistoryUnavailable when libSQL is away: some of the records may then be written, and all are to be sent again.
 *
 * @param seal what the figures of statistics are rounded by; without it there are none of people
 */
export const writeRecords = async (
  history: History,
  envelopes: readonly RecordEnvelope[],
  seal?: Seal,
): Promise<WriteResult[]> => {
  const errors = new Map<number, string>();
  const good: Pending[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    const statements: Outcome<Pending["statements"]> = statementsFor(envelope, seal);
    if (statements.ok) good.push(pending(index, statements.value));
    else errors.set(index, describe(statements.refusal));
  }

  for (const batch of batches(good)) {
    const refused = await commit(history, batch);
    if (refused === undefined) continue;
    let written = 0;
    for (const record of batch) {
      const error = batch.length === 1 ? refused : await commit(history, [record]);
      if (error === undefined) written++;
      else errors.set(record.index, error);
    }
    // An address that refuses everything (a proxy's 400) must not make the outbox park every record it has.
    if (written === 0) await pingHistory(history);
  }

  return envelopes.map((envelope, index) => {
    const eventId = idOf(envelope);
    const error = errors.get(index);
    return error === undefined ? { eventId, ok: true } : { eventId, ok: false, error };
  });
};
