import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** The tenant's directory of conversations. What is said in them is with their own actors. */
export const conversations = sqliteTable(
  "conversations",
  {
    conversationId: text("conversation_id").primaryKey(),
    form: text("form").notNull(),
    kind: text("kind").notNull(),
    title: text("title").notNull(),
    siteId: text("site_id"),
    roleId: text("role_id"),
    incidentId: text("incident_id"),
    /** Of what there is one alone: `everyone`, `site:…`, `role:…`, `incident:…`, `direct:…` with both people's ids. */
    key: text("key").unique(),
    /** Who began it; null for what began by itself. */
    makerId: text("maker_id"),
    closed: integer("closed", { mode: "boolean" }).notNull(),
    version: integer("version").notNull(),
    createdAt: integer("created_at").notNull(),
    /** As the room told it a moment ago. */
    lastSeq: integer("last_seq").notNull(),
    /** The newest message, or when it was made: lists go by it. ms since 1970. */
    lastAt: integer("last_at").notNull(),
  },
  (table) => [
    index("conversations_kind").on(table.kind, table.siteId),
    index("conversations_role").on(table.roleId),
    index("conversations_incident").on(table.incidentId),
  ],
);

/** People who are in a conversation by name, and guests. Who is in it by site or role is in no table. */
export const conversationMembers = sqliteTable(
  "conversation_members",
  {
    conversationId: text("conversation_id").notNull(),
    userId: text("user_id").notNull(),
    guest: integer("guest", { mode: "boolean" }).notNull(),
    at: integer("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.conversationId, table.userId] }),
    index("conversation_members_user").on(table.userId),
  ],
);

/** How far somebody has read, as the rooms told it. */
export const conversationReads = sqliteTable(
  "conversation_reads",
  {
    userId: text("user_id").notNull(),
    conversationId: text("conversation_id").notNull(),
    read: integer("read").notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.conversationId] })],
);

/** People who were called to a message, once however often the room asks for it. */
export const conversationCalls = sqliteTable(
  "conversation_calls",
  {
    messageId: text("message_id").notNull(),
    userId: text("user_id").notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.messageId, table.userId] })],
);

/** Rooms of incidents tell what is written from here on, not what happened before there were rooms. */
export const conversationMigration: Migration = {
  id: "tenant-conversations-0001",
  sql: `
    CREATE TABLE conversations (
      conversation_id TEXT PRIMARY KEY, form TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, site_id TEXT,
      role_id TEXT, incident_id TEXT, key TEXT UNIQUE, maker_id TEXT, closed INTEGER NOT NULL, version INTEGER NOT NULL,
      created_at INTEGER NOT NULL, last_seq INTEGER NOT NULL, last_at INTEGER NOT NULL
    );
    CREATE INDEX conversations_kind ON conversations (kind, site_id);
    CREATE INDEX conversations_role ON conversations (role_id) WHERE role_id IS NOT NULL;
    CREATE INDEX conversations_incident ON conversations (incident_id) WHERE incident_id IS NOT NULL;
    CREATE TABLE conversation_members (
      conversation_id TEXT NOT NULL, user_id TEXT NOT NULL, guest INTEGER NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (conversation_id, user_id)
    );
    CREATE INDEX conversation_members_user ON conversation_members (user_id);
    CREATE TABLE conversation_reads (
      user_id TEXT NOT NULL, conversation_id TEXT NOT NULL, read INTEGER NOT NULL, PRIMARY KEY (user_id, conversation_id)
    );
    CREATE TABLE conversation_calls (
      message_id TEXT NOT NULL, user_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (message_id, user_id)
    );
    CREATE INDEX conversation_calls_at ON conversation_calls (at);
    INSERT INTO meta (key, value) SELECT 'roomsTold', json_object('seq', coalesce(max(seq), 0), 'filled', json('{}')) FROM log;
  `,
};
