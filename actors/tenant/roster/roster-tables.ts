import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

export const shifts = sqliteTable("shifts", {
  shiftId: text("shift_id").primaryKey(),
  siteId: text("site_id").notNull(),
  roleId: text("role_id").notNull(),
  startsAt: integer("starts_at").notNull(),
  endsAt: integer("ends_at").notNull(),
  userId: text("user_id"),
  note: text("note"),
  version: integer("version").notNull(),
  warnedAt: integer("warned_at"),
  origin: text("origin"),
  /** JSON of ShiftFacts: as its origin made it. */
  made: text("made"),
});

export const shiftOffers = sqliteTable("shift_offers", {
  offerId: text("offer_id").primaryKey(),
  shiftId: text("shift_id").notNull(),
  swapFor: text("swap_for"),
  by: text("by_id").notNull(),
  state: text("state").notNull(),
  createdAt: integer("created_at").notNull(),
  /** JSON of Offer. */
  body: text("body").notNull(),
});

export const shiftTemplates = sqliteTable("shift_templates", {
  templateId: text("template_id").primaryKey(),
  version: integer("version").notNull(),
  /** JSON of ShiftTemplate. */
  body: text("body").notNull(),
});

/** One row when the tenant said anything; `only` is 1. */
export const rosterSettings = sqliteTable("roster_settings", {
  only: integer("only").primaryKey(),
  warnHours: integer("warn_hours").notNull(),
});

/** `shifts_time` and `shifts_person` answer who is on shift without a look at the rows; the last index is what a warning waits for. */
export const rosterMigration: Migration = {
  id: "tenant-rosters-0001",
  sql: `
    CREATE TABLE shifts (
      shift_id TEXT PRIMARY KEY, site_id TEXT NOT NULL, role_id TEXT NOT NULL, starts_at INTEGER NOT NULL,
      ends_at INTEGER NOT NULL, user_id TEXT, note TEXT, version INTEGER NOT NULL, warned_at INTEGER, origin TEXT, made TEXT
    );
    CREATE INDEX shifts_time ON shifts (starts_at, ends_at, user_id, role_id, site_id);
    CREATE INDEX shifts_person ON shifts (user_id, starts_at) WHERE user_id IS NOT NULL;
    CREATE INDEX shifts_end ON shifts (ends_at);
    CREATE INDEX shifts_origin ON shifts (origin) WHERE origin IS NOT NULL;
    CREATE INDEX shifts_empty ON shifts (starts_at) WHERE user_id IS NULL AND warned_at IS NULL;
    CREATE TABLE shift_offers (
      offer_id TEXT PRIMARY KEY, shift_id TEXT NOT NULL, swap_for TEXT, by_id TEXT NOT NULL, state TEXT NOT NULL,
      created_at INTEGER NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX shift_offers_open ON shift_offers (shift_id) WHERE state = 'open';
    CREATE INDEX shift_offers_swap ON shift_offers (swap_for) WHERE state = 'open' AND swap_for IS NOT NULL;
    CREATE TABLE shift_templates (template_id TEXT PRIMARY KEY, version INTEGER NOT NULL, body TEXT NOT NULL);
    CREATE TABLE roster_settings (only INTEGER PRIMARY KEY CHECK (only = 1), warn_hours INTEGER NOT NULL);
  `,
};
