import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** What people said of now: their newest word. */
export const words = sqliteTable("availability", {
  userId: text("user_id").primaryKey(),
  available: integer("available").notNull(),
  until: integer("until"),
  note: text("note"),
  since: integer("since").notNull(),
  version: integer("version").notNull(),
  /** When it ends, which may be before `until` or without one (rules.ts, holdsUntil). Null: not before the next word. */
  holdsUntil: integer("holds_until"),
  shareNote: integer("share_note"),
});

export const patterns = sqliteTable("availability_patterns", {
  userId: text("user_id").primaryKey(),
  /** JSON of AvailabilityPattern. */
  body: text("body").notNull(),
  version: integer("version").notNull(),
});

export const exceptions = sqliteTable(
  "availability_exceptions",
  {
    /** The one made last has the highest. */
    n: integer("n").primaryKey({ autoIncrement: true }),
    exceptionId: text("exception_id").notNull().unique(),
    userId: text("user_id").notNull(),
    endsAt: integer("ends_at").notNull(),
    /** JSON of AvailabilityException without its id. */
    body: text("body").notNull(),
    version: integer("version").notNull(),
  },
  (table) => [index("availability_exceptions_user").on(table.userId)],
);

export const calendars = sqliteTable(
  "calendars",
  {
    calendarId: text("calendar_id").primaryKey(),
    userId: text("user_id").notNull(),
    /** JSON of CalendarBody (calendars.ts). */
    body: text("body").notNull(),
    /** JSON of [from, to] pairs: all that is kept of the events. */
    busy: text("busy").notNull(),
    /** When its address is to be read; null for a file. */
    dueAt: integer("due_at"),
    version: integer("version").notNull(),
  },
  (table) => [index("calendars_user").on(table.userId), index("calendars_due").on(table.dueAt)],
);

/** Feeds out: one a person. The token is sealed, not stored. */
export const feeds = sqliteTable("calendar_feeds", {
  feedId: text("feed_id").primaryKey(),
  userId: text("user_id").notNull().unique(),
  createdAt: integer("created_at").notNull(),
});

/** One row, `all`: the holidays of the organisation. */
export const holidayChoice = sqliteTable("holiday_choice", {
  key: text("key").primaryKey(),
  /** JSON of HolidaySettings. */
  body: text("body").notNull(),
  version: integer("version").notNull(),
});

export const availabilityMigration: Migration = {
  id: "tenant-availability",
  sql: `
    ALTER TABLE availability ADD COLUMN holds_until INTEGER;
    ALTER TABLE availability ADD COLUMN share_note INTEGER;
    UPDATE availability SET holds_until = until;
    UPDATE availability SET holds_until = since WHERE available = 1 AND until IS NULL;
    CREATE TABLE availability_patterns (user_id TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL);
    CREATE TABLE availability_exceptions (
      n INTEGER PRIMARY KEY AUTOINCREMENT, exception_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL,
      ends_at INTEGER NOT NULL, body TEXT NOT NULL, version INTEGER NOT NULL
    );
    CREATE INDEX availability_exceptions_user ON availability_exceptions (user_id);
    CREATE TABLE calendars (
      calendar_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, body TEXT NOT NULL, busy TEXT NOT NULL, due_at INTEGER,
      version INTEGER NOT NULL
    );
    CREATE INDEX calendars_user ON calendars (user_id);
    CREATE INDEX calendars_due ON calendars (due_at) WHERE due_at IS NOT NULL;
    CREATE TABLE calendar_feeds (feed_id TEXT PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL);
    CREATE TABLE holiday_choice (key TEXT PRIMARY KEY, body TEXT NOT NULL, version INTEGER NOT NULL);
  `,
};
