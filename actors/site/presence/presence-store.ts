import { eq, inArray, sql } from "drizzle-orm";
import type { PresenceState } from "../../../protocol/presence.ts";
import type { Database } from "../../kernel/database.ts";
import type { SiteFacts } from "../../kernel/messages.ts";
import type { SitePresenceState, Word } from "./presence.ts";
import { presence, siteFacts, untold } from "./presence-tables.ts";

/** Prepared once: ten thousand people may come and go in a minute. */
const prepare = (database: Database) => ({
  find: database
    .select()
    .from(presence)
    .where(sql`${presence.userId} IN (SELECT value FROM json_each(${sql.placeholder("userIds")}))`)
    .prepare(),
});

type Row = typeof presence.$inferSelect;

/** Written by this actor from decoded reports. */
const toState = (row: Row): SitePresenceState => {
  const zones = JSON.parse(row.zones) as Record<string, number>;
  const words = JSON.parse(row.words) as Record<string, Word>;
  // A row from before words were kept: somebody said it then, nobody knows who.
  const known =
    row.state === "present" && Object.keys(words).length === 0
      ? { earlier: { at: row.at, zones: Object.keys(zones) } }
      : words;
  return { state: row.state as PresenceState, since: row.since, zones, at: row.at, words: known };
};

/** Presence in this site, and the rules by which it ends. */
export class PresenceStore {
  #database: Database;
  #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  of(userId: string): SitePresenceState | undefined {
    return this.ofAll([userId]).get(userId);
  }

  /** Those of these people of whom anything is known here. */
  ofAll(userIds: readonly string[]): Map<string, SitePresenceState> {
    const rows = this.#statements.find.all({ userIds: JSON.stringify(userIds) });
    return new Map(rows.map((row) => [row.userId, toState(row)]));
  }

  save(userId: string, state: SitePresenceState): void {
    this.saveAll(new Map([[userId, state]]));
  }

  /** One statement, however many. */
  saveAll(states: ReadonlyMap<string, SitePresenceState>): void {
    if (states.size === 0) return;
    const rows = JSON.stringify(
      [...states].map(([userId, { state, zones, since, at, words }]) => [
        userId,
        state,
        JSON.stringify(zones),
        since,
        at,
        JSON.stringify(words),
      ]),
    );
    // The condition keeps SQLite from reading ON CONFLICT as a part of the select.
    this.#database.run(sql`
      INSERT INTO presence (user_id, state, zones, since, at, words)
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
        json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
      FROM json_each(${rows}) WHERE true
      ON CONFLICT (user_id) DO UPDATE SET
        state = excluded.state, zones = excluded.zones, since = excluded.since, at = excluded.at, words = excluded.words`);
  }

  /** Everybody who is present. */
  present(): Map<string, SitePresenceState> {
    const rows = this.#database.select().from(presence).where(eq(presence.state, "present")).all();
    return new Map(rows.map((row) => [row.userId, toState(row)]));
  }

  /** Keeps in mind that the tenant must be told of these people. */
  owe(userIds: readonly string[]): void {
    for (let i = 0; i < userIds.length; i += 50) {
      const rows = userIds.slice(i, i + 50).map((userId) => ({ userId }));
      this.#database.insert(untold).values(rows).onConflictDoNothing().run();
    }
  }

  /** People the tenant must be told of, as they are now. */
  owed(most: number): [string, SitePresenceState][] {
    const rows = this.#database.select().from(untold).limit(most).all();
    return rows.flatMap(({ userId }): [string, SitePresenceState][] => {
      const state = this.of(userId);
      return state === undefined ? [] : [[userId, state]];
    });
  }

  told(userIds: readonly string[]): void {
    for (let i = 0; i < userIds.length; i += 50)
      this.#database
        .delete(untold)
        .where(inArray(untold.userId, userIds.slice(i, i + 50)))
        .run();
  }

  get facts(): SiteFacts | undefined {
    const [row] = this.#database.select().from(siteFacts).all();
    return row === undefined ? undefined : (JSON.parse(row.body) as SiteFacts);
  }

  set facts(facts: SiteFacts) {
    const row = { body: JSON.stringify(facts) };
    this.#database
      .insert(siteFacts)
      .values({ one: 1, ...row })
      .onConflictDoUpdate({ target: siteFacts.one, set: row })
      .run();
  }
}
