import { toTime } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import type { SitePresence } from "../../protocol/presence.ts";
import type { SiteBoard } from "../../protocol/socket/server-frames.ts";
import type { Desk } from "./desk.ts";
import { fullName, type Person } from "./directory/directory.ts";
import type { Counting } from "./headcounts.ts";

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

/** What somebody counts as in the site they are present in. */
export const countingOf = ({ directory, whereabouts }: Desk, userId: string): Counting | undefined => {
  const where = whereabouts.all.get(userId);
  const person = directory.people.get(userId);
  if (where?.state !== "present" || person?.enabled !== true) return undefined;
  return { siteId: where.siteId, zoneIds: where.zoneIds, roleIds: person.roleIds };
};

/** How many are present, by zone and role. Zones in which nobody is are told too. */
export const presenceCounts = ({ directory, headcounts }: Desk, siteId: string): SitePresence["counts"] => {
  const { present, byZone, byRole } = headcounts.of(siteId);
  const zones = new Map<string, number>();
  for (const zone of directory.zones.values()) if (zone.siteId === siteId) zones.set(zone.zoneId, 0);
  for (const [zoneId, count] of byZone) zones.set(zoneId, count);
  return {
    present,
    byZone: [...zones].map(([zoneId, count]) => ({ zoneId, present: count })),
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
