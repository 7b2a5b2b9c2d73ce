import type { PresenceHookBody } from "../../protocol/integrations.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import type { Desk } from "./desk.ts";
import { usernameKey } from "./directory/directory.ts";

/** Whom a message of a presence integration is about; `taken`: it was taken before. */
export type HookedPerson = { taken: true } | { taken: false; userId: string };

/**
 * Looks a message of a presence integration up. It is remembered by the site's report itself, in the same transaction as what
 * it changes (actors/tenant/presence.ts): a crash in between leaves it undone, and the sender's next try does it.
 */
export const hookedPresence = (
  desk: Desk,
  { integrationId, webhookId, body }: { integrationId: string; webhookId: string; body: PresenceHookBody },
  now: number,
): Outcome<HookedPerson> => {
  const { integrations, people, byUsername, sites, zones } = desk.directory;
  if (integrations.get(integrationId)?.kind !== "presence") return refuse("invalid_signature");
  if (desk.replay(`presence:${integrationId}:${webhookId}`, now) !== undefined) return done({ taken: true });
  const unknown = (path: string) => refuse("invalid", undefined, [{ path, message: "does not exist" }]);
  const person = people.get(body.userRef) ?? people.get(byUsername.get(usernameKey(body.userRef)) ?? "");
  if (person === undefined || !person.enabled) return unknown("userRef");
  if (!sites.has(body.siteId)) return unknown("siteId");
  if (body.zoneId !== undefined && zones.get(body.zoneId)?.siteId !== body.siteId) return unknown("zoneId");
  return done({ taken: false, userId: person.userId });
};
