import { type History, openHistory } from "../../history/client.ts";
import { writeRecords } from "../../history/sink.ts";
import { limits } from "../../protocol/limits.ts";
import { again } from "./again.ts";
import { drain } from "./drain.ts";
import { type Environment, settingsOf } from "./environment.ts";
import { hmac } from "./hashes.ts";
import type { Log } from "./log.ts";
import type { Outbox } from "./outbox.ts";

/** Records of one trip to libSQL; a raised alarm's may hold ten thousand ids. */
const batch = 50;

/** Takes an actor's records to libSQL. One drain at a time: order per entity holds. */
export class HistoryDrain {
  #env: Environment;
  #outbox: Outbox;
  #log: Log;
  #actor: string;
  #history: History | undefined;
  #rest: (next: number | undefined) => void;

  /** @param rest when to come again, as in drain.ts */
  constructor(env: Environment, outbox: Outbox, log: Log, actor: string, rest: (next: number | undefined) => void) {
    this.#env = env;
    this.#outbox = outbox;
    this.#log = log;
    this.#actor = actor;
    this.#rest = rest;
  }

  /** Throws HistoryUnavailable when libSQL is away. */
  drain(): Promise<void> {
    return this.#rounds();
  }

  #rounds = again(async () => {
    const history = this.#open();
    // Without a history database records stay in the actor's log and outbox: nothing is lost, nothing is shown.
    if (history === undefined) return this.#rest(Date.now() + 60_000);
    await drain({
      rest: this.#rest,
      store: this.#outbox.store("history"),
      now: Date.now,
      batch,
      attempts: limits.outboxAttempts,
      deliver: async (rows) => {
        const found = this.#log.read(rows.flatMap((row) => (row.logSeq === undefined ? [] : [row.logSeq])));
        const sent = rows.flatMap((row) => {
          const record = row.logSeq === undefined ? undefined : found.get(row.logSeq);
          return record === undefined ? [] : [{ row, record }];
        });
        const results = await writeRecords(
          history,
          sent.map((entry) => entry.record),
          (text) => hmac(settingsOf(this.#env).PASSWORD_PEPPER, text),
        );
        return new Map(
          sent.map((entry, i) => {
            const result = results[i];
            return [entry.row.id, result === undefined ? "no answer" : result.ok ? undefined : result.error];
          }),
        );
      },
      report: (what, row) =>
        console.error(
          JSON.stringify({ event: `outbox row ${what}`, actor: this.#actor, row: row.id, attempts: row.attempts }),
        ),
    });
  });

  #open(): History | undefined {
    const { LIBSQL_URL: url, LIBSQL_AUTH_TOKEN: authToken } = settingsOf(this.#env);
    if (url === undefined) return undefined;
    const net = this.#env.HISTORY_NET;
    this.#history ??= openHistory({
      url,
      ...(authToken === undefined ? {} : { authToken }),
      ...(net === undefined
        ? {}
        : { fetch: ((input: Request, init?: RequestInit) => net.fetch(input, init)) as typeof fetch }),
    });
    return this.#history;
  }
}
