import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/**
 * What the tenant knows of people's readiness besides availability. Apart from `people`: the fields of a person are fixed (P10),
 * and these are no more than a role with a date, and on or off.
 */
export const qualifications = sqliteTable("qualifications", {
  userId: text("user_id").primaryKey(),
  /** JSON: [{roleId, validUntil?}]. */
  body: text("body").notNull(),
  version: integer("version").notNull(),
});

export const duty = sqliteTable("duty", {
  userId: text("user_id").primaryKey(),
  onDuty: integer("on_duty").notNull(),
  until: integer("until"),
  since: integer("since").notNull(),
  version: integer("version").notNull(),
});

export const readinessMigration: Migration = {
  id: "tenant-readiness",
  sql: `
    CREATE TABLE qualifications (user_id TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL);
    CREATE TABLE duty (
      user_id TEXT PRIMARY KEY, on_duty INTEGER NOT NULL, until INTEGER, since INTEGER NOT NULL, version INTEGER NOT NULL
    );
  `,
};
