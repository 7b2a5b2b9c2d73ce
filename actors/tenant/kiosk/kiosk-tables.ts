import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

export const kiosks = sqliteTable("kiosks", {
  kioskId: text("kiosk_id").primaryKey(),
  name: text("name").notNull(),
  siteId: text("site_id").notNull(),
  zoneId: text("zone_id"),
  version: integer("version").notNull(),
  /** Hash of the one-time code of its device, until it is used or over. */
  codeHash: text("code_hash"),
  codeExpiresAt: integer("code_expires_at"),
  /** Hash of the secret of the device that stands there. */
  secretHash: text("secret_hash"),
  secretExpiresAt: integer("secret_expires_at"),
  /** Wrong codes since `wrongSince`. */
  wrong: integer("wrong").notNull(),
  wrongSince: integer("wrong_since").notNull(),
});

/** People's own codes, as hashes with the installation's pepper: eight digits alone would be guessed from a stolen table. */
export const personCodes = sqliteTable("kiosk_person_codes", {
  userId: text("user_id").primaryKey(),
  hash: text("hash").notNull().unique(),
});

export const kioskMigration: Migration = {
  id: "tenant-kiosks",
  sql: `
    CREATE TABLE kiosks (
      kiosk_id TEXT PRIMARY KEY, name TEXT NOT NULL, site_id TEXT NOT NULL, zone_id TEXT, version INTEGER NOT NULL,
      code_hash TEXT, code_expires_at INTEGER, secret_hash TEXT, secret_expires_at INTEGER,
      wrong INTEGER NOT NULL DEFAULT 0, wrong_since INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE kiosk_person_codes (user_id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE);
  `,
};
