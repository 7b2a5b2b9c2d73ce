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

/** The sides of the wire's formula for one set of targets, asked person by person. */
export interface TargetSides {
  /** Whether anybody can be called without being named. */
  group: boolean;
  /** Whether roles, or places, restrict the group. */
  byRole: boolean;
  byPlace: boolean;
  named(person: Candidate): boolean;
  ofRole(person: Candidate): boolean;
  /** "There" is presence `present`; a person whose presence is `unknown` counts as there at a targeted home site. */
  there(person: Candidate, where: Whereabouts | undefined): boolean;
  atHome(person: Candidate): boolean;
  /** Whether a role is one that the alarm asks for: a targeted one, or any where no roles restrict. */
  asksFor(roleId: string): boolean;
}

/** Targets as sets: made once, so that ten thousand people are looked up and not searched for. */
export const sidesOf = (targets: Targets): TargetSides => {
  const users = new Set(targets.users);
  const roles = new Set(targets.roles);
  const sites = new Set(targets.sites);
  const zones = new Set(targets.zones);
  const byRole = targets.roles !== undefined && targets.everyone !== true;
  const byPlace = targets.sites !== undefined || targets.zones !== undefined;
  const atHome = (person: Candidate) => person.homeSiteId !== undefined && sites.has(person.homeSiteId);
  return {
    group: targets.everyone === true || byRole || byPlace,
    byRole,
    byPlace,
    named: (person) => users.has(person.userId),
    ofRole: (person) => person.roleIds.some((roleId) => roles.has(roleId)),
    there: (person, where) => {
      if (where === undefined || where.state === "unknown") return atHome(person);
      if (where.state === "absent") return false;
      if (where.siteId !== undefined && sites.has(where.siteId)) return true;
      return where.zoneIds.some((zoneId) => zones.has(zoneId));
    },
    atHome,
    asksFor: (roleId) => !byRole || roles.has(roleId),
  };
};

/**
 * Who an alarm is for (P1; wire.md, Alarms): users ∪ ((everyone or roles, union) ∩ (sites and zones, union)). A missing side of
 * ∩ does not restrict; only places means everybody there; only users means nobody else. Disabled people never.
 *
 * One pass over the people: ten thousand take a few milliseconds, and the accepting transaction waits for it.
 */
export const recipientsOf = (
  targets: Targets,
  people: Iterable<Candidate>,
  whereaboutsOf: (userId: string) => Whereabouts | undefined,
): string[] => {
  const sides = sidesOf(targets);
  const chosen: string[] = [];
  for (const person of people) if (person.enabled && calls(sides, person, whereaboutsOf)) chosen.push(person.userId);
  return chosen;
};

/** The wire's formula for one person who is enabled. */
export const calls = (
  sides: TargetSides,
  person: Candidate,
  whereaboutsOf: (userId: string) => Whereabouts | undefined,
): boolean =>
  sides.named(person) ||
  (sides.group &&
    (!sides.byRole || sides.ofRole(person)) &&
    (!sides.byPlace || sides.there(person, whereaboutsOf(person.userId))));
