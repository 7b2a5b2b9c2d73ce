import type { Whereabouts } from "./recipients.ts";

/** Where a duress alarm was raised: zones when they are known, else a site; nothing when neither is. */
export interface Surroundings {
  siteId?: string;
  zoneIds: readonly string[];
}

/** What is known of where a duress alarm comes from. */
export interface RaisedFrom {
  /** A button's own place (NewIntegration.at), or what the raiser's lone-worker session named. */
  at?: { siteId?: string | undefined; zoneId?: string | undefined } | undefined;
  whereabouts?: Whereabouts | undefined;
  homeSiteId?: string | undefined;
}

/**
 * The surroundings of a raiser: the button's own place before the person's presence, which may be older. A person whose presence is
 * unknown counts as at home, as in the wire's "there"; somebody who is absent is in no place that we know.
 */
export const surroundingsOf = ({ at, whereabouts, homeSiteId }: RaisedFrom): Surroundings => {
  const site = (siteId: string | undefined) => (siteId === undefined ? {} : { siteId });
  if (at?.zoneId !== undefined) return { ...site(at.siteId), zoneIds: [at.zoneId] };
  if (at?.siteId !== undefined) {
    const inside = whereabouts?.state === "present" && whereabouts.siteId === at.siteId;
    return { siteId: at.siteId, zoneIds: inside ? [...whereabouts.zoneIds] : [] };
  }
  if (whereabouts?.state === "present") return { ...site(whereabouts.siteId), zoneIds: [...whereabouts.zoneIds] };
  if (whereabouts?.state === "absent") return { zoneIds: [] };
  return { ...site(homeSiteId), zoneIds: [] };
};

/**
 * Recipients around the raiser, for whom a duress alarm makes no sound: whoever is present in a zone of the raiser's, or in the
 * site when no zone is known. Help that stands beside the aggressor must not be heard (domain.md, duress button).
 */
export const quietOnes = (
  { siteId, zoneIds }: Surroundings,
  recipients: Iterable<string>,
  whereaboutsOf: (userId: string) => Whereabouts | undefined,
): Set<string> => {
  const quiet = new Set<string>();
  if (siteId === undefined && zoneIds.length === 0) return quiet;
  const zones = new Set(zoneIds);
  for (const userId of recipients) {
    const where = whereaboutsOf(userId);
    if (where?.state !== "present") continue;
    if (zones.size > 0 ? where.zoneIds.some((zoneId) => zones.has(zoneId)) : where.siteId === siteId) quiet.add(userId);
  }
  return quiet;
};
