import { limits } from "../../protocol/limits.ts";
import type { Desk } from "./desk.ts";
import { presenceCounts } from "./site-presence.ts";
import { groupSizes, sized } from "./statistics/group-sizes.ts";

const timer = "presence:count";
const system = { type: "system", id: "presence" } as const;

const grid = (now: number): number => Math.floor(now / limits.presenceGridMs) * limits.presenceGridMs;

/** Sees to it that presence is counted at the next time of the grid. Called in the transaction in which somebody came. */
export const countSoon = (desk: Desk, now: number): void => {
  desk.kernel.timers.setIfSooner(timer, grid(now) + limits.presenceGridMs);
};

/**
 * How many are present in each site, at a time of the clock that is the same for all, without names: what statistics are made of
 * (P5). A time that was missed is left out, never filled in. When everybody has gone one last zero is written.
 */
export const countPresence = (desk: Desk, _ref: string, now: number): void => {
  const at = grid(now);
  const before = new Set(desk.countedSites().filter((siteId) => desk.directory.sites.has(siteId)));
  const people = desk.whereabouts.sitesWithPeople().filter((siteId) => desk.directory.sites.has(siteId));
  const sizes = groupSizes(desk.directory.people.values(), (userId) => {
    const where = desk.whereabouts.all.get(userId);
    return where?.state === "present" ? where.siteId : undefined;
  });
  for (const siteId of new Set([...before, ...people])) {
    const counted = sized(presenceCounts(desk, siteId), sizes.get(siteId));
    desk.record("presence.counted", siteId, now, system, { siteId, at, ...counted });
  }
  desk.setCountedSites(people);
  if (people.length > 0) desk.kernel.timers.set(timer, at + limits.presenceGridMs);
};
