import { lt } from "drizzle-orm";
import type { Database } from "../../kernel/database.ts";
import { reminders } from "./reminder-tables.ts";

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
