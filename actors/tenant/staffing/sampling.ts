import { limits } from "../../../protocol/limits.ts";
import type { Desk } from "../desk.ts";
import { type Post, postKey } from "./counting.ts";
import { clockOf, presentFacts } from "./facts.ts";
import { hourMs } from "./forecast.ts";
import { countUsual, homePosts } from "./usual.ts";

/** The timer that counts usual presence: once an hour, in its middle. */
export const sampleTimer = "staffingSample:hour";

const weekMs = 7 * 24 * hourMs;

/** Posts of rules first, then those that requirements of scenarios ask for; so many as are counted in an hour. */
const samplePosts = (desk: Desk): Map<string, Post> => {
  const posts = new Map<string, Post>();
  for (const { siteId, roleId } of desk.staffing.rules.values())
    posts.set(postKey({ siteId, roleId }), { siteId, roleId });
  const asked = new Set<string>();
  for (const { requirement } of desk.directory.scenarios.values())
    for (const { roleId } of requirement ?? []) asked.add(roleId);
  if (asked.size === 0) return posts;
  for (const member of desk.directory.people.values())
    for (const roleId of member.roleIds)
      if (asked.has(roleId))
        for (const post of homePosts(member, roleId)) {
          if (posts.size >= limits.usualCounts) return posts;
          posts.set(postKey(post), post);
        }
  return posts;
};

const nextSample = (now: number): number => {
  const middle = Math.floor(now / hourMs) * hourMs + hourMs / 2;
  return middle > now ? middle : middle + hourMs;
};

/** Counting begins when somebody is interested in the answer: with the first rule or simulation. */
export const beginSampling = (desk: Desk, now: number): void =>
  desk.kernel.timers.setIfSooner(sampleTimer, nextSample(now));

/** The timer: counts, and comes again in an hour for as long as anybody asks. Twice within an hour is once. */
export const sampleUsual = (desk: Desk, _ref: string, now: number): void => {
  const posts = samplePosts(desk);
  if (posts.size === 0) {
    desk.staffing.clearUsual();
    return;
  }
  const { whereaboutsOf, isAvailable, qualifiedFor } = presentFacts(desk, now);
  const hours = new Map<string | undefined, number>();
  const counts = countUsual(desk.directory.people.values(), posts, {
    presentAt: (userId) => {
      const where = whereaboutsOf(userId);
      return where?.state === "present" ? where.siteId : undefined;
    },
    isAvailable,
    qualifiedFor,
    hourAt: (siteId) => {
      const known = hours.get(siteId) ?? clockOf(desk, siteId).hourOfWeek(now);
      hours.set(siteId, known);
      return known;
    },
  });
  desk.staffing.saveUsual(counts, Math.floor(now / weekMs));
  desk.kernel.timers.set(sampleTimer, nextSample(now));
};
