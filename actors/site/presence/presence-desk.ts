import type { OwnPresence, PresenceReport } from "../../../protocol/presence.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import { coalesce } from "../../kernel/coalesce.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { PresenceChange, SiteFacts } from "../../kernel/messages.ts";
import type { TenantStub } from "../tenant-stub.ts";
import { nextOnGrid, setDayEnd } from "./endings.ts";
import { presenceEntries, reportPresence, type SitePresenceState, type Source } from "./presence.ts";
import type { PresenceStore } from "./presence-store.ts";

export interface PresenceParts {
  place: string;
  kernel: Kernel;
  store: PresenceStore;
  tenant: () => TenantStub;
  /** Another site's actor takes reports about that site. */
  elsewhere: (
    siteId: string,
    userId: string,
    report: PresenceReport,
    source: Source,
    hook: string | undefined,
  ) => Promise<Outcome<OwnPresence>>;
}

/** How long the zones of a site are trusted before the tenant is asked again, ms. */
const zonesMs = 60_000;

export const toChange = (siteId: string, userId: string, state: SitePresenceState): PresenceChange => ({
  userId,
  siteId,
  state: state.state,
  zoneIds: Object.keys(state.zones),
  since: state.since,
  at: state.at,
});

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

  /** Takes a report whose sender was checked. Refused: not_found for an unknown site or zone. */
  async report(userId: string, report: PresenceReport, source: Source, hook?: string): Promise<Outcome<OwnPresence>> {
    const { place, store, kernel } = this.#parts;
    // Asked of the tenant before the other site's actor is: a made-up id must not bring an object into being (T21).
    if (!(await this.#exists(report.siteId, report.zoneId))) return refuse("not_found");
    if (report.siteId !== place) return this.#parts.elsewhere(report.siteId, userId, report, source, hook);
    const now = Date.now();
    const state = kernel.transaction(() => {
      const before = store.of(userId);
      const next = reportPresence(before, report, source, now);
      store.save(userId, next);
      // One timer for everybody here, set when it may not be set yet: not with each of ten thousand reports a minute.
      if (next.state === "present" && before?.state !== "present")
        kernel.timers.setIfSooner("silence", nextOnGrid(now));
      return next;
    });
    await this.#copy({ ...toChange(place, userId, state), ...(hook === undefined ? {} : { hook }) });
    const leftZone = report.present ? undefined : report.zoneId;
    return done({ presence: presenceEntries(place, state, leftZone) });
  }

  /** The person is present in another site since `at`. */
  left(userId: string, at: number): void {
    const known = this.#parts.store.of(userId);
    if (known === undefined || known.at > at || known.state !== "present") return;
    this.#parts.store.save(userId, { state: "absent", since: at, zones: {}, at, words: {} });
  }

  /** What the tenant says of this site, in the caller's transaction. */
  takeFacts(facts: SiteFacts, now: number): void {
    this.#parts.store.facts = facts;
    setDayEnd(this.#parts.kernel, facts, now);
  }

  async #exists(siteId: string, zoneId: string | undefined): Promise<boolean> {
    const known = this.#zones.get(siteId);
    if (known !== undefined && known.until > Date.now() && (zoneId === undefined || known.zones.has(zoneId)))
      return true;
    const site = await this.#parts.tenant().siteOf(siteId);
    this.#zones.delete(siteId);
    if (site === undefined) return false;
    this.#zones.set(siteId, { zones: new Set(site.zoneIds), until: Date.now() + zonesMs });
    const { kernel, place, store } = this.#parts;
    // A site from before there were such rules was told none. Later ones come as messages, in order.
    if (siteId === place && store.facts === undefined) kernel.transaction(() => this.takeFacts(site.facts, Date.now()));
    return zoneId === undefined || site.zoneIds.includes(zoneId);
  }
}
