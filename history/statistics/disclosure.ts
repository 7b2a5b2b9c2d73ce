import { limits } from "../../protocol/limits.ts";

/**
 * Which counts of present people may be published, and as what (T23, P5). Pure. docs/statistics.md says why each rule is
 * there.
 *
 * First every count is rounded to a multiple of 5, up or down by a secret cut: whoever sees 20 knows 16 to 24, and no more.
 * Then what may be published for a minimum group k is decided by the figures alone. By the exact counts, the suppression
 * itself would tell a count at its border: beside a figure that is missing, 10 is 10. A figure may be published when
 *  1. at least k people are in it, and at least k of those it could be are not: neither all nor nobody, nor nearly so;
 *  2. at least k of the site's other present people are not in it: the total less this figure tells of no fewer;
 *  3. what is missing among figures that add up to the total is k people at least, and not one figure alone: otherwise the
 *     smallest that might be published is left out too (secondary suppression);
 *  4. the total itself may be published.
 */

export interface CountedGroup {
  present: number;
  /** Distinct people that could be present here: at home in this site, or present. Without it nothing can be published. */
  people?: number | undefined;
}

/** What one `presence.counted` says. */
export interface CountedSite extends CountedGroup {
  byRole: readonly ({ roleId: string } & CountedGroup)[];
  byZone: readonly { zoneId: string; present: number }[];
}

export type SeriesKind = "all" | "role" | "zone";

/** A figure that may be published for some minimum group; others are stored nowhere. */
export interface SafeCell {
  kind: SeriesKind;
  /** The role's or the zone's id; empty for all. */
  ref: string;
  figure: number;
  /** Bit `groupBit(k)` is set when it may be published for the minimum group k. */
  groups: number;
}

/** Everything that is published is a multiple of this. */
export const roundingBase = 5;
/** How far a figure may be from its count, either way. */
const farthest = roundingBase - 1;

/** 1 to 5 for the n-th five of a series: secret, and the same every time (cuts.ts). */
export type Cut = (five: number) => number;
export type CutsOf = (kind: SeriesKind, ref: string) => Cut;

/**
 * Down when the remainder is under the cut of its five, up otherwise. Equal counts of a series are equal in every answer, so
 * asking again or averaging tells nothing. To the nearest 5 instead, a step from 20 to 25 would tell for certain of one to nine
 * people who came: fewer than ten. By secret cuts the true step is known to within 8 either way.
 */
export const rounded = (count: number, cut: Cut): number => {
  const five = Math.floor(count / roundingBase);
  return (five + (count % roundingBase >= cut(five) ? 1 : 0)) * roundingBase;
};

/** What a figure stands for at least. */
export const surely = (figure: number): number => figure - farthest;

const groupSizes: readonly number[] = Array.from(
  { length: limits.minimumGroup - limits.minimumGroupLeast + 1 },
  (_, i) => limits.minimumGroupLeast + i,
);

/** A tenant's minimum group -> its bit in `groups`. */
export const groupBit = (minimumGroup: number): number => 1 << (minimumGroup - limits.minimumGroupLeast);

interface Member {
  ref: string;
  figure: number;
  /** This figure, and what it leaves of its group and of the total, tell of at least so many people. */
  least: number;
}

/** Members of one family (all roles, all zones) that may be published beside their total. */
const publishable = (members: readonly Member[], total: number, k: number): Set<string> => {
  const passing = members.filter(({ least }) => least >= k);
  const failing = members.filter(({ least }) => least < k);
  // Whoever is in no role or zone at all is missing from the sum as well.
  const rest = Math.max(0, total - members.reduce((sum, { figure }) => sum + figure, 0));
  const missing = failing.reduce((sum, { figure }) => sum + figure, rest);
  // The total less what is published is this sum; of one member alone it would be the figure that may not be published.
  const toldBySum = failing.length === 1 && rest < k;
  if (toldBySum || ((failing.length > 0 || rest > 0) && missing < k)) {
    // The order is total, so that the same figures leave out the same one every time.
    passing.sort((a, b) => a.figure - b.figure || (a.ref < b.ref ? -1 : 1));
    passing.shift();
  }
  return new Set(passing.map(({ ref }) => ref));
};

/** People of a group who are surely absent. Of a group of unknown size nobody surely is. */
const absent = ({ people }: CountedGroup, figure: number): number =>
  people === undefined ? 0 : people - figure - farthest;

/** What may be published of one count, and for which minimum groups. Figures that may not be for any are left out. */
export const safeCells = (counted: CountedSite, cutsOf: CutsOf): SafeCell[] => {
  const total = rounded(counted.present, cutsOf("all", ""));
  const cells = new Map<string, SafeCell>();
  const allow = (kind: SeriesKind, ref: string, figure: number, k: number) => {
    const known = cells.get(`${kind} ${ref}`);
    if (known === undefined) cells.set(`${kind} ${ref}`, { kind, ref, figure, groups: groupBit(k) });
    else known.groups |= groupBit(k);
  };
  const member = (ref: string, figure: number, others: number): Member => ({
    ref,
    figure,
    // Both figures of a difference may be off.
    least: Math.min(surely(figure), total - figure - 2 * farthest, others),
  });
  const families = {
    role: counted.byRole.map((role) => {
      const figure = rounded(role.present, cutsOf("role", role.roleId));
      return member(role.roleId, figure, absent(role, figure));
    }),
    zone: counted.byZone.map(({ zoneId, present }) => {
      const figure = rounded(present, cutsOf("zone", zoneId));
      return member(zoneId, figure, Number.POSITIVE_INFINITY);
    }),
  };
  const totalLeast = Math.min(surely(total), absent(counted, total));
  for (const k of groupSizes) {
    if (totalLeast < k) continue;
    allow("all", "", total, k);
    for (const kind of ["role", "zone"] as const) {
      const safe = publishable(families[kind], total, k);
      for (const { ref, figure } of families[kind]) if (safe.has(ref)) allow(kind, ref, figure, k);
    }
  }
  return [...cells.values()];
};
