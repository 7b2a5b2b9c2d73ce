import { type Member, type Post, postKey } from "./counting.ts";

/**
 * Usual presence: which share of those who could be at a post at an hour of the week were there, over the last weeks. Kept as
 * two numbers a post, hour and week, and nothing of any person: who is used to come when would be a profile that nobody
 * needs (P5, P17).
 */
export interface UsualCount {
  post: string;
  /** Of the week, 0 to 167, as the clock at the site shows it. */
  hour: number;
  /** Present, available and qualified. */
  counted: number;
  /** At home there (or, without a site, of the tenant), available and qualified. */
  pool: number;
}

export interface UsualShare {
  /** By hour of the week; undefined where nothing is known. */
  shares: (number | undefined)[];
  /** Weeks that the best known hour was counted in. */
  weeks: number;
}

const hoursOfWeek = 168;

/** @param rows sums over the weeks kept: one a post and hour */
export const sharesOf = (rows: Iterable<UsualCount & { weeks: number }>): Map<string, UsualShare> => {
  const found = new Map<string, UsualShare>();
  for (const { post, hour, counted, pool, weeks } of rows) {
    if (pool === 0) continue;
    const usual = found.get(post) ?? { shares: new Array<number | undefined>(hoursOfWeek).fill(undefined), weeks: 0 };
    // Visitors are present and at home elsewhere: no more can be expected of those at home than all of them.
    usual.shares[hour] = Math.min(1, counted / pool);
    usual.weeks = Math.max(usual.weeks, weeks);
    found.set(post, usual);
  }
  return found;
};

/** How many of a pool are usually there: rounded down, because in doubt it is too few. */
export const usuallyThere = (share: number | undefined, pool: number): number =>
  share === undefined ? 0 : Math.floor(share * pool + 1e-9);

/** The posts that a person belongs to by their home: they are in the pool there. */
export const homePosts = (member: Member, roleId: string): Post[] =>
  member.homeSiteId === undefined ? [{ roleId }] : [{ roleId }, { siteId: member.homeSiteId, roleId }];

export interface SampleFacts {
  /** The site somebody is present in now. */
  presentAt(userId: string): string | undefined;
  isAvailable(userId: string, roleId: string): boolean;
  qualifiedFor(userId: string, roleId: string): boolean;
  hourAt(siteId: string | undefined): number;
}

/** One count of usual presence, now. Posts that nobody belongs to are not in it. */
export const countUsual = (
  people: Iterable<Member>,
  posts: ReadonlyMap<string, Post>,
  facts: SampleFacts,
): UsualCount[] => {
  const counts = new Map<string, UsualCount>();
  const at = (post: Post): UsualCount | undefined => {
    const key = postKey(post);
    if (!posts.has(key)) return undefined;
    const known = counts.get(key) ?? { post: key, hour: facts.hourAt(post.siteId), counted: 0, pool: 0 };
    counts.set(key, known);
    return known;
  };
  for (const member of people) {
    if (!member.enabled) continue;
    const siteId = facts.presentAt(member.userId);
    for (const roleId of member.roleIds) {
      const pools = homePosts(member, roleId).flatMap((post) => at(post) ?? []);
      const there = siteId === undefined ? [] : [{ roleId }, { siteId, roleId }].flatMap((post) => at(post) ?? []);
      if (pools.length + there.length === 0) continue;
      if (!facts.isAvailable(member.userId, roleId) || !facts.qualifiedFor(member.userId, roleId)) continue;
      for (const pool of pools) pool.pool += 1;
      for (const count of there) count.counted += 1;
    }
  }
  return [...counts.values()];
};
