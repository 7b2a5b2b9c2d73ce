import { type PresenceReport, PresenceReport as Report } from "../../../protocol/presence.ts";
import type { StandbyApi } from "../api.ts";
import { StandbyProblem } from "../problem.ts";
import { type Caution, type Decisions, decide, type Fix, placeKey, usualCaution } from "./deciding.ts";
import { fetchShapes, type KnownShapes } from "./shapes.ts";

/** What a device keeps between runs: shapes and yes or no by place. It has no field for a position (I7). */
export interface KeptPresence {
  shapes?: KnownShapes;
  decisions: Decisions;
}

export interface PresenceKeeperOptions {
  api: Pick<StandbyApi, "call" | "putPresence">;
  caution?: Caution;
  /** What was kept by an earlier run. */
  kept?: KeptPresence;
  save?: (kept: KeptPresence) => void;
  now?: () => number;
  /** In [0, 1): spreads the devices of a tenant over the hour. */
  random?: () => number;
}

/** Shapes are asked for again after this and up to as much more, ms. */
const refetchMs = 3_600_000;
/** Being inside is said again after this: the server ends presence when a day ends or a device falls silent. ms. */
const repeatMs = 3_600_000;

/**
 * Decides on the device whether its person is in a site or zone, and tells the server that and nothing else (P4). The program
 * hands it every fix of the platform; fixes are judged and dropped.
 */
export class PresenceKeeper {
  readonly #options: PresenceKeeperOptions;
  readonly #now: () => number;
  #kept: KeptPresence;
  #fetchAt = 0;
  /** Reports that the server has not taken yet, oldest first, one a place. */
  #owed = new Map<string, PresenceReport>();
  #saidAt = new Map<string, number>();
  #working: Promise<void> = Promise.resolve();

  constructor(options: PresenceKeeperOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#kept = options.kept ?? { decisions: {} };
  }

  /** Places the device has decided to be in, as `siteId` or `siteId/zoneId`. */
  get inside(): string[] {
    return Object.entries(this.#kept.decisions).flatMap(([place, { inside }]) => (inside ? [place] : []));
  }

  /** Whether something is still to be told. */
  get owes(): boolean {
    return this.#owed.size > 0;
  }

  /**
   * Judges a fix. @returns when what follows from it was told, or could not be: it is kept then, and tried with the next fix
   */
  take(fix: Fix): Promise<void> {
    // One after the other: two reports that overtake each other would leave the older one standing.
    this.#working = this.#working.then(() => this.#take(fix));
    return this.#working;
  }

  async #take(fix: Fix): Promise<void> {
    await this.#refetch();
    const now = this.#now();
    const places = this.#kept.shapes?.places ?? [];
    const { decisions, decided } = decide(
      this.#kept.decisions,
      places,
      fix,
      now,
      this.#options.caution ?? usualCaution,
    );
    if (decisions !== this.#kept.decisions) this.#keep({ ...this.#kept, decisions });
    for (const one of decided) this.#owe(one);
    for (const place of places) {
      const key = placeKey(place);
      if (decisions[key]?.inside !== true || this.#owed.has(key)) continue;
      if (now - (this.#saidAt.get(key) ?? 0) >= repeatMs) this.#owe({ ...place, present: true });
    }
    await this.#tell();
  }

  #owe({ siteId, zoneId, present }: { siteId: string; zoneId?: string | undefined; present: boolean }): void {
    // Built by the wire's own strict schema, field by field: nothing else can come along.
    const report = Report.parse({ siteId, ...(zoneId === undefined ? {} : { zoneId }), present });
    const key = placeKey(report);
    this.#owed.delete(key);
    this.#owed.set(key, report);
  }

  async #tell(): Promise<void> {
    for (const [key, report] of [...this.#owed]) {
      try {
        await this.#options.api.putPresence(report);
      } catch (error) {
        const refused = error instanceof StandbyProblem && (error.status === 404 || error.status === 422);
        if (!refused) return;
        // A place that was removed meanwhile: there is nobody left to tell.
      }
      this.#saidAt.set(key, this.#now());
      if (this.#owed.get(key) === report) this.#owed.delete(key);
    }
  }

  async #refetch(): Promise<void> {
    if (this.#now() < this.#fetchAt) return;
    try {
      const shapes = await fetchShapes(this.#options.api, this.#kept.shapes);
      this.#fetchAt = this.#now() + refetchMs * (1 + (this.#options.random ?? Math.random)());
      if (shapes !== this.#kept.shapes) this.#keep({ ...this.#kept, shapes });
    } catch {
      // Those it has are good enough; asked again soon, not with every fix.
      this.#fetchAt = this.#now() + 60_000;
    }
  }

  #keep(kept: KeptPresence): void {
    this.#kept = kept;
    this.#options.save?.(kept);
  }
}
