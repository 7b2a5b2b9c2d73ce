import type { PresenceChange } from "../kernel/messages.ts";
import type { Desk } from "./desk.ts";

/**
 * Takes a site's word on who is there (P4: present or absent, never a position). Being present in one site ends presence in
 * the former, which is told so.
 */
export const takePresence = (desk: Desk, change: PresenceChange, now: number): void => {
  if (!desk.directory.people.has(change.userId)) return;
  const { taken, left } = desk.whereabouts.take(change);
  if (!taken) return;
  desk.changes.sites.add(change.siteId);
  if (left === undefined) return;
  desk.changes.sites.add(left);
  desk.tellSite(left, { kind: "left", userId: change.userId, at: change.at }, now);
};
