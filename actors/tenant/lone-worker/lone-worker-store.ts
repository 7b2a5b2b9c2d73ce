import { eq, ne } from "drizzle-orm";
import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Database } from "../../kernel/database.ts";
import type { Migration } from "../../kernel/migrations.ts";
import type { LoneWorker } from "./lone-worker.ts";

const loneWorkers = sqliteTable("lone_workers", {
  loneWorkerSessionId: text("lone_worker_session_id").primaryKey(),
  userId: text("user_id").notNull(),
  state: text("state").notNull(),
  /** JSON of LoneWorker. */
  body: text("body").notNull(),
});

/** The unique index is the promise: one running session a person, whatever the rules above it do. */
export const loneWorkerMigration: Migration = {
  id: "tenant-lone-workers-0001",
  sql: `
    CREATE TABLE lone_workers (
      lone_worker_session_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX lone_workers_user ON lone_workers (user_id);
    CREATE UNIQUE INDEX lone_workers_running ON lone_workers (user_id) WHERE state = 'running';
    CREATE INDEX lone_workers_out ON lone_workers (state) WHERE state <> 'ended';
  `,
};

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
