import { blob, index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Migration } from "../../kernel/migrations.ts";

/** Whose each Yjs client id is: of the person who first wrote under it. Null: of somebody whose data were erased. */
export const noteClients = sqliteTable("note_clients", {
  clientId: integer("client_id").primaryKey(),
  userId: text("user_id"),
});

/** Who wrote since the last version, and when first and last. What updates say of it does not outlive their joining. */
export const noteWriting = sqliteTable("note_writing", {
  userId: text("user_id").unique(),
  firstAt: integer("first_at").notNull(),
  lastAt: integer("last_at").notNull(),
});

export const noteVersions = sqliteTable("note_versions", {
  version: integer("version").primaryKey(),
  at: integer("at").notNull(),
  characters: integer("characters").notNull(),
  restoredFrom: integer("restored_from"),
});

/** Who wrote in which version. Null: somebody whose data were erased. */
export const noteAuthors = sqliteTable(
  "note_authors",
  { version: integer("version").notNull(), userId: text("user_id") },
  (table) => [index("note_authors_version").on(table.version)],
);

/** What a note was in a version, in pieces: a row holds 2 MB. */
export const notePieces = sqliteTable(
  "note_pieces",
  {
    version: integer("version").notNull(),
    piece: integer("piece").notNull(),
    bytes: blob("bytes", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.version, table.piece] })],
);

export const noteMigrations: readonly Migration[] = [
  {
    id: "note-0001",
    sql: `
      CREATE TABLE note_clients (client_id INTEGER PRIMARY KEY, user_id TEXT);
      CREATE TABLE note_writing (user_id TEXT UNIQUE, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL);
      CREATE TABLE note_versions (
        version INTEGER PRIMARY KEY, at INTEGER NOT NULL, characters INTEGER NOT NULL, restored_from INTEGER
      );
      CREATE TABLE note_authors (version INTEGER NOT NULL, user_id TEXT);
      CREATE INDEX note_authors_version ON note_authors (version);
      CREATE TABLE note_pieces (
        version INTEGER NOT NULL, piece INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (version, piece)
      );
    `,
  },
];
