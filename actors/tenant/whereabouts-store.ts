import { sql } from "drizzle-orm";
import type { PresenceState } from "../../protocol/presence.ts";
import type { Database } from "../kernel/database.ts";
import type { PresenceChange } from "../kernel/messages.ts";
import type { Whereabouts } from "./targeting/recipients.ts";
import { presence } from "./tenant-tables.ts";

export interface KnownWhereabouts extends Whereabouts {
  siteId: string;
  zoneIds: string[];
  since: number;
  at: number;
}

/** Who is where (copied from the site actors) and who can be called. In memory whole: targets are resolved against it. */
export class WhereaboutsStore {
  #database: Database;
  #moved: (userId: string) => void;
  #known: Map<string, KnownWhereabouts> | undefined;
  /** People who are present, by site. */
  #present = new Map<string, Set<string>>();

  /** @param moved told of everybody whose whereabouts are others than before */
  constructor(database: Database, moved: (userId: string) => void) {
    this.#database = database;
    this.#moved = moved;
  }

  get all(): ReadonlyMap<string, KnownWhereabouts> {
    return this.#load();
  }

  /** Who is present in a site, disabled people too. */
  presentAt(siteId: string): ReadonlySet<string> {
    this.#load();
    return this.#present.get(siteId) ?? nobody;
  }

  /** Sites in which anybody is present. */
  sitesWithPeople(): string[] {
    this.#load();
    return [...this.#present.keys()];
  }

  /**
   * Takes a site's word for people, one after the other, unless a newer one is known. Being present here ends presence elsewhere
   * (wire.md). Written in one statement: ten thousand people may come and go in a minute, and alarms share the thread.
   *
   * @returns for each whether it was taken, and the site the person has left by it, if any
   */
  takeAll(changes: readonly PresenceChange[]): { taken: boolean; left?: string }[] {
    const changed = new Set<string>();
    const outcomes = changes.map((change) => {
      const outcome = this.#take(change);
      if (outcome.taken) changed.add(change.userId);
      return outcome;
    });
    this.#save(changed);
    return outcomes;
  }

  #take({ userId, ...word }: PresenceChange): { taken: boolean; left?: string } {
    const known = this.#load();
    const before = known.get(userId);
    if (before !== undefined && before.at > word.at) return { taken: false };
    // Absent from one site says nothing about a person who is present in another.
    const elsewhere = before?.state === "present" && before.siteId !== word.siteId;
    if (elsewhere && word.state !== "present") return { taken: false };
    const { state, siteId, zoneIds, since, at } = word;
    known.set(userId, { state, siteId, zoneIds, since, at });
    this.#moved(userId);
    if (before?.state === "present") this.#leaves(userId, before.siteId);
    if (state === "present") this.#comes(userId, siteId);
    return elsewhere ? { taken: true, left: before.siteId } : { taken: true };
  }

  #save(userIds: ReadonlySet<string>): void {
    if (userIds.size === 0) return;
    const known = this.#load();
    const rows: unknown[] = [];
    for (const userId of userIds) {
      const where = known.get(userId);
      if (where === undefined) continue;
      rows.push([userId, where.state, where.siteId, JSON.stringify(where.zoneIds), where.since, where.at]);
    }
    // The condition keeps SQLite from reading ON CONFLICT as a part of the select.
    this.#database.run(sql`
      INSERT INTO presence (user_id, state, site_id, zone_ids, since, at)
      SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
        json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
      FROM json_each(${JSON.stringify(rows)}) WHERE true
      ON CONFLICT (user_id) DO UPDATE SET
        state = excluded.state, site_id = excluded.site_id, zone_ids = excluded.zone_ids,
        since = excluded.since, at = excluded.at`);
  }

  forget(): void {
    this.#known = undefined;
  }

  #comes(userId: string, siteId: string): void {
    const there = this.#present.get(siteId);
    if (there === undefined) this.#present.set(siteId, new Set([userId]));
    else there.add(userId);
  }

  #leaves(userId: string, siteId: string): void {
    const there = this.#present.get(siteId);
    there?.delete(userId);
    if (there?.size === 0) this.#present.delete(siteId);
  }

  #load(): Map<string, KnownWhereabouts> {
    if (this.#known !== undefined) return this.#known;
    this.#known = this.#read();
    this.#present.clear();
    for (const [userId, { state, siteId }] of this.#known) if (state === "present") this.#comes(userId, siteId);
    return this.#known;
  }

  #read(): Map<string, KnownWhereabouts> {
    return new Map(
      this.#database
        .select()
        .from(presence)
        .all()
        .map((row) => [
          row.userId,
          {
            state: row.state as PresenceState,
            siteId: row.siteId,
            zoneIds: JSON.parse(row.zoneIds) as string[],
            since: row.since,
            at: row.at,
          },
        ]),
    );
  }
}

const nobody: ReadonlySet<string> = new Set();
