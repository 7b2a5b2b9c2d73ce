import { eq } from "drizzle-orm";
import type { PresenceState } from "../../../protocol/presence.ts";
import type { Database } from "../../kernel/database.ts";
import { presence } from "../site-tables.ts";
import type { SitePresenceState } from "./presence.ts";

export class PresenceStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  of(userId: string): SitePresenceState | undefined {
    const [row] = this.#database.select().from(presence).where(eq(presence.userId, userId)).all();
    if (row === undefined) return undefined;
    const zones = JSON.parse(row.zones) as Record<string, number>;
    return { state: row.state as PresenceState, since: row.since, zones, at: row.at };
  }

  save(userId: string, state: SitePresenceState): void {
    const row = { state: state.state, zones: JSON.stringify(state.zones), since: state.since, at: state.at };
    this.#database
      .insert(presence)
      .values({ userId, ...row })
      .onConflictDoUpdate({ target: presence.userId, set: row })
      .run();
  }
}
