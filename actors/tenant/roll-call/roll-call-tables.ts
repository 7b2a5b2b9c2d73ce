import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

export const rollCalls = sqliteTable("roll_calls", {
  n: integer("n").primaryKey({ autoIncrement: true }),
  rollCallId: text("roll_call_id").notNull().unique(),
  closedAt: integer("closed_at"),
  /** JSON of RollCallFacts. */
  body: text("body").notNull(),
  /** JSON: {missing, unknown, visitors}. One value for ten thousand lines: a row each would cost 130 ms (floors.md). */
  roster: text("roster").notNull(),
});

/** What was said since, as it came (JSON of RollCallChange); folded when a roll-call is loaded. */
export const rollCallChanges = sqliteTable("roll_call_changes", {
  n: integer("n").primaryKey({ autoIncrement: true }),
  rollCallId: text("roll_call_id").notNull(),
  body: text("body").notNull(),
});

export const rollCallMigration: Migration = {
  id: "tenant-roll-calls-0001",
  sql: `
    CREATE TABLE roll_calls (
      n INTEGER PRIMARY KEY AUTOINCREMENT, roll_call_id TEXT NOT NULL UNIQUE, closed_at INTEGER, body TEXT NOT NULL,
      roster TEXT NOT NULL
    );
    CREATE TABLE roll_call_changes (n INTEGER PRIMARY KEY AUTOINCREMENT, roll_call_id TEXT NOT NULL, body TEXT NOT NULL);
    CREATE INDEX roll_call_changes_of ON roll_call_changes (roll_call_id);
  `,
};
