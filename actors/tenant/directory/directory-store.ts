import { and, eq, sql } from "drizzle-orm";
import type { Role } from "../../../protocol/people.ts";
import type { Site, Zone } from "../../../protocol/places.ts";
import type { MusterPoint } from "../../../protocol/roll-calls.ts";
import type { Scenario } from "../../../protocol/scenarios.ts";
import type { Database } from "../../kernel/database.ts";
import { people, things } from "../tenant-tables.ts";
import {
  type Directory,
  emptyDirectory,
  type KeptContact,
  type KeptIntegration,
  type Person,
  usernameKey,
} from "./directory.ts";

export interface Things {
  role: Role;
  site: Site;
  zone: Zone;
  musterPoint: MusterPoint;
  scenario: Scenario;
  integration: KeptIntegration;
  contact: KeptContact;
}
export type ThingKind = keyof Things;

const shelf = {
  role: "roles",
  site: "sites",
  zone: "zones",
  musterPoint: "musterPoints",
  scenario: "scenarios",
  integration: "integrations",
  contact: "contacts",
} as const satisfies Record<ThingKind, keyof Directory>;

/** The directory's tables, and the directory in memory beside them. */
export class DirectoryStore {
  #database: Database;
  #saved: (userId: string) => void;
  #directory: Directory | undefined;

  /** @param saved told of every person who is stored */
  constructor(database: Database, saved: (userId: string) => void) {
    this.#database = database;
    this.#saved = saved;
  }

  get directory(): Directory {
    this.#directory ??= this.#load();
    return this.#directory;
  }

  /** After a transaction that failed: memory may be ahead of the tables, so it is read anew. */
  forget(): void {
    this.#directory = undefined;
  }

  /** Stores people in one statement however many they are. */
  savePeople(list: readonly Person[]): void {
    const rows = JSON.stringify(
      list.map((person) => [person.userId, usernameKey(person.username), JSON.stringify(person)]),
    );
    this.#database.run(sql`
      INSERT INTO people (user_id, username_key, body)
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(${rows}) WHERE true
      ON CONFLICT (user_id) DO UPDATE SET username_key = excluded.username_key, body = excluded.body`);
    const { people: known, byUsername } = this.directory;
    for (const person of list) {
      const before = known.get(person.userId);
      if (before !== undefined) byUsername.delete(usernameKey(before.username));
      known.set(person.userId, person);
      byUsername.set(usernameKey(person.username), person.userId);
      this.#saved(person.userId);
    }
  }

  setPassword(userId: string, passwordHash: string): void {
    this.#database.update(people).set({ passwordHash }).where(eq(people.userId, userId)).run();
  }

  passwordOf(userId: string): string | undefined {
    const [row] = this.#database
      .select({ hash: people.passwordHash })
      .from(people)
      .where(eq(people.userId, userId))
      .all();
    return row?.hash ?? undefined;
  }

  /** Stores a role, site and so on; answers its new version. */
  saveThing<K extends ThingKind>(kind: K, id: string, thing: Things[K]): number {
    const [row] = this.#database
      .insert(things)
      .values({ kind, id, version: 1, body: JSON.stringify(thing) })
      .onConflictDoUpdate({
        target: [things.kind, things.id],
        set: { version: sql`${things.version} + 1`, body: JSON.stringify(thing) },
      })
      .returning({ version: things.version })
      .all();
    (this.directory[shelf[kind]] as Map<string, Things[K]>).set(id, thing);
    return row?.version ?? 1;
  }

  /** Removes a thing; answers the version that its removal has. */
  removeThing(kind: ThingKind, id: string): number {
    const [row] = this.#database
      .delete(things)
      .where(and(eq(things.kind, kind), eq(things.id, id)))
      .returning({ version: things.version })
      .all();
    this.directory[shelf[kind]].delete(id);
    return (row?.version ?? 0) + 1;
  }

  #load(): Directory {
    const directory = emptyDirectory();
    for (const row of this.#database.select({ body: people.body }).from(people).all()) {
      // Written by this actor from decoded input; the schema of a person has only ever been added to.
      const person = JSON.parse(row.body) as Person;
      directory.people.set(person.userId, person);
      directory.byUsername.set(usernameKey(person.username), person.userId);
    }
    for (const row of this.#database.select().from(things).all())
      (directory[shelf[row.kind as ThingKind]] as Map<string, unknown>).set(row.id, JSON.parse(row.body));
    return directory;
  }
}
