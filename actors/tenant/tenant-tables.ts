import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../kernel/migrations.ts";
import { availabilityMigration } from "./availability/availability-tables.ts";
import { channelMigration } from "./channels/channel-tables.ts";
import { conversationMigration } from "./conversation/conversation-tables.ts";
import { kioskMigration } from "./kiosk/kiosk-tables.ts";
import { loneWorkerMigration } from "./lone-worker/lone-worker-tables.ts";
import { reachMigration } from "./reach/reach-tables.ts";
import { rollCallMigration } from "./roll-call/roll-call-tables.ts";
import { rosterMigration } from "./roster/roster-tables.ts";
import { staffingMigration } from "./staffing/staffing-tables.ts";
import { statisticsMigration } from "./statistics/statistics-tables.ts";
import { readinessMigration } from "./targeting/readiness-tables.ts";
import { reminderMigration } from "./targeting/reminder-tables.ts";
import { testPlanMigration } from "./test-plan/test-plan-tables.ts";

/** The tenant's own facts and counters: `tenant` (JSON), `seq`. */
export const meta = sqliteTable("meta", { key: text("key").primaryKey(), value: text("value").notNull() });

export const people = sqliteTable("people", {
  userId: text("user_id").primaryKey(),
  usernameKey: text("username_key").notNull().unique(),
  /** JSON of Person. */
  body: text("body").notNull(),
  /** scrypt, made at the edge; null until an invitation was accepted. */
  passwordHash: text("password_hash"),
});

/** Roles, sites, zones, scenarios, integrations: `kind` and JSON. */
export const things = sqliteTable(
  "things",
  {
    kind: text("kind").notNull(),
    id: text("id").notNull(),
    version: integer("version").notNull(),
    body: text("body").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.id] })],
);

