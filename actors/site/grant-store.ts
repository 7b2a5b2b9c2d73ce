import { eq, inArray, lte } from "drizzle-orm";
import type { User } from "../../protocol/people.ts";
import type { Database } from "../kernel/database.ts";
import { sameText } from "../kernel/hashes.ts";
import type { Grant } from "../kernel/messages.ts";
import { ended, grants, moved, people, tickets } from "./site-tables.ts";

/** A session that this place knows. */
export interface Known {
  sessionId: string;
  deviceId: string;
  userId: string;
  expiresAt: number;
}

/**
 * Sessions of this place's people, copied from the tenant when first used, so that ten thousand devices can come back
 * without it (design §4, Reconnect). An ended session leaves a mark here: a copy that was on its way must not revive it.
 */
export class GrantStore {
  #database: Database;
  #cache = new Map<string, Known & { secretHash: string }>();

  constructor(database: Database) {
    this.#database = database;
  }

  add(grant: Grant): boolean {
    const [gone] = this.#database.select().from(ended).where(eq(ended.sessionId, grant.sessionId)).all();
    if (gone !== undefined) return false;
    const { user, ...row } = grant;
    this.#database
      .insert(grants)
      .values({ ...row, userId: user.userId })
      .onConflictDoNothing()
      .run();
    this.savePerson(user);
    this.#database.delete(moved).where(eq(moved.userId, user.userId)).run();
    this.#cache.set(grant.sessionId, { ...row, userId: user.userId });
    return true;
  }

  find(sessionId: string, secretHash: string, now: number): Known | undefined {
    const known = this.#cache.get(sessionId) ?? this.#read(sessionId);
    if (known === undefined || known.expiresAt <= now || !sameText(known.secretHash, secretHash)) return undefined;
    return known;
  }

  bySession(sessionId: string, now: number): Known | undefined {
    const known = this.#cache.get(sessionId) ?? this.#read(sessionId);
    return known === undefined || known.expiresAt <= now ? undefined : known;
  }

  end(sessionIds: readonly string[], now: number): void {
    for (let i = 0; i < sessionIds.length; i += 40) {
      const part = sessionIds.slice(i, i + 40);
      this.#database.delete(grants).where(inArray(grants.sessionId, part)).run();
      this.#database
        .insert(ended)
        .values(part.map((sessionId) => ({ sessionId, at: now })))
        .onConflictDoNothing()
        .run();
    }
    for (const sessionId of sessionIds) this.#cache.delete(sessionId);
  }

  savePerson(user: User): void {
    const body = JSON.stringify(user);
    this.#database
      .insert(people)
      .values({ userId: user.userId, body })
      .onConflictDoUpdate({ target: people.userId, set: { body } })
      .run();
  }

  /** JSON of the person as `welcome` shows it. */
  personJson(userId: string): string | undefined {
    const [row] = this.#database.select().from(people).where(eq(people.userId, userId)).all();
    return row?.body;
  }

  movedTo(userId: string): string | undefined {
    const [row] = this.#database.select().from(moved).where(eq(moved.userId, userId)).all();
    return row?.place;
  }

  /** The person's sockets belong elsewhere: forget the sessions, so that they are asked for anew. */
  move(userId: string, place: string): void {
    for (const [sessionId, known] of this.#cache) if (known.userId === userId) this.#cache.delete(sessionId);
    this.#database.delete(grants).where(eq(grants.userId, userId)).run();
    this.#database
      .insert(moved)
      .values({ userId, place })
      .onConflictDoUpdate({ target: moved.userId, set: { place } })
      .run();
  }

  addTicket(hash: string, sessionId: string, expiresAt: number): void {
    this.#database.insert(tickets).values({ hash, sessionId, expiresAt }).run();
  }

  /** Uses a ticket up. */
  takeTicket(hash: string, now: number): string | undefined {
    const [row] = this.#database.delete(tickets).where(eq(tickets.hash, hash)).returning().all();
    return row === undefined || row.expiresAt <= now ? undefined : row.sessionId;
  }

  sweep(now: number, endedBefore: number): void {
    this.#database.delete(tickets).where(lte(tickets.expiresAt, now)).run();
    this.#database.delete(grants).where(lte(grants.expiresAt, now)).run();
    this.#database.delete(ended).where(lte(ended.at, endedBefore)).run();
  }

  forget(): void {
    this.#cache.clear();
  }

  #read(sessionId: string): (Known & { secretHash: string }) | undefined {
    const [row] = this.#database.select().from(grants).where(eq(grants.sessionId, sessionId)).all();
    if (row !== undefined) this.#cache.set(sessionId, row);
    return row;
  }
}
