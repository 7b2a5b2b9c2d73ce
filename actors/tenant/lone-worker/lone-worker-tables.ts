import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** Sessions of those who work alone. */
export const loneWorkers = sqliteTable("lone_workers", {
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
