import type { OwnPresence, PresenceReport } from "../../../protocol/presence.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { PresenceChange, SiteFacts } from "../../kernel/messages.ts";
import type { TenantStub } from "../tenant-stub.ts";
import { nextOnGrid, setDayEnd } from "./endings.ts";
import { type CheckedReport, Gatherer } from "./gatherer.ts";
import { gone, presenceEntries, reportPresence, type SitePresenceState, type Source } from "./presence.ts";
import type { PresenceStore } from "./presence-store.ts";

export interface PresenceParts {
  place: string;
  kernel: Kernel;
  store: PresenceStore;
  tenant: () => TenantStub;
  /** Whether an alarm is on its way to devices here: presence waits for it. */
  alarmGoesOut: () => boolean;
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
 * after the answer must find the person there (decision 0010).
 */
export class PresenceDesk {
  #parts: PresenceParts;
  #zones = new Map<string, { zones: ReadonlySet<string>; until: number }>();
  #gatherer: Gatherer;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#gatherer = new Gatherer((reports) => this.#take(reports), parts.alarmGoesOut);
  }

  /** Takes a report whose sender was checked. Refused: not_found for an unknown site or zone. */
  async report(userId: string, report: PresenceReport, source: Source, hook?: string): Promise<Outcome<OwnPresence>> {
    const { place } = this.#parts;
    // Asked of the tenant before the other site's actor is: a made-up id must not bring an object into being (T21).
    if (!(await this.#exists(report.siteId, report.zoneId))) return refuse("not_found");
    if (report.siteId !== place) return this.#parts.elsewhere(report.siteId, userId, report, source, hook);
    return done(await this.#gatherer.add({ userId, report, source, hook, at: Date.now() }));
  }

  /** One transaction, one call to the tenant, then the answers. */
  async #take(reports: readonly CheckedReport[]): Promise<OwnPresence[]> {
    const { place, store, kernel, tenant } = this.#parts;
    const states = kernel.transaction(() => {
      const known = store.ofAll(reports.map(({ userId }) => userId));
      const changed = new Map<string, SitePresenceState>();
      let came = false;
      const after = reports.map(({ userId, report, source, at, overtaken }) => {
        const before = changed.get(userId) ?? known.get(userId);
        if (overtaken === true) return before ?? gone(undefined, "absent", at);
        // What ended presence while this waited came before it, for whoever reads the times.
        const next = reportPresence(before, report, source, Math.max(at, before?.at ?? 0));
        came ||= next.state === "present" && before?.state !== "present";
        changed.set(userId, next);
        return next;
      });
      store.saveAll(changed);
      // One timer for everybody here, set when it may not be set yet: not with each of ten thousand reports a minute.
      if (came) kernel.timers.setIfSooner("silence", nextOnGrid(Date.now()));
      return after;
    });
    await tenant().presenceChanged(
      reports.map(({ userId, hook }, i) => ({
        ...toChange(place, userId, states[i] as SitePresenceState),
        ...(hook === undefined ? {} : { hook }),
      })),
    );
    return reports.map(({ report }, i) => ({
      presence: presenceEntries(place, states[i] as SitePresenceState, report.present ? undefined : report.zoneId),
    }));
  }

  /** The person is present in another site since `at`. */
  left(userId: string, at: number): void {
    this.#gatherer.overtake(userId, at);
    const known = this.#parts.store.of(userId);
    if (known === undefined || known.at > at || known.state !== "present") return;
    this.#parts.store.save(userId, gone(undefined, "absent", at));
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
