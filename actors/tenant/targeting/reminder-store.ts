import { lt } from "drizzle-orm";
import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Database } from "../../kernel/database.ts";
import type { Migration } from "../../kernel/migrations.ts";

/** The last reminder that was given of each certificate. */
const reminders = sqliteTable(
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

const keyOf = (userId: string, roleId: string, validUntil: string): string => `${userId} ${roleId} ${validUntil}`;

/** Which reminders were given. A certificate that is renewed has another last day, and with it reminders of its own. */
export class ReminderStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What was said last of each, asked by person, role and last day. */
  said(): (userId: string, roleId: string, validUntil: string) => number | undefined {
    const rows = this.#database.select().from(reminders).all();
    const found = new Map(rows.map((row) => [keyOf(row.userId, row.roleId, row.validUntil), row.days]));
    return (...key) => found.get(keyOf(...key));
  }

  save(userId: string, roleId: string, validUntil: string, days: number): void {
    this.#database
      .insert(reminders)
      .values({ userId, roleId, validUntil, days })
      .onConflictDoUpdate({ target: [reminders.userId, reminders.roleId, reminders.validUntil], set: { days } })
      .run();
  }

  /** Of certificates that have expired nothing is said any more. */
  sweep(today: string): void {
    this.#database.delete(reminders).where(lt(reminders.validUntil, today)).run();
  }
}
