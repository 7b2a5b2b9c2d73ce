import { limits } from "../../protocol/limits.ts";
import type { PresenceChange } from "../kernel/messages.ts";
import type { Desk } from "./desk.ts";
import { countSoon } from "./presence-counts.ts";
import { followPresence } from "./roll-call/presence.ts";

/**
 * Takes a site's word on who is there (P4: present or absent, never a position), of reports that came together. Being present in one
 * site ends presence in the former, which is told so; open roll-calls follow those that were taken.
 */
export const takePresences = (desk: Desk, changes: readonly PresenceChange[], now: number): void => {
  // In the same transaction: a message that is sent again must not undo what was said since (I5).
  for (const { hook } of changes)
    if (hook !== undefined) desk.remember(`presence:${hook}`, "", true, now + limits.webhookIdMs);
  const known = changes.filter(({ userId }) => desk.directory.people.has(userId));
  const outcomes = desk.whereabouts.takeAll(known);
  const taken = known.filter((_, i) => outcomes[i]?.taken === true);
  for (const [i, { userId, siteId, at }] of known.entries()) {
    const { taken: was, left } = outcomes[i] ?? { taken: false };
    if (!was) continue;
    desk.presenceChanged(siteId, userId);
    if (left === undefined) continue;
    desk.presenceChanged(left, userId);
    desk.tellSite(left, { kind: "left", userId, at }, now);
  }
  if (taken.some(({ state }) => state === "present")) countSoon(desk, now);
  followPresence(
    desk,
    taken.map(({ since, ...where }) => ({ ...where, at: since })),
    now,
  );
};
