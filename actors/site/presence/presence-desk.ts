import type { OwnPresence, PresenceReport } from "../../../protocol/presence.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import { coalesce } from "../../kernel/coalesce.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { PresenceChange } from "../../kernel/messages.ts";
import type { TenantStub } from "../tenant-stub.ts";
import { presenceEntries, reportPresence } from "./presence.ts";
import type { PresenceStore } from "./presence-store.ts";

export interface PresenceParts {
  place: string;
  kernel: Kernel;
  store: PresenceStore;
  tenant: () => TenantStub;
  /** Another site's actor takes reports about that site. */
  elsewhere: (siteId: string, userId: string, report: PresenceReport) => Promise<Outcome<OwnPresence>>;
}

/** How long the zones of a site are trusted before the tenant is asked again, ms. */
const zonesMs = 60_000;

/**
 * Presence in this site: owned here, copied to the tenant before the person is answered, because an alarm that is raised
 * after the answer must find the person there. Reports that come together go to the tenant together.
 */
export class PresenceDesk {
  #parts: PresenceParts;
  #zones = new Map<string, { zones: ReadonlySet<string>; until: number }>();
  #copy: (change: PresenceChange) => Promise<void>;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#copy = coalesce(async (changes) => {
      await parts.tenant().presenceChanged(changes);
      return changes.map(() => undefined);
    });
  }

  /** Takes a report by somebody whose session was checked. Refused: not_found for an unknown site or zone. */
  async report(userId: string, report: PresenceReport): Promise<Outcome<OwnPresence>> {
    const { place, store, kernel } = this.#parts;
    // Asked of the tenant before the other site's actor is: a made-up id must not bring an object into being (T21).
    if (!(await this.#exists(report.siteId, report.zoneId))) return refuse("not_found");
    if (report.siteId !== place) return this.#parts.elsewhere(report.siteId, userId, report);
    const now = Date.now();
    const state = kernel.transaction(() => {
      const next = reportPresence(store.of(userId), report, now);
      store.save(userId, next);
      return next;
    });
    const { since, at } = state;
    await this.#copy({ userId, siteId: place, state: state.state, zoneIds: Object.keys(state.zones), since, at });
    const leftZone = report.present ? undefined : report.zoneId;
    return done({ presence: presenceEntries(place, state, leftZone) });
  }

  /** The person is present in another site since `at`. */
  left(userId: string, at: number): void {
    const known = this.#parts.store.of(userId);
    if (known === undefined || known.at > at || known.state !== "present") return;
    this.#parts.store.save(userId, { state: "absent", since: at, zones: {}, at });
  }

  async #exists(siteId: string, zoneId: string | undefined): Promise<boolean> {
    const known = this.#zones.get(siteId);
    if (known !== undefined && known.until > Date.now() && (zoneId === undefined || known.zones.has(zoneId)))
      return true;
    const zones = await this.#parts.tenant().zonesOf(siteId);
    this.#zones.delete(siteId);
    if (zones === undefined) return false;
    this.#zones.set(siteId, { zones: new Set(zones), until: Date.now() + zonesMs });
    return zoneId === undefined || zones.includes(zoneId);
  }
}
