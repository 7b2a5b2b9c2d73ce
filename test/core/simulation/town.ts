import type { Conditions, Targets } from "../../../protocol/targets.ts";
import type { Requirement } from "../../../protocol/terms.ts";

/** A person of the organisation, as the test knows them. */
export interface Citizen {
  userId: string;
  enabled: boolean;
  permission: "employee" | "responder" | "coordinator" | "admin";
  locale: "nl" | "en";
  roleIds: string[];
  homeSiteId: string | undefined;
}

export interface Place {
  state: "present" | "absent" | "unknown";
  siteId: string;
  zoneIds: string[];
}

/**
 * What is true of an organisation and its people, and who an alarm is for, written down from wire.md ("Alarms"), issue 4 (3) and
 * the words of targets.ts, one person and one rule at a time. It shares no line with actors/tenant/targeting.
 */
export class Town {
  citizens: Citizen[] = [];
  roles: { roleId: string; certificate: boolean }[] = [];
  sites: { siteId: string; neighbourIds: string[] }[] = [];
  zones: { zoneId: string; siteId: string }[] = [];
  contactIds: string[] = [];
  where = new Map<string, Place>();
  unavailableUntil = new Map<string, number>();
  onDutyUntil = new Map<string, number>();
  certificates = new Map<string, { roleId: string; expired: boolean }[]>();

  copy(): Town {
    const town = new Town();
    Object.assign(town, structuredClone({ ...this }));
    return town;
  }

  citizen(userId: string): Citizen | undefined {
    return this.citizens.find((one) => one.userId === userId);
  }

  #present(who: Citizen): Place | undefined {
    const place = this.where.get(who.userId);
    return place?.state === "present" ? place : undefined;
  }

  #isAtHome(who: Citizen, targets: Targets): boolean {
    return who.homeSiteId !== undefined && (targets.sites ?? []).includes(who.homeSiteId);
  }

  #isThere(who: Citizen, targets: Targets): boolean {
    const place = this.where.get(who.userId);
    if (place?.state === "absent") return false;
    if (place?.state !== "present") return this.#isAtHome(who, targets);
    return (
      (targets.sites ?? []).includes(place.siteId) || place.zoneIds.some((id) => (targets.zones ?? []).includes(id))
    );
  }

  #isTargeted(who: Citizen, targets: Targets): boolean {
    if (!who.enabled) return false;
    if ((targets.users ?? []).includes(who.userId)) return true;
    const places = targets.sites !== undefined || targets.zones !== undefined;
    const roles = targets.roles !== undefined && targets.everyone === undefined;
    if (!places && !roles && targets.everyone === undefined) return false;
    if (roles && !who.roleIds.some((id) => (targets.roles ?? []).includes(id))) return false;
    return !places || this.#isThere(who, targets);
  }

  #isQualified(who: Citizen, roleId: string): boolean {
    if (!who.roleIds.includes(roleId)) return false;
    const role = this.roles.find((one) => one.roleId === roleId);
    if (role?.certificate !== true) return role !== undefined;
    return (this.certificates.get(who.userId) ?? []).some((one) => one.roleId === roleId && !one.expired);
  }

  #satisfies(who: Citizen, targets: Targets, conditions: Conditions, now: number): boolean {
    if (conditions.present && this.#present(who) === undefined) return false;
    if (conditions.available && (this.unavailableUntil.get(who.userId) ?? 0) > now) return false;
    if (conditions.onDuty && !((this.onDutyUntil.get(who.userId) ?? 0) > now)) return false;
    if (!conditions.qualified) return true;
    const asked = targets.everyone === undefined ? targets.roles : undefined;
    return who.roleIds.some((id) => (asked ?? [id]).includes(id) && this.#isQualified(who, id));
  }

  /** Present at a targeted place while at home at another site. */
  #isVisiting(who: Citizen, targets: Targets): boolean {
    const place = this.#present(who);
    if (place === undefined || who.homeSiteId === undefined || place.siteId === who.homeSiteId) return false;
    const places = targets.sites !== undefined || targets.zones !== undefined;
    return places && this.#isThere(who, targets);
  }

  /** Roles with which somebody counts for a requirement. */
  counting(userId: string, conditions: Conditions | undefined): string[] {
    const who = this.citizen(userId);
    if (who === undefined) return [];
    return conditions?.qualified ? who.roleIds.filter((id) => this.#isQualified(who, id)) : who.roleIds;
  }

  /** Who is to be called at this moment, and which guests are kept back for later. */
  called(
    targets: Targets,
    conditions: Conditions | undefined,
    facts: { requirement?: Requirement | undefined; except?: string | undefined; now: number },
  ): { recipients: Set<string>; guests: Set<string> } {
    const wanted = this.citizens.filter(
      (who) =>
        who.userId !== facts.except &&
        this.#isTargeted(who, targets) &&
        this.#satisfies(who, targets, conditions ?? {}, facts.now),
    );
    const guests = wanted.filter((who) => this.#isVisiting(who, targets));
    const regular = wanted.filter((who) => !guests.includes(who));
    const ids = (list: readonly Citizen[]) => new Set(list.map(({ userId }) => userId));
    if (conditions?.visitors === "never") return { recipients: ids(regular), guests: new Set() };
    if (conditions?.visitors !== "whenNeeded") return { recipients: ids(wanted), guests: new Set() };
    const could = filledBy(
      facts.requirement ?? [],
      regular.map(({ userId }) => ({ userId, roles: this.counting(userId, conditions) })),
    );
    const enough = regular.length > 0 && could.size === needed(facts.requirement ?? []);
    return enough ? { recipients: ids(regular), guests: ids(guests) } : { recipients: ids(wanted), guests: new Set() };
  }
}

/** How many people a requirement asks for. */
export const needed = (requirement: Requirement): number => requirement.reduce((sum, { count }) => sum + count, 0);

/**
 * Who meets a requirement, by trying everything: the largest number of people who can be seated, and of such choices the one that
 * takes whoever comes first in the list. The code under test grows a matching by augmenting paths; this looks at each subset.
 */
export const filledBy = (
  requirement: Requirement,
  coming: readonly { userId: string; roles: readonly string[] }[],
): Set<string> => {
  const seats = requirement.flatMap(({ roleId, count }) => Array.from({ length: count }, () => roleId));
  const fits = (people: readonly { roles: readonly string[] }[], free: readonly string[]): boolean => {
    const [first, ...rest] = people;
    if (first === undefined) return true;
    return [...new Set(free)].some((seat) => {
      if (!first.roles.includes(seat)) return false;
      const left = [...free];
      left.splice(left.indexOf(seat), 1);
      return fits(rest, left);
    });
  };
  const useful = coming.filter(({ roles }) => roles.some((role) => seats.includes(role)));
  let best: (typeof useful)[number][] = [];
  for (let subset = (1 << useful.length) - 1; subset > 0; subset--) {
    // The first in the list is the highest bit: a larger number of the same size takes earlier people.
    const chosen = useful.filter((_, i) => (subset & (1 << (useful.length - 1 - i))) !== 0);
    if (chosen.length > best.length && chosen.length <= seats.length && fits(chosen, seats)) best = chosen;
  }
  return new Set(best.map(({ userId }) => userId));
};
