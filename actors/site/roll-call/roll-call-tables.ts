import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** Roll-calls of this place's people, kept for devices that come back. */
export const rollCalls = sqliteTable("roll_calls", {
  rollCallId: text("roll_call_id").primaryKey(),
  version: integer("version").notNull(),
  /** JSON of the frame without `you`. */
  frame: text("frame").notNull(),
  /** JSON {state: [userId]} as they were told of first; one value for all. */
  people: text("people").notNull(),
  closedAt: integer("closed_at"),
  storedAt: integer("stored_at").notNull(),
});

/** Whose line has changed since: a tick writes one row and not ten thousand names. */
export const rollCallStates = sqliteTable(
  "roll_call_states",
  { rollCallId: text("roll_call_id").notNull(), userId: text("user_id").notNull(), state: text("state").notNull() },
  (table) => [primaryKey({ columns: [table.rollCallId, table.userId] })],
);

export const siteRollCallMigration: Migration = {
  id: "site-roll-calls-0001",
  sql: `
    CREATE TABLE roll_calls (
      roll_call_id TEXT PRIMARY KEY, version INTEGER NOT NULL, frame TEXT NOT NULL, people TEXT NOT NULL,
      closed_at INTEGER, stored_at INTEGER NOT NULL
    );
    CREATE TABLE roll_call_states (
      roll_call_id TEXT NOT NULL, user_id TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (roll_call_id, user_id)
    ) WITHOUT ROWID;
  `,
};
