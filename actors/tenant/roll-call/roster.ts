import type { PresenceState } from "../../../protocol/presence.ts";
import type { Roll, Roster } from "./roll.ts";

/** Where a roll-call is: a site, or some of its zones. */
export interface Ground {
  siteId: string;
  zoneIds?: readonly string[] | undefined;
}

/** What is known of where a person is: a site and its zones, never a position (I7). */
export interface Whereabouts {
  state: PresenceState;
  siteId?: string | undefined;
  zoneIds: readonly string[];
}

export interface RosterPerson {
  userId: string;
  enabled: boolean;
  permission: string;
  homeSiteId?: string | undefined;
}

/** A wallboard is a screen on the wall: nobody looks for it. */
export const isCounted = (person: RosterPerson): boolean => person.enabled && person.permission !== "wallboard";

export const isOnGround = (ground: Ground, where: Whereabouts | undefined): boolean =>
  where?.state === "present" &&
  where.siteId === ground.siteId &&
  (ground.zoneIds === undefined || where.zoneIds.some((zoneId) => ground.zoneIds?.includes(zoneId)));

/** Nobody knows whether a person is anywhere: then the home site has to reckon with them. */
export const isUnknownAtHome = (ground: Ground, person: RosterPerson, where: Whereabouts | undefined): boolean =>
  (where === undefined || where.state === "unknown") && person.homeSiteId === ground.siteId;

/** Who becomes a line when a roll-call opens. One pass over the people, as for an alarm. */
export const rosterOf = (
  ground: Ground,
  people: Iterable<RosterPerson>,
  whereaboutsOf: (userId: string) => Whereabouts | undefined,
): Roster => {
  const missing: string[] = [];
  const unknown: string[] = [];
  for (const person of people) {
    if (!isCounted(person)) continue;
    const where = whereaboutsOf(person.userId);
    if (isOnGround(ground, where)) missing.push(person.userId);
    else if (isUnknownAtHome(ground, person, where)) unknown.push(person.userId);
  }
  return { missing, unknown };
};

/** What new whereabouts mean for an open roll-call. `left: null` takes the hint back. */
export type PresenceEffect = { joined: string } | { left: readonly [userId: string, at: number | null] };

/**
 * A person who is reported present joins; one who is reported absent, or present in another site, keeps the line with a hint
 * that nobody may have to be sought there: a coordinator decides. Undefined when nothing changes.
 */
export const presenceEffect = (
  roll: Roll,
  ground: Ground,
  change: Whereabouts & { userId: string; at: number },
): PresenceEffect | undefined => {
  const { userId, at } = change;
  const i = roll.indexOf.get(userId);
  const hinted = i !== undefined && roll.left.has(i);
  if (isOnGround(ground, change)) {
    if (i === undefined || (roll.start[i] === "unknown" && !roll.standing.has(i))) return { joined: userId };
    return hinted ? { left: [userId, null] } : undefined;
  }
  if (i === undefined) return undefined;
  const here = change.siteId === ground.siteId;
  // In the site, though not in these zones: the hint would be wrong.
  if (here && change.state === "present") return hinted ? { left: [userId, null] } : undefined;
  const gone = change.state === "present" || (here && change.state === "absent");
  return gone && !hinted ? { left: [userId, at] } : undefined;
};
