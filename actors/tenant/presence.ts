import { limits } from "../../protocol/limits.ts";
import type { PresenceChange } from "../kernel/messages.ts";
import type { Desk } from "./desk.ts";
import { countSoon } from "./presence-counts.ts";
import { followPresence } from "./roll-call/presence.ts";

/**
 * Takes a site's word on who is there (P4: present or absent, never a position). Being present in one site ends presence in
 * the former, which is told so.
 */
const takePresence = (desk: Desk, change: PresenceChange, now: number): boolean => {
  // In the same transaction: a message that is sent again must not undo what was said since (I5).
  if (change.hook !== undefined) desk.remember(`presence:${change.hook}`, "", true, now + limits.webhookIdMs);
  if (!desk.directory.people.has(change.userId)) return false;
  const { taken, left } = desk.whereabouts.take(change);
  if (!taken) return false;
  desk.presenceChanged(change.siteId, change.userId);
  if (change.state === "present") countSoon(desk, now);
  if (left === undefined) return true;
  desk.presenceChanged(left, change.userId);
  desk.tellSite(left, { kind: "left", userId: change.userId, at: change.at }, now);
  return true;
};

/** Reports that came together; open roll-calls follow those that were taken. */
export const takePresences = (desk: Desk, changes: readonly PresenceChange[], now: number): void => {
  const taken = changes.filter((change) => takePresence(desk, change, now));
  followPresence(
    desk,
    taken.map(({ since, ...where }) => ({ ...where, at: since })),
    now,
  );
};
