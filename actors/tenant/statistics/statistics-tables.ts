import { integer, sqliteTable } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** One row at most: what the tenant chose. */
export const statisticsSettings = sqliteTable("statistics_settings", {
  one: integer("one").primaryKey(),
  minimumGroup: integer("minimum_group").notNull(),
});

export const statisticsMigration: Migration = {
  id: "tenant-statistics-0001",
  sql: `CREATE TABLE statistics_settings (one INTEGER PRIMARY KEY CHECK (one = 1), minimum_group INTEGER NOT NULL);`,
};
