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
    .where(eq(presence.userId, sql.placeholder("userId")))
    .prepare(),
  save: database
    .insert(presence)
    .values({
      userId: sql.placeholder("userId"),
      state: sql.placeholder("state"),
      zones: sql.placeholder("zones"),
      since: sql.placeholder("since"),
      at: sql.placeholder("at"),
      words: sql.placeholder("words"),
    })
    .onConflictDoUpdate({
      target: presence.userId,
      set: {
        state: sql`excluded.state`,
        zones: sql`excluded.zones`,
        since: sql`excluded.since`,
        at: sql`excluded.at`,
        words: sql`excluded.words`,
      },
    })
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
    const [row] = this.#statements.find.all({ userId });
    return row === undefined ? undefined : toState(row);
  }

  save(userId: string, { state, zones, since, at, words }: SitePresenceState): void {
    const row = { userId, state, since, at };
    this.#statements.save.run({ ...row, zones: JSON.stringify(zones), words: JSON.stringify(words) });
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
