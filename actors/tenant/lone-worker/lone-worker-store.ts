import { eq, ne } from "drizzle-orm";
import type { Database } from "../../kernel/database.ts";
import type { LoneWorker } from "./lone-worker.ts";
import { loneWorkers } from "./lone-worker-tables.ts";

const read = (row: { body: string }): LoneWorker => JSON.parse(row.body) as LoneWorker;

/** Lone workers' sessions. Nothing is held in memory: they are few, and each is looked at rarely. */
export class LoneWorkerStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(loneWorkerSessionId: string): LoneWorker | undefined {
    const [row] = this.#database
      .select({ body: loneWorkers.body })
      .from(loneWorkers)
      .where(eq(loneWorkers.loneWorkerSessionId, loneWorkerSessionId))
      .all();
    return row === undefined ? undefined : read(row);
  }

  save(session: LoneWorker): void {
    const { loneWorkerSessionId, userId, state } = session;
    const body = JSON.stringify(session);
    this.#database
      .insert(loneWorkers)
      .values({ loneWorkerSessionId, userId, state, body })
      .onConflictDoUpdate({ target: loneWorkers.loneWorkerSessionId, set: { state, body } })
      .run();
  }

  of(userId: string): LoneWorker[] {
    return this.#database
      .select({ body: loneWorkers.body })
      .from(loneWorkers)
      .where(eq(loneWorkers.userId, userId))
      .all()
      .map(read);
  }

  /** Sessions that are running or were missed. */
  out(): LoneWorker[] {
    return this.#database
      .select({ body: loneWorkers.body })
      .from(loneWorkers)
      .where(ne(loneWorkers.state, "ended"))
      .all()
      .map(read);
  }

  /** Whether a running session would raise this scenario. */
  uses(scenarioId: string): boolean {
    return this.#database
      .select({ body: loneWorkers.body })
      .from(loneWorkers)
      .where(eq(loneWorkers.state, "running"))
      .all()
      .some((row) => read(row).scenarioId === scenarioId);
  }

  remove(loneWorkerSessionId: string): void {
    this.#database.delete(loneWorkers).where(eq(loneWorkers.loneWorkerSessionId, loneWorkerSessionId)).run();
  }
}
