import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** Sends (send.ts): one row each, because each has its own fate. */
export const sends = sqliteTable("sends", {
  sendId: text("send_id").primaryKey(),
  alarmId: text("alarm_id"),
  purpose: text("purpose").notNull(),
  channel: text("channel").notNull(),
  recipient: text("recipient").notNull(),
  contact: integer("contact").notNull(),
  /** Who goes first when a provider takes only so many (turns.ts). */
  turn: integer("turn").notNull(),
  state: text("state").notNull(),
  attempts: integer("attempts").notNull(),
  nextAt: integer("next_at").notNull(),
  reason: text("reason"),
  createdAt: integer("created_at").notNull(),
  changedAt: integer("changed_at").notNull(),
  deadline: integer("deadline").notNull(),
  unwanted: integer("unwanted"),
  answered: integer("answered"),
  /** JSON: session ids. */
  reached: text("reached"),
  /** JSON: title and text of a notice. */
  said: text("said"),
});

/** Addresses that were proven, with the address itself: one that was changed since is not the one that was proven. */
export const verifiedDetails = sqliteTable(
  "verified_details",
  {
    /** A user's or contact's id. */
    subject: text("subject").notNull(),
    detail: text("detail").notNull(),
    value: text("value").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.subject, table.detail] })],
);

/** Codes under way. The code itself is nowhere: it is made from the send's id (link-token.ts). */
export const verifications = sqliteTable(
  "verifications",
  {
    subject: text("subject").notNull(),
    detail: text("detail").notNull(),
    value: text("value").notNull(),
    sendId: text("send_id").notNull(),
    expiresAt: integer("expires_at").notNull(),
    triesLeft: integer("tries_left").notNull(),
    /** JSON: when codes were asked for within the last hour. */
    askedAt: text("asked_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.subject, table.detail] })],
);

/** One browser of one session: it ends with the session, so that nothing arrives after logging out. */
export const pushSubscriptions = sqliteTable("push_subscriptions", {
  sessionId: text("session_id").primaryKey(),
  userId: text("user_id").notNull(),
  endpoint: text("endpoint").notNull().unique(),
  p256dh: text("p256dh").notNull(),
  auth: text("auth").notNull(),
  at: integer("at").notNull(),
});

export const channelMigration: Migration = {
  id: "tenant-channels-0001",
  sql: `
    CREATE TABLE sends (
      send_id TEXT PRIMARY KEY, alarm_id TEXT, purpose TEXT NOT NULL, channel TEXT NOT NULL, recipient TEXT NOT NULL,
      contact INTEGER NOT NULL, turn INTEGER NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, next_at INTEGER NOT NULL, reason TEXT,
      created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, deadline INTEGER NOT NULL, unwanted INTEGER,
      answered INTEGER, reached TEXT, said TEXT
    ) WITHOUT ROWID;
    CREATE INDEX sends_alarm ON sends (alarm_id, recipient) WHERE alarm_id IS NOT NULL;
    CREATE INDEX sends_due ON sends (channel, turn, ifnull(alarm_id, ''), next_at) WHERE state IN ('waiting', 'sending');
    CREATE INDEX sends_failed ON sends (created_at) WHERE state = 'failed';
    CREATE TABLE verified_details (
      subject TEXT NOT NULL, detail TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (subject, detail)
    );
    CREATE TABLE verifications (
      subject TEXT NOT NULL, detail TEXT NOT NULL, value TEXT NOT NULL, send_id TEXT NOT NULL, expires_at INTEGER NOT NULL,
      tries_left INTEGER NOT NULL, asked_at TEXT NOT NULL, PRIMARY KEY (subject, detail)
    );
    CREATE TABLE push_subscriptions (
      session_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, endpoint TEXT NOT NULL UNIQUE, p256dh TEXT NOT NULL,
      auth TEXT NOT NULL, at INTEGER NOT NULL
    );
    CREATE INDEX push_subscriptions_user ON push_subscriptions (user_id);
  `,
};
