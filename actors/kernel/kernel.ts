import { HistoryUnavailable } from "../../history/unavailable.ts";
import { limits } from "../../protocol/limits.ts";
import { BacklogReport } from "./backlog-report.ts";
import type { Backlog } from "./contract.ts";
import { type Database, openDatabase } from "./database.ts";
import type { Environment } from "./environment.ts";
import { HistoryDrain } from "./history-drain.ts";
import { kernelMigrations } from "./kernel-tables.ts";
import { Log } from "./log.ts";
import { type Migration, migrate } from "./migrations.ts";
import { Outbox } from "./outbox.ts";
import { nameOf, Timers } from "./timers.ts";

/** The kernel's own timer: empties the outbox to the history. */
const historyTimer = "kernel.history";

/** After a change the history is written this much later: never in the way of the alarm itself. ms. */
const historyDelayMs = 1_000;

/** How the chain of an actor is told from the others of its tenant: `tenant`, or the site actor's place. */
const sourceOf = (actor: string, tenantId: string): string =>
  actor.startsWith(`${tenantId}.`) ? actor.slice(tenantId.length + 1) : "tenant";

/**
 * What every actor is built upon, put together by composition: tables, timers, log, outbox. The shell forwards `alarm()` to
 * `fire` and calls `afterCommit` when it has written records.
 */
export class Kernel {
  readonly storage: DurableObjectStorage;
  readonly database: Database;
  readonly timers: Timers;
  readonly outbox: Outbox;
  readonly log: Log;
  #actor: string;
  #history: HistoryDrain;
  #state: DurableObjectState;
  #report: BacklogReport;
  #historyFailures = 0;

  constructor(state: DurableObjectState, env: Environment, tenantId: string, migrations: readonly Migration[]) {
    this.storage = state.storage;
    this.#state = state;
    this.#actor = state.id.name ?? "";
    migrate(state.storage, [...kernelMigrations, ...migrations]);
    this.database = openDatabase(state.storage);
    this.timers = new Timers(state.storage, this.database);
    this.outbox = new Outbox(this.database);
    this.log = new Log(this.database, this.outbox, tenantId, sourceOf(this.#actor, tenantId));
    this.#history = new HistoryDrain(env, this.outbox, this.log, this.#actor, (next) => {
      if (next === undefined) this.timers.cancel(historyTimer);
      else this.timers.set(historyTimer, next);
    });
    this.#report = new BacklogReport(env, this.database);
    void state.blockConcurrencyWhile(() => this.timers.wake(Date.now()));
  }

  /** Runs the change as one transaction: state, records, outbox rows and timers together, or nothing (I1, I8). */
  transaction<T>(change: () => T): T {
    try {
      return this.storage.transactionSync(() => {
        const result = change();
        if (result instanceof Promise) throw new Error("a transaction must be synchronous");
        return result;
      });
    } catch (error) {
      this.timers.forget();
      throw error;
    }
  }

  /** Call it inside a transaction that wrote records: sets the timer that takes them to the history. */
  recordsWritten(now: number): void {
    this.timers.setIfSooner(historyTimer, now + historyDelayMs);
  }

  /** The platform's alarm. */
  fire(handle: (name: string) => void | Promise<void>): Promise<void> {
    return this.timers.fire(Date.now, (name) => {
      if (name !== historyTimer) return handle(name);
      // libSQL may take seconds to time out; the timer is only the safety net should this object die meanwhile.
      this.timers.set(historyTimer, Date.now() + 2 * limits.historyTimeoutMs);
      this.#state.waitUntil(this.#drainHistory());
    });
  }

  backlog(): Backlog {
    return this.outbox.backlog(this.#actor);
  }

  async #drainHistory(): Promise<void> {
    try {
      await this.#history.drain();
      this.#historyFailures = 0;
    } catch (error) {
      // libSQL is away: expected, and nobody waits for it (I8). The rows stay; the next try comes sooner than a poison row's.
      if (!(error instanceof HistoryUnavailable))
        console.error(JSON.stringify({ event: "history", error: nameOf(error) }));
      this.#historyFailures += 1;
      this.timers.set(historyTimer, Date.now() + Math.min(15_000, 1_000 * this.#historyFailures));
    }
    const backlog = this.backlog();
    await this.#report.tell(backlog, backlog.parked > 0 || this.#historyFailures > 0);
  }
}
