import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../kernel/migrations.ts";

/** Slugs and who holds them. A slug names an organisation, never a person: the registry holds no personal data. */
export const slugs = sqliteTable("slugs", {
  slug: text().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  reservedAt: integer("reserved_at").notNull(),
  /** Null while the tenant is being made. */
  confirmedAt: integer("confirmed_at"),
});

/** The last report of each actor that has something left to write to the history. */
export const backlogs = sqliteTable("backlogs", {
  actor: text().primaryKey(),
  pending: integer().notNull(),
  parked: integer().notNull(),
  oldestAt: integer("oldest_at"),
});

export const registryMigrations: readonly Migration[] = [
  {
    id: "0001-slugs-and-backlogs",
    sql: `
      CREATE TABLE slugs (
        slug TEXT PRIMARY KEY,
        tenant_id TEXT NOT NULL UNIQUE,
        reserved_at INTEGER NOT NULL,
        confirmed_at INTEGER
      ) WITHOUT ROWID;
      CREATE TABLE backlogs (
        actor TEXT PRIMARY KEY,
        pending INTEGER NOT NULL,
        parked INTEGER NOT NULL,
        oldest_at INTEGER
      ) WITHOUT ROWID;
    `,
  },
];
