import { eq, lte, sql } from "drizzle-orm";
import type { Database } from "../kernel/database.ts";
import type { RoomFacts, RoomPerson } from "../kernel/room-messages.ts";
import { ended, members, meta, toldPeople } from "./conversation-tables.ts";
import { belongs, type Listed, mayModerate, mayWrite } from "./membership.ts";

interface Entry {
  guest: boolean;
  at: number;
  left: boolean;
}

/** What the tenant said of somebody counts before what a site actor says for so long, ms: by then that has heard of it too. */
const toldMs = 10 * 60_000;

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
  #told: Map<string, { person: RoomPerson; at: number }> | undefined;

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
      // What was said of somebody before they came may have changed while they were not here.
      if (!entry.left && this.#allTold().delete(userId))
        this.#database.delete(toldPeople).where(eq(toldPeople.userId, userId)).run();
    }
  }

  /**
   * What people are from now on. Who lost a right may come back at once by a site actor that does not know it yet: these facts
   * then count (T10). In one statement, an import of ten thousand people too.
   */
  tell(people: readonly RoomPerson[], at: number): void {
    const rows = JSON.stringify(people.map((person) => [person.userId, JSON.stringify(person)]));
    this.#database.run(sql`
      INSERT INTO told_people (user_id, body, at)
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), ${at} FROM json_each(${rows}) WHERE true
      ON CONFLICT (user_id) DO UPDATE SET body = excluded.body, at = excluded.at`);
    for (const person of people) this.#allTold().set(person.userId, { person, at });
  }

  /** A person as the tenant or, where it said nothing of late, a site actor knows them. */
  asTold(person: RoomPerson): RoomPerson {
    const told = this.#allTold().get(person.userId);
    return told !== undefined && told.at > Date.now() - toldMs ? told.person : person;
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

  rights(given: RoomPerson): Rights {
    const { facts } = this;
    const person = this.asTold(given);
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
    this.#database
      .delete(toldPeople)
      .where(lte(toldPeople.at, Date.now() - toldMs))
      .run();
    this.#told = undefined;
  }

  forget(): void {
    this.#facts = undefined;
    this.#people = undefined;
    this.#told = undefined;
  }

  #allTold(): Map<string, { person: RoomPerson; at: number }> {
    this.#told ??= new Map(
      this.#database
        .select()
        .from(toldPeople)
        .all()
        // Written by this actor alone.
        .map(({ userId, body, at }) => [userId, { person: JSON.parse(body) as RoomPerson, at }]),
    );
    return this.#told;
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
