import { toTime } from "../../../protocol/ids.ts";
import type { StaffingSimulation } from "../../../protocol/staffing.ts";
import type { Conditions, Targets } from "../../../protocol/targets.ts";
import type { Requirement } from "../../../protocol/terms.ts";
import { countingRoles, fillOf } from "../alarm/fill.ts";
import { audienceOf } from "../targeting/audience.ts";
import type { Whereabouts } from "../targeting/recipients.ts";
import { type Member, type Post, postKey } from "./counting.ts";
import { ExpectedCounts, type ExpectedFacts } from "./expected.ts";
import { hourMs, middleMs } from "./forecast.ts";
import { type UsualShare, usuallyThere } from "./usual.ts";
import type { LocalTime } from "./windows.ts";

export interface SimulationWish {
  scenarioId: string;
  /** With sites in the place of zones: nobody can expect in which room people will be. */
  targets: Targets;
  conditions?: Conditions | undefined;
  requirement: Requirement;
  members: readonly Member[];
  facts: ExpectedFacts & { onDutyAt(at: number): ReadonlySet<string> };
  usual: ReadonlyMap<string, UsualShare>;
  clockOf(siteId: string | undefined): LocalTime;
  from: number;
  hours: number;
}

const absent: Whereabouts = { state: "absent", zoneIds: [] };

/** Zones as the sites they belong to. */
export const bySite = (targets: Targets, siteOf: (zoneId: string) => string | undefined): Targets => {
  const { zones, ...rest } = targets;
  if (zones === undefined) return rest;
  const sites = [...new Set([...(rest.sites ?? []), ...zones.flatMap((zoneId) => siteOf(zoneId) ?? [])])];
  return { ...rest, sites };
};

/**
 * For each hour of the coming days: would this scenario's requirement be filled? Its targets and conditions choose among those
 * who are expected to be there, exactly as an alarm would; whoever will be unavailable does not come.
 *
 * Who is on shift is there. Of the others so many are taken as are usually there of each role, those of several roles first: of
 * all the people that the counts could mean the fewest, so that in doubt it is too few.
 */
export function* simulate(wish: SimulationWish): Generator<number, StaffingSimulation> {
  const { targets, conditions, requirement, members, facts, usual, clockOf, from, hours } = wish;
  const asked = new Set(requirement.map(({ roleId }) => roleId));
  const rolesOf = (member: Member) => member.roleIds.filter((roleId) => asked.has(roleId));
  const home = members
    .filter((member) => member.enabled && member.homeSiteId !== undefined && rolesOf(member).length > 0)
    .map((member) => ({ ...member, siteId: member.homeSiteId as string, roles: rolesOf(member) }))
    .sort((a, b) => b.roles.length - a.roles.length);
  const posts = new Map<string, Post>();
  for (const { siteId, roles } of home)
    for (const roleId of roles) posts.set(postKey({ siteId, roleId }), { siteId, roleId });
  const list = [...posts.values()];
  const counts = new ExpectedCounts(members, list, facts);
  const spans: StaffingSimulation["spans"] = [];
  let filledHours = 0;
  yield members.length;

  for (let hour = 0; hour < hours; hour++) {
    const begin = from + hour * hourMs;
    const at = begin + middleMs;
    yield* counts.moveTo(at);
    const { onShift, pool } = counts.at(at);
    const unavailable = counts.unavailable();
    const day = facts.dayOf(at);
    const there = new Map<string, Whereabouts>();
    for (const { userId, siteId } of facts.shiftsAt(at))
      there.set(userId, { state: "present", zoneIds: [], ...(siteId === undefined ? {} : { siteId }) });
    const hourOf = new Map<string, number>();
    const quota = new Map<string, number>();
    for (const [i, post] of list.entries()) {
      const key = postKey(post);
      const site = post.siteId as string;
      const ofWeek = hourOf.get(site) ?? clockOf(site).hourOfWeek(at);
      hourOf.set(site, ofWeek);
      quota.set(key, usuallyThere(usual.get(key)?.shares[ofWeek], pool[i] as number) - (onShift[i] as number));
    }
    for (const { userId, siteId, roles } of home) {
      if (there.has(userId) || unavailable.has(userId)) continue;
      const counting = roles.filter(
        (roleId) => facts.qualifiedOn(day, userId, roleId) && counts.isFree(userId, at, roleId),
      );
      const keys = counting.map((roleId) => postKey({ siteId, roleId }));
      if (keys.length === 0 || keys.some((key) => (quota.get(key) ?? 0) <= 0)) continue;
      for (const key of keys) quota.set(key, (quota.get(key) as number) - 1);
      there.set(userId, { state: "present", siteId, zoneIds: [] });
    }
    yield members.length;

    const onDuty = facts.onDutyAt(at);
    const qualifiedFor = (userId: string, roleId: string) => facts.qualifiedOn(day, userId, roleId);
    const { recipients } = audienceOf({ targets, conditions, requirement }, members, {
      whereaboutsOf: (userId) => there.get(userId) ?? absent,
      unavailable,
      availableAs: (userId, roleIds) => roleIds.some((roleId) => counts.isFree(userId, at, roleId)),
      onDuty,
      qualifiedFor,
    });
    const called = new Set(recipients);
    const coming = members.flatMap((member, i) => {
      if (!called.has(member.userId) || unavailable.has(member.userId)) return [];
      const { userId } = member;
      const roleIds = countingRoles(member, conditions, qualifiedFor).filter(
        (roleId) => asked.has(roleId) && counts.isFree(userId, at, roleId),
      );
      return [{ userId, roleIds, at: i }];
    });
    const { fill } = fillOf(requirement, coming);
    if (fill.filled) filledHours += 1;
    const lacking = fill.roles.filter((role) => role.coming < role.count);
    const last = spans.at(-1);
    const to = toTime(begin + hourMs);
    if (last !== undefined && JSON.stringify(last.lacking) === JSON.stringify(lacking)) {
      last.to = to;
      last.people = Math.min(last.people, coming.length);
    } else spans.push({ from: toTime(begin), to, filled: fill.filled, people: coming.length, lacking });
    yield members.length;
  }
  return { scenarioId: wish.scenarioId, from: toTime(from), hours, filledHours, spans };
}
