import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../kernel/migrations.ts";
import { presenceMigration } from "./presence/presence-tables.ts";
import { siteRollCallMigration } from "./roll-call/roll-call-tables.ts";

/** Sessions of the people of this place: devices come back without the tenant actor. */
export const grants = sqliteTable("grants", {
  sessionId: text("session_id").primaryKey(),
  userId: text("user_id").notNull(),
  secretHash: text("secret_hash").notNull(),
  deviceId: text("device_id").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

/** What `welcome` says of a person. */
export const people = sqliteTable("people", {
  userId: text("user_id").primaryKey(),
  body: text("body").notNull(),
  /** Of the person's facts at the tenant; 0 when it did not say. */
  version: integer("version").notNull().default(0),
});

/** Sessions that were ended: a grant that was on its way meanwhile must not revive one. */
export const ended = sqliteTable("ended", {
  sessionId: text("session_id").primaryKey(),
  at: integer("at").notNull(),
});

/** People whose sockets belong to another place now. */
export const moved = sqliteTable("moved", {
  userId: text("user_id").primaryKey(),
  place: text("place").notNull(),
  /** Of the person's facts that say so; 0 when the tenant did not say. */
  version: integer("version").notNull().default(0),
});

export const tickets = sqliteTable("tickets", {
  hash: text("hash").primaryKey(),
  sessionId: text("session_id").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

/** Alarms of this place's people, kept for devices that come back. */
export const deliveries = sqliteTable("deliveries", {
  alarmId: text("alarm_id").primaryKey(),
  seq: integer("seq").notNull(),
  raisedAt: integer("raised_at").notNull(),
  storedAt: integer("stored_at").notNull(),
  /** The frame as it is sent, encoded once. */
  frame: text("frame").notNull(),
  /** JSON array of user ids; one value for all. */
  recipients: text("recipients").notNull(),
  withoutDevice: text("without_device").notNull(),
  endSeq: integer("end_seq"),
  endFrame: text("end_frame"),
  /** JSON array of positions: recipients around a duress alarm's raiser. Null for every other alarm. */
  quiet: text("quiet"),
});

/** Numbers of this actor: `told` (log rows the tenant has), `floor` (seqs up to this were forgotten). */
export const marks = sqliteTable("marks", { name: text("name").primaryKey(), value: integer("value").notNull() });

export const siteMigrations: readonly Migration[] = [
  {
    id: "site-0001",
    sql: `
      CREATE TABLE grants (
        session_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, secret_hash TEXT NOT NULL, device_id TEXT NOT NULL,
        expires_at INTEGER NOT NULL
      );
      CREATE INDEX grants_user ON grants (user_id);
      CREATE TABLE people (user_id TEXT PRIMARY KEY, body TEXT NOT NULL);
      CREATE TABLE ended (session_id TEXT PRIMARY KEY, at INTEGER NOT NULL);
      CREATE TABLE moved (user_id TEXT PRIMARY KEY, place TEXT NOT NULL);
      CREATE TABLE tickets (hash TEXT PRIMARY KEY, session_id TEXT NOT NULL, expires_at INTEGER NOT NULL);
      CREATE TABLE deliveries (
        alarm_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, raised_at INTEGER NOT NULL, stored_at INTEGER NOT NULL,
        frame TEXT NOT NULL, recipients TEXT NOT NULL, without_device TEXT NOT NULL, end_seq INTEGER, end_frame TEXT
      );
      CREATE INDEX deliveries_seq ON deliveries (seq);
      CREATE TABLE presence (
        user_id TEXT PRIMARY KEY, state TEXT NOT NULL, zones TEXT NOT NULL, since INTEGER NOT NULL, at INTEGER NOT NULL
      );
      CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
    `,
  },
  { id: "site-0002-duress", sql: "ALTER TABLE deliveries ADD COLUMN quiet TEXT;" },
  siteRollCallMigration,
  presenceMigration,
  {
    id: "site-versions",
    sql: `
      ALTER TABLE people ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE moved ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    `,
  },
];
