import { toTime } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import type { SitePresence } from "../../protocol/presence.ts";
import type { SiteBoard } from "../../protocol/socket/server-frames.ts";
import type { Desk } from "./desk.ts";
import { fullName, type Person } from "./directory/directory.ts";

type Present = SitePresence["people"][number];

/** Made once: comparing five thousand names with `localeCompare` takes ten times as long. */
const names = new Intl.Collator();

/** Somebody who counts as present in a site, or undefined. */
const presentAt = (desk: Desk, siteId: string, userId: string): Person | undefined => {
  const where = desk.whereabouts.all.get(userId);
  if (where?.siteId !== siteId || where.state !== "present") return undefined;
  const person = desk.directory.people.get(userId);
  return person?.enabled === true ? person : undefined;
};

const shown = (desk: Desk, person: Person, unavailable: ReadonlySet<string>): Present => {
  const where = desk.whereabouts.all.get(person.userId);
  return {
    userId: person.userId,
    name: fullName(person),
    roleIds: [...person.roleIds],
    zoneIds: [...(where?.zoneIds ?? [])],
    since: toTime(where?.since ?? 0),
    available: !unavailable.has(person.userId),
  };
};

/** How many are present, by zone and role. */
export const presenceCounts = (desk: Desk, siteId: string): SitePresence["counts"] => {
  const byZone = new Map<string, number>();
  const byRole = new Map<string, number>();
  let present = 0;
  for (const zone of desk.directory.zones.values()) if (zone.siteId === siteId) byZone.set(zone.zoneId, 0);
  for (const userId of desk.whereabouts.presentAt(siteId)) {
    const person = presentAt(desk, siteId, userId);
    if (person === undefined) continue;
    present += 1;
    for (const zoneId of desk.whereabouts.all.get(userId)?.zoneIds ?? [])
      byZone.set(zoneId, (byZone.get(zoneId) ?? 0) + 1);
    for (const roleId of person.roleIds) byRole.set(roleId, (byRole.get(roleId) ?? 0) + 1);
  }
  return {
    present,
    byZone: [...byZone].map(([zoneId, count]) => ({ zoneId, present: count })),
    byRole: [...byRole].map(([roleId, count]) => ({ roleId, present: count })),
  };
};

/** Who is present in a site, by zone and role: the live view of those who lead, never a statistic (P5). */
export const sitePresence = (desk: Desk, siteId: string, now: number): SitePresence => {
  const unavailable = desk.availability.unavailableAt(now);
  const people = [...desk.whereabouts.presentAt(siteId)].flatMap((userId) => {
    const person = presentAt(desk, siteId, userId);
    return person === undefined ? [] : [shown(desk, person, unavailable)];
  });
  people.sort((a, b) => names.compare(a.name, b.name));
  return { siteId, people, counts: presenceCounts(desk, siteId) };
};

/**
 * Frames of a site's board: all of it, or what changed for these people. A site with five thousand people in it is a megabyte:
 * only what changed is sent, and nothing large in one frame.
 */
export const siteBoard = (
  desk: Desk,
  siteId: string,
  changed: ReadonlySet<string> | "all",
  version: number,
  now: number,
): SiteBoard[] => {
  const all: SitePresence & { left?: string[] } =
    changed === "all" ? sitePresence(desk, siteId, now) : changesOf(desk, siteId, changed, now);
  const frames: SiteBoard[] = [];
  const { left, counts } = all;
  for (let from = 0; from === 0 || from < all.people.length; from += limits.boardPeople) {
    const people = all.people.slice(from, from + limits.boardPeople);
    const first = from === 0;
    frames.push({
      type: "board",
      board: "site",
      full: changed === "all" && first,
      version,
      siteId,
      people,
      counts,
      ...(first && left !== undefined && left.length > 0 ? { left } : {}),
    });
  }
  return frames;
};

const changesOf = (
  desk: Desk,
  siteId: string,
  changed: ReadonlySet<string>,
  now: number,
): SitePresence & { left: string[] } => {
  const unavailable = desk.availability.unavailableAt(now);
  const people: Present[] = [];
  const left: string[] = [];
  for (const userId of changed) {
    const person = presentAt(desk, siteId, userId);
    if (person === undefined) left.push(userId);
    else people.push(shown(desk, person, unavailable));
  }
  return { siteId, people, left, counts: presenceCounts(desk, siteId) };
};
