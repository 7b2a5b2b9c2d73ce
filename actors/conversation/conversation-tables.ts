import { blob, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../kernel/migrations.ts";

/** `facts`: JSON of RoomFacts. */
export const meta = sqliteTable("meta", { key: text("key").primaryKey(), value: text("value").notNull() });

/** People who belong to it by name, and guests. Who belongs to it by site or role is in no table. */
export const members = sqliteTable("members", {
  userId: text("user_id").primaryKey(),
  guest: integer("guest", { mode: "boolean" }).notNull(),
  /** When they joined or left; the later of two holds. ms since 1970. */
  at: integer("at").notNull(),
  left: integer("left", { mode: "boolean" }).notNull(),
});

/** What the tenant said of people a moment ago: a site actor that admits them may not have heard of it yet (T10). */
export const toldPeople = sqliteTable("told_people", {
  userId: text("user_id").primaryKey(),
  /** JSON of RoomPerson. */
  body: text("body").notNull(),
  at: integer("at").notNull(),
});

/** The truth of a chat: its document is built from these rows. */
export const messages = sqliteTable(
  "messages",
  {
    seq: integer("seq").primaryKey(),
    messageId: text("message_id").notNull().unique(),
    epoch: integer("epoch").notNull(),
    /** Null: the system's own words, or erased. */
    authorId: text("author_id"),
    at: integer("at").notNull(),
    /** JSON of Message. */
    body: text("body").notNull(),
  },
  (table) => [index("messages_epoch").on(table.epoch), index("messages_author").on(table.authorId)],
);

/** One row an epoch of a chat; a note has one for ever. */
export const epochs = sqliteTable("epochs", {
  number: integer("number").primaryKey(),
  /** Grows when its document is made anew: clients with the former one drop it. */
  generation: integer("generation").notNull(),
  firstSeq: integer("first_seq").notNull(),
  messages: integer("messages").notNull(),
  startedAt: integer("started_at").notNull(),
  endedAt: integer("ended_at"),
});

/** What was added to a document since its snapshot, in order. */
export const updates = sqliteTable(
  "updates",
  {
    n: integer("n").primaryKey({ autoIncrement: true }),
    /** The epoch's number. */
    document: integer("document").notNull(),
    /** Who wrote it; null for the actor itself, and for somebody whose data were erased. */
    authorId: text("author_id"),
    at: integer("at").notNull(),
    bytes: blob("bytes", { mode: "buffer" }).notNull(),
  },
  (table) => [index("updates_document").on(table.document, table.n)],
);

/** A document as it was, in pieces: a row holds 2 MB. */
export const snapshots = sqliteTable(
  "snapshots",
  {
    document: integer("document").notNull(),
    piece: integer("piece").notNull(),
    bytes: blob("bytes", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.document, table.piece] })],
);

/** How far each person has received and read. */
export const marks = sqliteTable("marks", {
  userId: text("user_id").primaryKey(),
  received: integer("received").notNull(),
  read: integer("read").notNull(),
  at: integer("at").notNull(),
  /** Up to where the tenant has heard that they read. */
  told: integer("told").notNull().default(0),
});

/** Photos that messages show, as JPEG without metadata. */
export const photos = sqliteTable("photos", {
  photoId: text("photo_id").primaryKey(),
  userId: text("user_id").notNull(),
  at: integer("at").notNull(),
  /** A message shows it; until then only who sent it may use it. */
  taken: integer("taken", { mode: "boolean" }).notNull(),
  width: integer("width").notNull(),
  height: integer("height").notNull(),
  bytes: blob("bytes", { mode: "buffer" }).notNull(),
});

/** Sessions that ended: a socket that was on its way meanwhile must not come in. */
export const ended = sqliteTable("ended", { sessionId: text("session_id").primaryKey(), at: integer("at").notNull() });

/** Mentions and direct messages that wait for being read before they are pushed, and those on their way to the tenant. */
export const calls = sqliteTable("calls", {
  messageId: text("message_id").primaryKey(),
  seq: integer("seq").notNull(),
  /** JSON of RoomCall. */
  body: text("body").notNull(),
  dueAt: integer("due_at").notNull(),
});

export const conversationMigrations: readonly Migration[] = [
  {
    id: "conversation-0001",
    sql: `
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE members (
        user_id TEXT PRIMARY KEY, guest INTEGER NOT NULL, at INTEGER NOT NULL, left INTEGER NOT NULL
      );
      CREATE TABLE messages (
        seq INTEGER PRIMARY KEY, message_id TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL, author_id TEXT,
        at INTEGER NOT NULL, body TEXT NOT NULL
      );
      CREATE INDEX messages_epoch ON messages (epoch);
      CREATE INDEX messages_author ON messages (author_id);
      CREATE TABLE epochs (
        number INTEGER PRIMARY KEY, generation INTEGER NOT NULL, first_seq INTEGER NOT NULL, messages INTEGER NOT NULL,
        started_at INTEGER NOT NULL, ended_at INTEGER
      );
      CREATE TABLE updates (
        n INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL, author_id TEXT, at INTEGER NOT NULL,
        bytes BLOB NOT NULL
      );
      CREATE INDEX updates_document ON updates (document, n);
      CREATE TABLE snapshots (
        document INTEGER NOT NULL, piece INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (document, piece)
      );
      CREATE TABLE marks (user_id TEXT PRIMARY KEY, received INTEGER NOT NULL, read INTEGER NOT NULL, at INTEGER NOT NULL);
      CREATE TABLE photos (
        photo_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, at INTEGER NOT NULL, taken INTEGER NOT NULL,
        width INTEGER NOT NULL, height INTEGER NOT NULL, bytes BLOB NOT NULL
      );
      CREATE TABLE ended (session_id TEXT PRIMARY KEY, at INTEGER NOT NULL);
      CREATE TABLE calls (message_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL, due_at INTEGER NOT NULL);
    `,
  },
  {
    id: "conversation-told-people",
    sql: "CREATE TABLE told_people (user_id TEXT PRIMARY KEY, body TEXT NOT NULL, at INTEGER NOT NULL)",
  },
  {
    id: "conversation-told-reads",
    sql: `
      ALTER TABLE marks ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX marks_untold ON marks (user_id) WHERE read > told;
    `,
  },
];
