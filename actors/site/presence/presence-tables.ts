import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** Who was said to be here. Strings, states and times: there is no column that could hold a position (I7). */
export const presence = sqliteTable("presence", {
  userId: text("user_id").primaryKey(),
  state: text("state").notNull(),
  /** JSON: {zoneId: since}. */
  zones: text("zones").notNull(),
  since: integer("since").notNull(),
  at: integer("at").notNull(),
  /** JSON: {source: Word}. */
  words: text("words").notNull(),
});

/** Changes that nobody reported (the day ended, a device fell silent) and that the tenant has not been told yet. */
export const untold = sqliteTable("presence_untold", { userId: text("user_id").primaryKey() });

/** The site's own facts that presence goes by, as the tenant last told them: one row. */
export const siteFacts = sqliteTable("presence_rules", {
  one: integer("one").primaryKey(),
  /** JSON of SiteFacts. */
  body: text("body").notNull(),
});

export const presenceMigration: Migration = {
  id: "site-presence-words",
  sql: `
    ALTER TABLE presence ADD COLUMN words TEXT NOT NULL DEFAULT '{}';
    CREATE INDEX presence_state ON presence (state) WHERE state = 'present';
    CREATE TABLE presence_untold (user_id TEXT PRIMARY KEY);
    CREATE TABLE presence_rules (one INTEGER PRIMARY KEY, body TEXT NOT NULL);
  `,
};
