import { limits } from "../../protocol/limits.ts";

/**
 * Which counts of present people may be published (T23, P5). Pure. docs/statistics.md says why each rule is there.
 *
 * A count may be published for a minimum group k when, of distinct people at one moment,
 *  1. at least k are in it, and at least k of those it could be are not: neither all nor nobody, nor nearly so;
 *  2. at least k of the site's other present people are not in it, so that the total less this count tells of no fewer;
 *  3. what is missing among counts that add up to the total is at least two counts and k people: otherwise the smallest
 *     count that might be published is left out too (secondary suppression);
 *  4. the total itself may be published.
 * Whatever is left is rounded to a multiple of 5, up or down by a secret cut (roundBy).
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

/** A count that may be published for some minimum group; others are stored nowhere. */
export interface SafeCell {
  kind: SeriesKind;
  /** The role's or the zone's id; empty for all. */
  ref: string;
  present: number;
  /** Bit `groupBit(k)` is set when it may be published for the minimum group k. */
  groups: number;
}

const groupSizes: readonly number[] = Array.from(
  { length: limits.minimumGroup - limits.minimumGroupLeast + 1 },
  (_, i) => limits.minimumGroupLeast + i,
);

/** A tenant's minimum group -> its bit in `groups`. */
export const groupBit = (minimumGroup: number): number => 1 << (minimumGroup - limits.minimumGroupLeast);

interface Member {
  ref: string;
  present: number;
  /** The smallest number of people that this count or a difference with it would tell of. */
  least: number;
}

/** Members of one family (all roles, all zones) that may be published beside their total. */
const publishable = (members: readonly Member[], total: number, k: number): Set<string> => {
  const passing = members.filter(({ least }) => least >= k);
  const failing = members.filter(({ least }) => least < k);
  // Whoever is in no role or zone at all is missing from the sum as well.
  const rest = Math.max(0, total - members.reduce((sum, { present }) => sum + present, 0));
  const missing = failing.length + (rest > 0 ? 1 : 0);
  const missingPeople = failing.reduce((sum, { present }) => sum + present, rest);
  if (missing > 0 && (missing < 2 || missingPeople < k)) {
    // The order is total, so that the same count leaves out the same one every time.
    passing.sort((a, b) => a.present - b.present || (a.ref < b.ref ? -1 : 1));
    passing.shift();
  }
  return new Set(passing.map(({ ref }) => ref));
};

const absent = ({ present, people }: CountedGroup): number => (people ?? present) - present;

/** What may be published of one count, and for which minimum groups. Counts that may not be for any are left out. */
export const safeCells = (counted: CountedSite): SafeCell[] => {
  const total = counted.present;
  const totalLeast = Math.min(total, absent(counted));
  const families: { kind: SeriesKind; members: Member[] }[] = [
    {
      kind: "role",
      members: counted.byRole.map((role) => ({
        ref: role.roleId,
        present: role.present,
        least: Math.min(role.present, absent(role), total - role.present),
      })),
    },
    {
      kind: "zone",
      members: counted.byZone.map(({ zoneId, present }) => ({
        ref: zoneId,
        present,
        least: Math.min(present, total - present),
      })),
    },
  ];
  const cells: SafeCell[] = [{ kind: "all", ref: "", present: total, groups: 0 }];
  for (const { kind, members } of families)
    for (const { ref, present } of members) cells.push({ kind, ref, present, groups: 0 });
  const byKey = new Map(cells.map((cell) => [`${cell.kind} ${cell.ref}`, cell]));
  const allow = (kind: SeriesKind, ref: string, k: number) => {
    const cell = byKey.get(`${kind} ${ref}`);
    if (cell !== undefined) cell.groups |= groupBit(k);
  };
  for (const k of groupSizes) {
    if (totalLeast < k) continue;
    allow("all", "", k);
    for (const { kind, members } of families) for (const ref of publishable(members, total, k)) allow(kind, ref, k);
  }
  return cells.filter(({ groups }) => groups !== 0);
};

/** Everything that is published is a multiple of this. */
export const roundingBase = 5;

/**
 * A multiple of 5 beside the count: down when its remainder is under the cut of its five, up otherwise. Cuts are secret, 1 to
 * 5, and the same for the same series (cuts.ts): equal counts are equal in every answer, so asking again or averaging tells
 * nothing, and whoever sees 20 knows 16 to 24. To the nearest 5 instead, a step from 20 to 25 would tell of one to nine people
 * who came: fewer than ten. By secret cuts no difference of two figures lies between 1 and 9 for certain: it is known to within
 * 8 either way, and multiples of 5 leave 0 or at least 5 of that.
 */
export const roundBy = (count: number, cutOf: (five: number) => number, minimumGroup: number): number => {
  const five = Math.floor(count / roundingBase);
  const up = count % roundingBase >= cutOf(five);
  const rounded = (five + (up ? 1 : 0)) * roundingBase;
  // It is known to be at least the minimum group: a smaller figure would look like a mistake.
  return rounded < minimumGroup ? (five + 1) * roundingBase : rounded;
};
