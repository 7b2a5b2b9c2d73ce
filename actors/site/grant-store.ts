import { eq, inArray, lte, sql } from "drizzle-orm";
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

/** Prepared once: ten thousand devices may come for the first time in the same seconds. */
const prepare = (database: Database) => ({
  ended: database
    .select()
    .from(ended)
    .where(eq(ended.sessionId, sql.placeholder("sessionId")))
    .prepare(),
  moved: database
    .select()
    .from(moved)
    .where(eq(moved.userId, sql.placeholder("userId")))
    .prepare(),
});

/** What came of a grant. `ended`: its session is over. */
export type Added = "added" | "ended" | { movedTo: string };

/**
 * Sessions of this place's people, copied from the tenant when first used, so that ten thousand devices can come back
 * without it (design §4, Reconnect). The tenant's answers and its messages may overtake each other: an ended session leaves a mark
 * here, and what is older than what was heard already changes nothing.
 */
export class GrantStore {
  #database: Database;
  #statements: ReturnType<typeof prepare>;
  #cache = new Map<string, Known & { secretHash: string }>();

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  add({ user, version, ...row }: Grant): Added {
    const [gone] = this.#statements.ended.all({ sessionId: row.sessionId });
    if (gone !== undefined) return "ended";
    const [away] = this.#statements.moved.all({ userId: user.userId });
    // Taken in here, their devices would wait at a place that alarms for them do not come to (I2).
    if (away !== undefined && version !== undefined && version < away.version) return { movedTo: away.place };
    this.#database
      .insert(grants)
      .values({ ...row, userId: user.userId })
      .onConflictDoNothing()
      .run();
    this.savePerson(user, version);
    if (away !== undefined) this.#database.delete(moved).where(eq(moved.userId, user.userId)).run();
    this.#cache.set(row.sessionId, { ...row, userId: user.userId });
    return "added";
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

  /** @param version of these facts; a tenant of before there were any says none, and is believed */
  savePerson(user: User, version?: number): void {
    const body = JSON.stringify(user);
    this.#database
      .insert(people)
      .values({ userId: user.userId, body, version: version ?? 0 })
      .onConflictDoUpdate(
        version === undefined
          ? { target: people.userId, set: { body } }
          : { target: people.userId, set: { body, version }, setWhere: sql`${people.version} <= ${version}` },
      )
      .run();
  }

  /** JSON of the person as `welcome` shows it. */
  personJson(userId: string): string | undefined {
    const [row] = this.#database.select().from(people).where(eq(people.userId, userId)).all();
    return row?.body;
  }

  /** The person's sockets belong elsewhere: forget the sessions, so that they are asked for anew. */
  move(userId: string, place: string, version = 0): void {
    for (const [sessionId, known] of this.#cache) if (known.userId === userId) this.#cache.delete(sessionId);
    this.#database.delete(grants).where(eq(grants.userId, userId)).run();
    this.#database
      .insert(moved)
      .values({ userId, place, version })
      .onConflictDoUpdate({ target: moved.userId, set: { place, version } })
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
