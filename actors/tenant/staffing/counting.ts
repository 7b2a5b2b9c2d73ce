import type { NotCounted } from "../../../protocol/staffing.ts";
import type { Whereabouts } from "../targeting/recipients.ts";

/** A role at a site; without a site: anywhere. */
export interface Post {
  siteId?: string | undefined;
  roleId: string;
}

export const postKey = ({ siteId, roleId }: Post): string => `${siteId ?? ""} ${roleId}`;

export interface Member {
  userId: string;
  enabled: boolean;
  roleIds: readonly string[];
  homeSiteId?: string | undefined;
}

/** What is true of people at this moment, asked only of those whom it matters for. */
export interface PresentFacts {
  whereaboutsOf(userId: string): Whereabouts | undefined;
  /** By what was said, or by a shift. */
  onDuty: ReadonlySet<string>;
  /** Sites of the shifts that somebody is on; undefined is a shift without a site. */
  shiftsOf(userId: string): readonly (string | undefined)[] | undefined;
  isAvailable(userId: string, roleId: string): boolean;
  qualifiedFor(userId: string, roleId: string): boolean;
  /** undefined: not known yet, so soon after the tenant woke. */
  isReachable(userId: string): boolean | undefined;
}

export interface Counted {
  userId: string;
  reason?: NotCounted | undefined;
  /** Counts if they can be reached, which is not known yet. */
  unsure?: true;
}

/**
 * How many count, where of some it is not known yet: the number that was kept, as far as it can still be true. So a shortage
 * neither begins nor ends by what nobody has said since the tenant woke; what is certain counts at once.
 *
 * @param kept of the last look; undefined when there was none, and whoever may count does
 */
export const settledCount = (counted: readonly Counted[], kept: number | undefined): number => {
  let certain = 0;
  let possible = 0;
  for (const { reason, unsure } of counted) {
    if (reason !== undefined) continue;
    possible += 1;
    if (unsure !== true) certain += 1;
  }
  return Math.min(possible, Math.max(certain, kept ?? possible));
};

/**
 * Where somebody counts as being: present there, which beats everything said elsewhere; else where their shift is; else, on duty, at
 * home. undefined: nowhere. An empty list: somewhere, at no site.
 */
export const placesOf = (member: Member, facts: PresentFacts): readonly string[] | undefined => {
  const where = facts.whereaboutsOf(member.userId);
  if (where?.state === "present") return where.siteId === undefined ? [] : [where.siteId];
  // Whoever was put off duty is off duty, shift or none.
  if (!facts.onDuty.has(member.userId)) return undefined;
  const shifts = facts.shiftsOf(member.userId);
  if (shifts !== undefined && shifts.length > 0) return [...new Set(shifts.filter((siteId) => siteId !== undefined))];
  return member.homeSiteId === undefined ? [] : [member.homeSiteId];
};

const countedAs = (userId: string, roleId: string, facts: PresentFacts): Counted => {
  if (!facts.isAvailable(userId, roleId)) return { userId, reason: "unavailable" };
  if (!facts.qualifiedFor(userId, roleId)) return { userId, reason: "notQualified" };
  const reachable = facts.isReachable(userId);
  if (reachable === undefined) return { userId, unsure: true };
  return reachable ? { userId } : { userId, reason: "unreachable" };
};

/**
 * Everybody who is there, by post, with the reason why they do not count. One pass over the people, however many rules there
 * are. Yields after each person with the work that was done, so that it can be stopped for an alarm.
 *
 * @param posts keys of the posts that anybody asks about (`postKey`)
 */
export function* countPresent(
  people: Iterable<Member>,
  posts: ReadonlySet<string>,
  facts: PresentFacts,
): Generator<number, Map<string, Counted[]>> {
  const found = new Map<string, Counted[]>();
  const put = (key: string, counted: Counted) => {
    const known = found.get(key);
    if (known === undefined) found.set(key, [counted]);
    else known.push(counted);
  };
  for (const member of people) {
    yield 3;
    if (!member.enabled || member.roleIds.length === 0) continue;
    const places = placesOf(member, facts);
    if (places === undefined) continue;
    for (const roleId of member.roleIds) {
      const keys = [undefined, ...places].map((siteId) => postKey({ siteId, roleId })).filter((key) => posts.has(key));
      if (keys.length === 0) continue;
      const counted = countedAs(member.userId, roleId, facts);
      for (const key of keys) put(key, counted);
    }
  }
  return found;
}