export const sessions = sqliteTable("sessions", {
  sessionId: text("session_id").primaryKey(),
  userId: text("user_id").notNull(),
  kind: text("kind").notNull(),
  secretHash: text("secret_hash").notNull(),
  deviceId: text("device_id").notNull(),
  deviceName: text("device_name"),
  platform: text("platform"),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

/** Invitations and enrolment codes: hashes of secrets that work once. */
export const codes = sqliteTable("codes", {
  hash: text("hash").primaryKey(),
  purpose: text("purpose").notNull(),
  userId: text("user_id").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

export const alarms = sqliteTable("alarms", {
  alarmId: text("alarm_id").primaryKey(),
  seq: integer("seq").notNull(),
  raisedAt: integer("raised_at").notNull(),
  endedAt: integer("ended_at"),
  /** JSON of RaisedAlarm. */
  body: text("body").notNull(),
  /** JSON: [{place, userIds}]. One value for ten thousand people: a row each would cost 130 ms (floors.md). */
  recipients: text("recipients").notNull(),
  /** JSON of Audience. */
  audience: text("audience"),
  /** What a repeat of the same signal is recognised by. */
  source: text("source"),
});

/** The real events that alarms belong to. */
export const incidents = sqliteTable("incidents", {
  incidentId: text("incident_id").primaryKey(),
  openedAt: integer("opened_at").notNull(),
  closedAt: integer("closed_at"),
  /** JSON of KeptIncident. */
  body: text("body").notNull(),
});

/** Lines of incidents' logs. */
export const notes = sqliteTable("notes", {
  n: integer("n").primaryKey({ autoIncrement: true }),
  noteId: text("note_id").notNull(),
  incidentId: text("incident_id").notNull(),
  at: integer("at").notNull(),
  userId: text("user_id").notNull(),
  text: text("text").notNull(),
});

/** What sites reported and people answered, as it came; folded into Progress when an alarm is loaded. */
export const progress = sqliteTable("progress", {
  n: integer("n").primaryKey({ autoIncrement: true }),
  alarmId: text("alarm_id").notNull(),
  body: text("body").notNull(),
});

/** Idempotency keys and webhook ids with the answer they were given (I5). */
export const keys = sqliteTable("keys", {
  key: text("key").primaryKey(),
  bodyHash: text("body_hash").notNull(),
  answer: text("answer").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

/** Who is where: a copy of what the site actors own. */
export const presence = sqliteTable("presence", {
  userId: text("user_id").primaryKey(),
  state: text("state").notNull(),
  siteId: text("site_id").notNull(),
  zoneIds: text("zone_ids").notNull(),
  since: integer("since").notNull(),
  at: integer("at").notNull(),
});

/** Site actors whose sockets watch a board. */
export const watchers = sqliteTable(
  "watchers",
  {
    place: text("place").notNull(),
    board: text("board").notNull(),
    ref: text("ref").notNull(),
    until: integer("until").notNull(),
  },
  (table) => [primaryKey({ columns: [table.place, table.board, table.ref] })],
);

export const tenantMigrations: readonly Migration[] = [
  {
    id: "tenant-0001",
    sql: `
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE people (
        user_id TEXT PRIMARY KEY, username_key TEXT NOT NULL UNIQUE, body TEXT NOT NULL, password_hash TEXT
      );
      CREATE TABLE things (
        kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
      );
      CREATE TABLE sessions (
        session_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, kind TEXT NOT NULL, secret_hash TEXT NOT NULL,
        device_id TEXT NOT NULL, device_name TEXT, platform TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
      );
      CREATE INDEX sessions_user ON sessions (user_id);
      CREATE TABLE codes (
        hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, user_id TEXT NOT NULL, expires_at INTEGER NOT NULL
      );
      CREATE TABLE alarms (
        alarm_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, raised_at INTEGER NOT NULL, ended_at INTEGER,
        body TEXT NOT NULL, recipients TEXT NOT NULL
      );
      CREATE INDEX alarms_seq ON alarms (seq);
      CREATE TABLE progress (n INTEGER PRIMARY KEY AUTOINCREMENT, alarm_id TEXT NOT NULL, body TEXT NOT NULL);
      CREATE INDEX progress_alarm ON progress (alarm_id);
      CREATE TABLE keys (key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, answer TEXT NOT NULL, expires_at INTEGER NOT NULL);
      CREATE TABLE presence (
        user_id TEXT PRIMARY KEY, state TEXT NOT NULL, site_id TEXT NOT NULL, zone_ids TEXT NOT NULL,
        since INTEGER NOT NULL, at INTEGER NOT NULL
      );
      CREATE TABLE availability (
        user_id TEXT PRIMARY KEY, available INTEGER NOT NULL, until INTEGER, note TEXT, since INTEGER NOT NULL,
        version INTEGER NOT NULL
      );
      CREATE TABLE watchers (
        place TEXT NOT NULL, board TEXT NOT NULL, ref TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (place, board, ref)
      );
    `,
  },
  {
    id: "tenant-0002-incidents",
    sql: `
      ALTER TABLE alarms ADD COLUMN audience TEXT;
      ALTER TABLE alarms ADD COLUMN source TEXT;
      CREATE INDEX alarms_source ON alarms (source) WHERE source IS NOT NULL AND ended_at IS NULL;
      CREATE TABLE incidents (
        incident_id TEXT PRIMARY KEY, opened_at INTEGER NOT NULL, closed_at INTEGER, body TEXT NOT NULL
      );
      CREATE INDEX incidents_time ON incidents (opened_at);
      CREATE TABLE notes (
        n INTEGER PRIMARY KEY AUTOINCREMENT, note_id TEXT NOT NULL, incident_id TEXT NOT NULL, at INTEGER NOT NULL,
        user_id TEXT NOT NULL, text TEXT NOT NULL
      );
      CREATE INDEX notes_incident ON notes (incident_id);
    `,
  },
  readinessMigration,
  loneWorkerMigration,
  testPlanMigration,
  rollCallMigration,
  channelMigration,
  reachMigration,
  kioskMigration,
  rosterMigration,
  reminderMigration,
  staffingMigration,
  statisticsMigration,
  availabilityMigration,
  conversationMigration,
];
