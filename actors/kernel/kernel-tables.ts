import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "./migrations.ts";

/** Named timers over the one platform alarm (timers.ts). */
export const timers = sqliteTable("timers", {
  name: text("name").primaryKey(),
  dueAt: integer("due_at").notNull(),
  /** How often the handler has thrown in a row. */
  failures: integer("failures").notNull().default(0),
});

/** Everything this actor ever did, in order: the state's source, the audit trail and what the outbox carries (I8). */
export const log = sqliteTable("log", {
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  eventId: text("event_id").notNull().unique(),
  type: text("type").notNull(),
  entity: text("entity").notNull(),
  at: integer("at").notNull(),
  byType: text("by_type").notNull(),
  byId: text("by_id").notNull(),
  ip: text("ip"),
  body: text("body").notNull(),
  /** The link in the hash chain of `entity` (chain.ts); null for what is not chained. */
  n: integer("n"),
  salt: text("salt"),
  bodyHash: text("body_hash"),
  hash: text("hash"),
});

/** Where each chain ends. Kept when the log is pruned: the history is held against it as long as it exists. No personal data. */
export const chainHeads = sqliteTable("chain_heads", {
  entity: text("entity").primaryKey(),
  n: integer("n").notNull(),
  hash: text("hash").notNull(),
  /** Events of this entity from before there were chains. */
  unchained: integer("unchained").notNull().default(0),
});

/** What still has to reach somebody else, at least once (outbox.ts). */
export const outbox = sqliteTable(
  "outbox",
  {
    id: integer("id").primaryKey({ autoIncrement: true }),
    topic: text("topic").notNull(),
    entity: text("entity").notNull(),
    /** A row of `log`, or else `body` says what to send. */
    logSeq: integer("log_seq"),
    body: text("body"),
    attempts: integer("attempts").notNull().default(0),
    nextAt: integer("next_at").notNull().default(0),
    /** Set when it failed too often: it is retried rarely and no longer holds up its entity. */
    parkedAt: integer("parked_at"),
    lastError: text("last_error"),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [index("outbox_topic").on(table.topic, table.id)],
);

/** One row: the registry was told that this actor is behind, and has not been told yet that it has caught up. */
export const toldBehind = sqliteTable("told_behind", { one: integer("one").primaryKey() });

export const kernelMigrations: readonly Migration[] = [
  {
    id: "kernel-0001",
    sql: `
      CREATE TABLE timers (name TEXT PRIMARY KEY, due_at INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0);
      CREATE TABLE log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, entity TEXT NOT NULL,
        at INTEGER NOT NULL, by_type TEXT NOT NULL, by_id TEXT NOT NULL, ip TEXT, body TEXT NOT NULL
      );
      CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, entity TEXT NOT NULL, log_seq INTEGER, body TEXT,
        attempts INTEGER NOT NULL DEFAULT 0, next_at INTEGER NOT NULL DEFAULT 0, parked_at INTEGER, last_error TEXT,
        created_at INTEGER NOT NULL
      );
      CREATE INDEX outbox_topic ON outbox (topic, id);
    `,
  },
  {
    id: "kernel-0002",
    sql: `
      ALTER TABLE log ADD COLUMN n INTEGER;
      ALTER TABLE log ADD COLUMN salt TEXT;
      ALTER TABLE log ADD COLUMN body_hash TEXT;
      ALTER TABLE log ADD COLUMN hash TEXT;
      CREATE TABLE chain_heads (
        entity TEXT PRIMARY KEY, n INTEGER NOT NULL, hash TEXT NOT NULL, unchained INTEGER NOT NULL DEFAULT 0
      );
      INSERT INTO chain_heads (entity, n, hash, unchained)
        SELECT entity, 0, '', count(*) FROM log WHERE type GLOB 'alarm.*' OR type GLOB 'incident.*' GROUP BY entity;
    `,
  },
  {
    id: "kernel-0003",
    // With its row: whatever was told before this table was there is taken back after the next drain.
    sql: `
      CREATE TABLE told_behind (one INTEGER PRIMARY KEY CHECK (one = 1));
      INSERT INTO told_behind (one) VALUES (1);
    `,
  },
];
