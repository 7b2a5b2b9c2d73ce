import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** The last reminder that was given of each certificate. */
export const reminders = sqliteTable(
  "qualification_reminders",
  {
    userId: text("user_id").notNull(),
    roleId: text("role_id").notNull(),
    validUntil: text("valid_until").notNull(),
    days: integer("days").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.roleId, table.validUntil] })],
);

export const reminderMigration: Migration = {
  id: "tenant-qualification-reminders-0001",
  sql: `
    CREATE TABLE qualification_reminders (
      user_id TEXT NOT NULL, role_id TEXT NOT NULL, valid_until TEXT NOT NULL, days INTEGER NOT NULL,
      PRIMARY KEY (user_id, role_id, valid_until)
    );
  `,
};
