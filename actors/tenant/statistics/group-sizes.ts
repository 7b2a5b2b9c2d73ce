import type { RecordBody } from "../../../protocol/records.ts";

/** How many people a site has, and of each role: at home there, or present. Statistics say nothing of a whole group (T23). */
export interface GroupSizes {
  people: number;
  byRole: ReadonlyMap<string, number>;
}

interface Member {
  userId: string;
  enabled: boolean;
  homeSiteId?: string | undefined;
  roleIds: readonly string[];
}

/**
 * All sites in one pass over the people.
 *
 * @param presentAt the site where somebody counts as present
 */
export const groupSizes = (
  people: Iterable<Member>,
  presentAt: (userId: string) => string | undefined,
): Map<string, GroupSizes> => {
  const sites = new Map<string, { people: number; byRole: Map<string, number> }>();
  for (const { userId, enabled, homeSiteId, roleIds } of people) {
    if (!enabled) continue;
    for (const siteId of new Set([homeSiteId, presentAt(userId)])) {
      if (siteId === undefined) continue;
      const sizes = sites.get(siteId) ?? { people: 0, byRole: new Map<string, number>() };
      sites.set(siteId, sizes);
      sizes.people++;
      for (const roleId of roleIds) sizes.byRole.set(roleId, (sizes.byRole.get(roleId) ?? 0) + 1);
    }
  }
  return sites;
};

type Counted = RecordBody<"presence.counted">;

/** Counts of a site with the sizes of its groups; a role of which nobody is present is a count as well. */
export const sized = (
  { present, byRole, byZone }: Pick<Counted, "present" | "byRole" | "byZone">,
  sizes: GroupSizes | undefined,
): Pick<Counted, "present" | "people" | "byRole" | "byZone"> => {
  const there = new Map(byRole.map((role) => [role.roleId, role.present]));
  const roles = [...(sizes?.byRole ?? [])].map(([roleId, people]) => ({
    roleId,
    present: there.get(roleId) ?? 0,
    people,
  }));
  return { present, people: sizes?.people ?? 0, byRole: roles, byZone };
};
