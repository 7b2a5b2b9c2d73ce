import { toTime } from "../../protocol/ids.ts";
import type { SitePresence } from "../../protocol/presence.ts";
import type { Desk } from "./desk.ts";
import { fullName } from "./directory/directory.ts";

/** Who is present in a site, by zone and role: the live view of those who lead, never a statistic (P5). */
export const sitePresence = (desk: Desk, siteId: string, now: number): SitePresence => {
  const unavailable = desk.whereabouts.unavailable(now);
  const byZone = new Map<string, number>();
  const byRole = new Map<string, number>();
  const people: SitePresence["people"] = [];
  for (const zone of desk.directory.zones.values()) if (zone.siteId === siteId) byZone.set(zone.zoneId, 0);
  for (const [userId, where] of desk.whereabouts.all) {
    if (where.siteId !== siteId || where.state !== "present") continue;
    const person = desk.directory.people.get(userId);
    if (person === undefined || !person.enabled) continue;
    people.push({
      userId,
      name: fullName(person),
      roleIds: [...person.roleIds],
      zoneIds: [...where.zoneIds],
      since: toTime(where.since),
      available: !unavailable.has(userId),
    });
    for (const zoneId of where.zoneIds) byZone.set(zoneId, (byZone.get(zoneId) ?? 0) + 1);
    for (const roleId of person.roleIds) byRole.set(roleId, (byRole.get(roleId) ?? 0) + 1);
  }
  people.sort((a, b) => a.name.localeCompare(b.name));
  return {
    siteId,
    people,
    counts: {
      present: people.length,
      byZone: [...byZone].map(([zoneId, present]) => ({ zoneId, present })),
      byRole: [...byRole].map(([roleId, present]) => ({ roleId, present })),
    },
  };
};
