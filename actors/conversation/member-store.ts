import { eq, lte } from "drizzle-orm";
import type { Database } from "../kernel/database.ts";
import type { RoomFacts, RoomPerson } from "../kernel/room-messages.ts";
import { ended, members, meta } from "./conversation-tables.ts";
import { belongs, type Listed, mayModerate, mayWrite } from "./membership.ts";

interface Entry {
  guest: boolean;
  at: number;
  left: boolean;
}

/** What a person may do here. */
export interface Rights {
  belongs: boolean;
  mayWrite: boolean;
  mayModerate: boolean;
}

/** What the tenant has said of this conversation: what it is, and who is in it by name. */
export class MemberStore {
  #database: Database;
  #facts: RoomFacts | undefined;
  #people: Map<string, Entry> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Undefined until the tenant has opened it: an address that somebody made up leads nowhere (T1). */
  get facts(): RoomFacts | undefined {
    if (this.#facts === undefined) {
      const [row] = this.#database.select().from(meta).where(eq(meta.key, "facts")).all();
      this.#facts = row === undefined ? undefined : (JSON.parse(row.value) as RoomFacts);
    }
    return this.#facts;
  }

  /** @returns whether these are news */
  setFacts(facts: RoomFacts): boolean {
    if (this.facts !== undefined && this.facts.version >= facts.version) return false;
    const value = JSON.stringify(facts);
    this.#database
      .insert(meta)
      .values({ key: "facts", value })
      .onConflictDoUpdate({ target: meta.key, set: { value } })
      .run();
    this.#facts = facts;
    return true;
  }

  /** Of joining and leaving the later one holds, in whatever order they come. */
  set(userIds: readonly string[], entry: Entry): void {
    for (const userId of userIds) {
      const known = this.#all().get(userId);
      if (known !== undefined && known.at > entry.at) continue;
      this.#database
        .insert(members)
        .values({ userId, ...entry })
        .onConflictDoUpdate({ target: members.userId, set: entry })
        .run();
      this.#all().set(userId, entry);
    }
  }

  listed(userId: string): Listed {
    const entry = this.#all().get(userId);
    if (entry === undefined || entry.left) return undefined;
    return entry.guest ? "guest" : "member";
  }

  /** Everybody who is in it by name. */
  named(): string[] {
    return [...this.#all()].flatMap(([userId, { left }]) => (left ? [] : [userId]));
  }

  rights(person: RoomPerson): Rights {
    const { facts } = this;
    const listed = this.listed(person.userId);
    if (facts === undefined || !belongs(facts, person, listed))
      return { belongs: false, mayWrite: false, mayModerate: false };
    return {
      belongs: true,
      mayWrite: mayWrite(facts, person, listed),
      mayModerate: !facts.closed && mayModerate(facts, person),
    };
  }

  /** A socket of a session that ended must not come in, also when it was on its way meanwhile. */
  endSessions(sessionIds: readonly string[], at: number): void {
    for (const sessionId of sessionIds)
      this.#database.insert(ended).values({ sessionId, at }).onConflictDoNothing().run();
  }

  isEnded(sessionId: string): boolean {
    return this.#database.select().from(ended).where(eq(ended.sessionId, sessionId)).all().length > 0;
  }

  sweep(endedBefore: number): void {
    this.#database.delete(ended).where(lte(ended.at, endedBefore)).run();
  }

  forget(): void {
    this.#facts = undefined;
    this.#people = undefined;
  }

  #all(): Map<string, Entry> {
    this.#people ??= new Map(
      this.#database
        .select()
        .from(members)
        .all()
        .map(({ userId, ...entry }) => [userId, entry]),
    );
    return this.#people;
  }
}
