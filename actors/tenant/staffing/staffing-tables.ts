import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

export const staffingRules = sqliteTable("staffing_rules", {
  staffingRuleId: text("staffing_rule_id").primaryKey(),
  /** JSON of StaffingRule. */
  body: text("body").notNull(),
});

/** How each rule stood when it was last looked at: a warning once given is not given again after a restart. */
export const staffingStandings = sqliteTable("staffing_standings", {
  staffingRuleId: text("staffing_rule_id").primaryKey(),
  /** JSON of Standing. */
  body: text("body").notNull(),
});

/** Usual presence: counts a post, hour of the week and week, and of no person (P5, P17). */
export const staffingUsual = sqliteTable(
  "staffing_usual",
  {
    post: text("post").notNull(),
    hour: integer("hour").notNull(),
    week: integer("week").notNull(),
    counted: integer("counted").notNull(),
    pool: integer("pool").notNull(),
  },
  (table) => [primaryKey({ columns: [table.post, table.hour, table.week] })],
);

export const coverRequests = sqliteTable("cover_requests", {
  coverRequestId: text("cover_request_id").primaryKey(),
  from: integer("from_at").notNull(),
  to: integer("to_at").notNull(),
  /** JSON of KeptCover. */
  body: text("body").notNull(),
});

export const staffingMigration: Migration = {
  id: "tenant-staffing-0001",
  sql: `
    CREATE TABLE staffing_rules (staffing_rule_id TEXT PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE staffing_standings (staffing_rule_id TEXT PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE staffing_usual (
      post TEXT NOT NULL, hour INTEGER NOT NULL, week INTEGER NOT NULL, counted INTEGER NOT NULL, pool INTEGER NOT NULL,
      PRIMARY KEY (post, hour, week)
    ) WITHOUT ROWID;
    CREATE INDEX staffing_usual_week ON staffing_usual (week);
    CREATE TABLE cover_requests (
      cover_request_id TEXT PRIMARY KEY, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, body TEXT NOT NULL
    );
    CREATE INDEX cover_requests_to ON cover_requests (to_at);
  `,
};
