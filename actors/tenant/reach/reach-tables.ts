import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/**
 * Devices of each place, many to a row: ten thousand devices may come back at once, and a row each would hold up the alarms.
 * Written late; what is missing after a crash the sites say again within minutes.
 */
export const reach = sqliteTable(
  "reach",
  {
    place: text("place").notNull(),
    part: integer("part").notNull(),
    /** When the site last said whose sockets are open, ms since 1970. */
    heardAt: integer("heard_at").notNull(),
    /** JSON: [[deviceId, userId, at, 1 when its socket is open]]. */
    devices: text("devices").notNull(),
  },
  (table) => [primaryKey({ columns: [table.place, table.part] })],
);

export const reachMigration: Migration = {
  id: "tenant-reach",
  sql: `
    CREATE TABLE reach (
      place TEXT NOT NULL, part INTEGER NOT NULL, heard_at INTEGER NOT NULL, devices TEXT NOT NULL,
      PRIMARY KEY (place, part)
    );
  `,
};
