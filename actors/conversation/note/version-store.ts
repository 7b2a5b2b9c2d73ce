import { and, asc, desc, eq, gt, isNotNull, lt, lte } from "drizzle-orm";
import { limits } from "../../../protocol/limits.ts";
import type { Database } from "../../kernel/database.ts";
import { bytesOf, joined, piecesOf } from "../document/pieces.ts";
import { noteAuthors, notePieces, noteVersions, noteWriting } from "./note-tables.ts";
import type { Writing } from "./versions.ts";

/** A version as it is kept. Times in ms since 1970. */
export interface KeptVersion {
  version: number;
  at: number;
  /** Who wrote since the version before; without those whose data were erased. */
  authorIds: string[];
  characters: number;
  restoredFrom?: number | undefined;
}

/** Versions of a note, and who wrote since the last one. Call what writes in a transaction. */
export class VersionStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Somebody wrote. */
  wrote(userId: string, now: number): void {
    this.#database
      .insert(noteWriting)
      .values({ userId, firstAt: now, lastAt: now })
      .onConflictDoUpdate({ target: noteWriting.userId, set: { lastAt: now } })
      .run();
  }

  /** What was written since the last version, if anything was. */
  writing(): Writing | undefined {
    const rows = this.#database.select().from(noteWriting).all();
    if (rows.length === 0) return undefined;
    return {
      authorIds: rows.flatMap(({ userId }) => (userId === null ? [] : [userId])).sort(),
      firstAt: Math.min(...rows.map(({ firstAt }) => firstAt)),
      lastAt: Math.max(...rows.map(({ lastAt }) => lastAt)),
    };
  }

  /** Keeps what a note is now, as the next version; the oldest ones go. */
  keep(kept: Omit<KeptVersion, "version">, state: Uint8Array): KeptVersion {
    const { authorIds, ...row } = kept;
    const version = (this.last()?.version ?? 0) + 1;
    this.#database
      .insert(noteVersions)
      .values({ version, ...row })
      .run();
    for (const userId of authorIds) this.#database.insert(noteAuthors).values({ version, userId }).run();
    for (const [piece, bytes] of piecesOf(state).entries())
      this.#database
        .insert(notePieces)
        .values({ version, piece, bytes: bytes as Buffer })
        .run();
    this.#database.delete(noteWriting).run();
    for (const table of [noteVersions, noteAuthors, notePieces])
      this.#database
        .delete(table)
        .where(lte(table.version, version - limits.noteVersions))
        .run();
    return { version, ...kept };
  }

  last(): KeptVersion | undefined {
    return this.page(Number.MAX_SAFE_INTEGER, 1)[0];
  }

  find(version: number): KeptVersion | undefined {
    return this.page(version + 1, 1).find((kept) => kept.version === version);
  }

  /** Those before a version, newest first. */
  page(before: number, limit: number): KeptVersion[] {
    const rows = this.#database
      .select()
      .from(noteVersions)
      .where(lt(noteVersions.version, before))
      .orderBy(desc(noteVersions.version))
      .limit(limit)
      .all();
    const [newest, oldest] = [rows[0]?.version ?? 0, rows.at(-1)?.version ?? 0];
    const authors = this.#database
      .select()
      .from(noteAuthors)
      .where(and(gt(noteAuthors.version, oldest - 1), lte(noteAuthors.version, newest), isNotNull(noteAuthors.userId)))
      .all();
    return rows.map(({ restoredFrom, ...row }) => ({
      ...row,
      authorIds: authors.flatMap(({ version, userId }) => (version === row.version && userId !== null ? [userId] : [])),
      ...(restoredFrom === null ? {} : { restoredFrom }),
    }));
  }

  /** What a note was in a version, as `encodeContent` gives it. */
  state(version: number): Uint8Array {
    const pieces = this.#database
      .select({ bytes: notePieces.bytes })
      .from(notePieces)
      .where(eq(notePieces.version, version))
      .orderBy(asc(notePieces.piece))
      .all();
    return joined(pieces.map(({ bytes }) => bytesOf(bytes)));
  }

  /** Takes a person out of all this; what was written stays (P18, decisions/0025). */
  erase(userId: string): void {
    this.#database.update(noteAuthors).set({ userId: null }).where(eq(noteAuthors.userId, userId)).run();
    this.#database.update(noteWriting).set({ userId: null }).where(eq(noteWriting.userId, userId)).run();
  }
}
