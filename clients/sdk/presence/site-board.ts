import type { SitePresence } from "../../../protocol/presence.ts";
import type { SiteBoard } from "../../../protocol/socket/server-frames.ts";

/** A site's board as it is shown, with the version of the last frame that went into it. */
export interface ShownSite {
  version: number;
  presence: SitePresence;
}

/** Applies one frame of a site's board. @returns what was shown before when the frame is older, or the snapshot is still to come */
export const applySiteBoard = (shown: ShownSite | undefined, frame: SiteBoard): ShownSite | undefined => {
  const { siteId, counts, version } = frame;
  if (frame.full) return { version, presence: { siteId, counts, people: frame.people } };
  if (shown === undefined || shown.presence.siteId !== siteId || version < shown.version) return shown;
  const people = new Map(shown.presence.people.map((person) => [person.userId, person]));
  for (const userId of frame.left ?? []) people.delete(userId);
  for (const person of frame.people) people.set(person.userId, person);
  return { version, presence: { siteId, counts, people: [...people.values()] } };
};
