import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

export const plans = sqliteTable("test_plans", {
  testPlanId: text("test_plan_id").primaryKey(),
  /** JSON of KeptTestPlan. */
  body: text("body").notNull(),
  /** JSON array of user ids: as large as the organisation, and read only when a test runs or is refreshed. */
  audience: text("audience").notNull(),
});

export const runs = sqliteTable("test_runs", {
  alarmId: text("alarm_id").primaryKey(),
  testPlanId: text("test_plan_id").notNull(),
  startedAt: integer("started_at").notNull(),
  /** JSON of KeptTestRun. */
  body: text("body").notNull(),
});

/** Results as they stay, so many people a row: an organisation's whole does not fit one value of 2 MB. */
export const results = sqliteTable(
  "test_results",
  {
    alarmId: text("alarm_id").notNull(),
    part: integer("part").notNull(),
    /** JSON array of PersonResult. */
    body: text("body").notNull(),
  },
  (table) => [primaryKey({ columns: [table.alarmId, table.part] })],
);

export const testPlanMigration: Migration = {
  id: "tenant-test-plans-0001",
  sql: `
    CREATE TABLE test_plans (test_plan_id TEXT PRIMARY KEY, body TEXT NOT NULL, audience TEXT NOT NULL);
    CREATE TABLE test_runs (
      alarm_id TEXT PRIMARY KEY, test_plan_id TEXT NOT NULL, started_at INTEGER NOT NULL, body TEXT NOT NULL
    );
    CREATE TABLE test_results (
      alarm_id TEXT NOT NULL, part INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (alarm_id, part)
    ) WITHOUT ROWID;
    CREATE INDEX test_runs_plan ON test_runs (test_plan_id, started_at);
  `,
};
