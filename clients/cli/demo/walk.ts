import { between, inHundred, pick } from "./chance.ts";
import type { Device } from "./devices.ts";
import type { FilledSite } from "./fill.ts";

/**
 * Where a person is and whether they can be called. Like a real phone it knows places by itself and tells the server no
 * more than "present" or "absent" (P4).
 */
export class Walk {
  readonly #device: Device;
  readonly #sites: readonly FilledSite[];
  readonly #home: FilledSite | undefined;
  readonly #name: string;
  readonly #say: (line: string) => void;
  #at: { site: FilledSite; zoneId?: string } | undefined;

  constructor(device: Device, sites: readonly FilledSite[], name: string, say: (line: string) => void) {
    this.#device = device;
    this.#sites = sites;
    this.#home = sites.find((site) => site.siteId === device.user.homeSiteId);
    this.#name = name;
    this.#say = say;
  }

  /** The morning: more than half are at work. Were it nearly all of them, statistics could tell of nobody (docs/statistics.md). */
  arrive(): void {
    if (this.#home === undefined) return;
    // Also ends the zones of a former run, which this one knows nothing of.
    this.#device.socket.presence({ siteId: this.#home.siteId, present: false });
    if (inHundred(60)) this.#enter(this.#home);
  }

  /** Does one thing. */
  step(): void {
    this.#say(`${this.#name} ${inHundred(12) ? this.#changeAvailability() : this.#move()}`);
  }

  #move(): string {
    const at = this.#at;
    if (at === undefined) return this.#home === undefined || inHundred(50) ? "stays away" : this.#enter(this.#home);
    const chance = Math.random();
    if (chance < 0.65) return this.#enter(at.site);
    if (chance < 0.8) return this.#enter(pick(this.#sites) ?? at.site);
    if (chance < 0.9 || at.zoneId === undefined) return this.#leave(at.site);
    return this.#corridor(at.site, at.zoneId);
  }

  /** Into some zone of the site. From another zone of it the former one is left first: nobody is in two at once. */
  #enter(site: FilledSite): string {
    const zone = pick(site.zones.filter(({ zoneId }) => zoneId !== this.#at?.zoneId));
    const { socket } = this.#device;
    const { siteId } = site;
    const former = this.#at?.site.siteId === siteId ? this.#at.zoneId : undefined;
    if (former !== undefined) socket.presence({ siteId, zoneId: former, present: false });
    socket.presence({ siteId, ...(zone === undefined ? {} : { zoneId: zone.zoneId }), present: true });
    this.#at = { site, ...(zone === undefined ? {} : { zoneId: zone.zoneId }) };
    return `is at ${site.name}${zone === undefined ? "" : `, ${zone.name}`}`;
  }

  #corridor(site: FilledSite, zoneId: string): string {
    this.#device.socket.presence({ siteId: site.siteId, zoneId, present: false });
    this.#at = { site };
    return `is somewhere in ${site.name}`;
  }

  #leave(site: FilledSite): string {
    this.#device.socket.presence({ siteId: site.siteId, present: false });
    this.#at = undefined;
    return `left ${site.name}`;
  }

  #changeAvailability(): string {
    const available = inHundred(60);
    const minutes = Math.round(between(5, 30));
    this.#device.socket.availability(
      available
        ? { available }
        : { available, until: new Date(Date.now() + minutes * 60_000).toISOString(), note: "In a meeting" },
    );
    return available ? "is available" : `is not available for ${minutes} minutes`;
  }
}
