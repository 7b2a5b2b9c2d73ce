import type { PresenceState } from "../../../protocol/presence.ts";
import type { Targets } from "../../../protocol/targets.ts";

/** What is known of where a person is: a site and its zones, never a position (I7). */
export interface Whereabouts {
  state: PresenceState;
  siteId?: string;
  zoneIds: readonly string[];
}

/** What decides whether a person is a recipient. */
export interface Candidate {
  userId: string;
  enabled: boolean;
  roleIds: readonly string[];
  homeSiteId?: string | undefined;
}

/**
 * Who an alarm is for (P1; wire.md, Alarms): users ∪ ((everyone or roles, union) ∩ (sites and zones, union)). A missing side of
 * ∩ does not restrict; only places means everybody there; only users means nobody else. "There" is presence `present`; a
 * person whose presence is `unknown` counts as there when the home site is targeted. Disabled people never.
 *
 * One pass over the people: ten thousand take a few milliseconds, and the accepting transaction waits for it.
 */
export const recipientsOf = (
  targets: Targets,
  people: Iterable<Candidate>,
  whereaboutsOf: (userId: string) => Whereabouts | undefined,
): string[] => {
  const users = new Set(targets.users);
  const roles = new Set(targets.roles);
  const sites = new Set(targets.sites);
  const zones = new Set(targets.zones);
  const byRole = targets.roles !== undefined && targets.everyone !== true;
  const byPlace = targets.sites !== undefined || targets.zones !== undefined;
  const group = targets.everyone === true || byRole || byPlace;

  const isThere = (person: Candidate): boolean => {
    const where = whereaboutsOf(person.userId);
    if (where === undefined || where.state === "unknown")
      return person.homeSiteId !== undefined && sites.has(person.homeSiteId);
    if (where.state === "absent") return false;
    if (where.siteId !== undefined && sites.has(where.siteId)) return true;
    return where.zoneIds.some((zoneId) => zones.has(zoneId));
  };

  const chosen: string[] = [];
  for (const person of people) {
    if (!person.enabled) continue;
    const called =
      users.has(person.userId) ||
      (group && (!byRole || person.roleIds.some((roleId) => roles.has(roleId))) && (!byPlace || isThere(person)));
    if (called) chosen.push(person.userId);
  }
  return chosen;
};
