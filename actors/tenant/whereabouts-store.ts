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

/** Prepared once: ten thousand people may come and go in a minute, and alarms share the thread. */
const prepareSave = (database: Database) =>
  database
    .insert(presence)
    .values({
      userId: sql.placeholder("userId"),
      state: sql.placeholder("state"),
      siteId: sql.placeholder("siteId"),
      zoneIds: sql.placeholder("zoneIds"),
      since: sql.placeholder("since"),
      at: sql.placeholder("at"),
    })
    .onConflictDoUpdate({
      target: presence.userId,
      set: {
        state: sql`excluded.state`,
        siteId: sql`excluded.site_id`,
        zoneIds: sql`excluded.zone_ids`,
        since: sql`excluded.since`,
        at: sql`excluded.at`,
      },
    })
    .prepare();

/** Who is where (copied from the site actors) and who can be called. In memory whole: targets are resolved against it. */
export class WhereaboutsStore {
  #database: Database;
  #save: ReturnType<typeof prepareSave>;
  #known: Map<string, KnownWhereabouts> | undefined;
  /** People who are present, by site. */
  #present = new Map<string, Set<string>>();

  constructor(database: Database) {
    this.#database = database;
    this.#save = prepareSave(database);
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
   * Takes a site's word for a person, unless a newer one is known. Being present here ends presence elsewhere (wire.md).
   *
   * @returns the site the person has left by this, if any
   */
  take(change: PresenceChange): { taken: boolean; left?: string } {
    const known = this.#load();
    const before = known.get(change.userId);
    if (before !== undefined && before.at > change.at) return { taken: false };
    // Absent from one site says nothing about a person who is present in another.
    const elsewhere = before?.state === "present" && before.siteId !== change.siteId;
    if (elsewhere && change.state !== "present") return { taken: false };
    const row = {
      state: change.state,
      siteId: change.siteId,
      zoneIds: JSON.stringify(change.zoneIds),
      since: change.since,
      at: change.at,
    };
    this.#save.run({ userId: change.userId, ...row });
    known.set(change.userId, { ...row, state: change.state, zoneIds: change.zoneIds });
    if (before?.state === "present") this.#leaves(change.userId, before.siteId);
    if (change.state === "present") this.#comes(change.userId, change.siteId);
    return elsewhere ? { taken: true, left: before.siteId } : { taken: true };
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
