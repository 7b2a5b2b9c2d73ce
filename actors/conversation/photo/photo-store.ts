import { and, eq, lte, sql } from "drizzle-orm";
import type { Photo } from "../../../protocol/conversation/rooms.ts";
import type { Database } from "../../kernel/database.ts";
import { photos } from "../conversation-tables.ts";

/** A photo as the edge has encoded it anew. */
export interface NewPhoto {
  photoId: string;
  userId: string;
  width: number;
  height: number;
  bytes: Uint8Array;
}

/** Photos of a conversation, in its own rows: they go with their messages, and nowhere else. */
export class PhotoStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  add({ bytes, ...photo }: NewPhoto, at: number): void {
    this.#database
      .insert(photos)
      .values({ ...photo, at, taken: false, bytes: bytes as Buffer })
      .run();
  }

  count(): number {
    const [row] = this.#database.select({ count: sql<number>`count(*)` }).from(photos).all();
    return row?.count ?? 0;
  }

  /** A photo that this person has sent and no message shows yet. */
  offered(photoId: string, userId: string): Photo | undefined {
    const [row] = this.#database
      .select({ width: photos.width, height: photos.height, bytes: sql<number>`length(${photos.bytes})` })
      .from(photos)
      .where(and(eq(photos.photoId, photoId), eq(photos.userId, userId), eq(photos.taken, false)))
      .all();
    return row && { photoId, ...row };
  }

  take(photoId: string): void {
    this.#database.update(photos).set({ taken: true }).where(eq(photos.photoId, photoId)).run();
  }

  /** @param userId sees the own ones before a message shows them */
  read(photoId: string, userId: string): Uint8Array | undefined {
    const [row] = this.#database.select().from(photos).where(eq(photos.photoId, photoId)).all();
    if (row === undefined || (!row.taken && row.userId !== userId)) return undefined;
    // The driver says Buffer; the runtime gives an ArrayBuffer.
    return new Uint8Array(row.bytes as Uint8Array | ArrayBuffer);
  }

  remove(photoId: string): void {
    this.#database.delete(photos).where(eq(photos.photoId, photoId)).run();
  }

  /** Everything that a person sent, also what no message shows yet (P18). */
  removeOf(userId: string): void {
    this.#database.delete(photos).where(eq(photos.userId, userId)).run();
  }

  /** Those that no message took. */
  sweep(before: number): void {
    this.#database
      .delete(photos)
      .where(and(eq(photos.taken, false), lte(photos.at, before)))
      .run();
  }
}
