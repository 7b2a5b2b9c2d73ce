import { asc, eq, sql } from "drizzle-orm";
import * as Y from "yjs";
import { limits } from "../../../protocol/limits.ts";
import type { Database } from "../../kernel/database.ts";
import { snapshots, updates } from "../conversation-tables.ts";
import { bytesOf, joined, piecesOf } from "./pieces.ts";

/** How much of a document lies beside its snapshot. */
interface Loose {
  updates: number;
  bytes: number;
}

/**
 * Documents as they are kept: a snapshot in pieces, and the updates since. An update is stored in the transaction of the row it
 * shows, before anything of it is sent; the platform holds what is sent back until that is on disk. So no client can have seen
 * what a crash then takes away, and the actor may go on writing under the same client id.
 */
export class DocumentStore {
  #database: Database;
  #loose = new Map<number, Loose>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** The document whole, as one update. */
  load(document: number): Uint8Array | undefined {
    const pieces = this.#database
      .select({ bytes: snapshots.bytes })
      .from(snapshots)
      .where(eq(snapshots.document, document))
      .orderBy(asc(snapshots.piece))
      .all()
      .map((row) => bytesOf(row.bytes));
    const rows = this.#database
      .select({ bytes: updates.bytes })
      .from(updates)
      .where(eq(updates.document, document))
      .orderBy(asc(updates.n))
      .all()
      .map((row) => bytesOf(row.bytes));
    this.#loose.set(document, { updates: rows.length, bytes: rows.reduce((sum, row) => sum + row.byteLength, 0) });
    const parts = pieces.length === 0 ? rows : [joined(pieces), ...rows];
    return parts.length === 0 ? undefined : Y.mergeUpdates(parts);
  }

  /**
   * Keeps one more update. Call it in the transaction of the change, then `compact` with the document when it says so.
   * @returns whether there are enough of them for a snapshot
   */
  append(document: number, bytes: Uint8Array, authorId: string | undefined, at: number): boolean {
    this.#database
      .insert(updates)
      .values({ document, authorId: authorId ?? null, at, bytes: bytes as Buffer })
      .run();
    const loose = this.#loose.get(document) ?? this.#count(document);
    loose.updates += 1;
    loose.bytes += bytes.byteLength;
    this.#loose.set(document, loose);
    return loose.updates >= limits.documentUpdates || loose.bytes >= limits.documentUpdateBytes;
  }

  /** Puts a snapshot in the place of the former one and its updates: in one transaction, or the document is there twice or not at all. */
  compact(document: number, whole: Uint8Array): void {
    this.remove(document);
    for (const [piece, bytes] of piecesOf(whole).entries())
      this.#database
        .insert(snapshots)
        .values({ document, piece, bytes: bytes as Buffer })
        .run();
    this.#loose.set(document, { updates: 0, bytes: 0 });
  }

  remove(document: number): void {
    this.#database.delete(updates).where(eq(updates.document, document)).run();
    this.#database.delete(snapshots).where(eq(snapshots.document, document)).run();
    this.#loose.delete(document);
  }

  /** Takes a person's name off what they wrote (P18). */
  erase(userId: string): void {
    this.#database.update(updates).set({ authorId: null }).where(eq(updates.authorId, userId)).run();
  }

  /** After a failed transaction. */
  forget(): void {
    this.#loose.clear();
  }

  #count(document: number): Loose {
    const [row] = this.#database
      .select({ updates: sql<number>`count(*)`, bytes: sql<number>`coalesce(sum(length(${updates.bytes})), 0)` })
      .from(updates)
      .where(eq(updates.document, document))
      .all();
    return row ?? { updates: 0, bytes: 0 };
  }
}
