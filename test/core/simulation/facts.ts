import type { Client } from "./client.ts";
import type { Of } from "./deeds.ts";
import { at } from "./picks.ts";
import type { Citizen, Town } from "./town.ts";
import type { World } from "./world.ts";

/** Changes how things stand with people, in the tenant and in what the test knows of them alike. */
export class Facts {
  /** Whoever was disabled once has no session any more. */
  readonly loggedOut = new Set<string>();
  #world: World;
  #town: Town;
  #client: Client;

  constructor(world: World, town: Town, client: Client) {
    this.#world = world;
    this.#town = town;
    this.#client = client;
  }

  get #now(): number {
    return this.#world.machine.clock.now;
  }

  citizen(i: number): Citizen {
    return at(this.#town.citizens, i) as Citizen;
  }

  async presence({ who, site, zone, state }: Of<"presence">): Promise<void> {
    const { userId } = this.citizen(who);
    const known = this.#town.where.get(userId);
    // Only the site where somebody is can say that they have left it.
    const siteId =
      state !== "present" && known?.state === "present" ? known.siteId : at(this.#town.sites, site)?.siteId;
    if (siteId === undefined) return;
    const zones = this.#town.zones.filter((one) => one.siteId === siteId);
    const zoneIds = state === "present" ? zones.slice(0, zone % (zones.length + 1)).map((one) => one.zoneId) : [];
    await this.#client.tenant("presenceChanged", [{ userId, siteId, state, zoneIds, since: this.#now, at: this.#now }]);
    this.#town.where.set(userId, { state, siteId, zoneIds });
  }

  async availability({ who, available, minutes }: Of<"availability">): Promise<void> {
    const { userId } = this.citizen(who);
    const until = minutes === undefined ? undefined : this.#now + minutes * 60_000;
    await this.#client.tenant("availabilityChanged", userId, {
      available,
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    });
    this.#town.unavailableUntil.set(userId, available ? 0 : (until ?? Number.POSITIVE_INFINITY));
  }

  async duty({ who, onDuty, minutes }: Of<"duty">): Promise<void> {
    const { userId } = this.citizen(who);
    const until = minutes === undefined ? undefined : this.#now + minutes * 60_000;
    const body = { onDuty, ...(until === undefined ? {} : { until: new Date(until).toISOString() }) };
    await this.#client.must("putUserDuty", { params: { userId }, body });
    this.#town.onDutyUntil.set(userId, onDuty ? (until ?? Number.POSITIVE_INFINITY) : 0);
  }

  async certificate({ who, role, expired }: Of<"certificate">): Promise<void> {
    const { userId } = this.citizen(who);
    const roleId = at(this.#town.roles, role)?.roleId;
    if (roleId === undefined) return;
    const kept = (this.#town.certificates.get(userId) ?? []).filter((one) => one.roleId !== roleId);
    const list = [...kept, { roleId, expired }];
    const qualifications = list.map((one) => ({
      roleId: one.roleId,
      validUntil: one.expired ? "2026-11-20" : "2027-01-01",
    }));
    await this.#client.must("putQualifications", { params: { userId }, body: { qualifications } });
    this.#town.certificates.set(userId, list);
  }

  async enable({ who, enabled }: Of<"enable">): Promise<void> {
    const citizen = this.citizen(who);
    if (citizen.userId === this.#world.adminId || citizen.enabled === enabled) return;
    await this.#client.must("patchUser", { params: { userId: citizen.userId }, body: { enabled } });
    citizen.enabled = enabled;
    this.loggedOut.add(citizen.userId);
  }
}
