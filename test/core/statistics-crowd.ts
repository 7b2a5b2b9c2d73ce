import fc from "fast-check";
import {
  type CountedSite,
  type Cut,
  type CutsOf,
  rounded,
  type SeriesKind,
} from "../../history/statistics/disclosure.ts";
import { id } from "./history-samples.ts";

/** People of one site with roles, and who of them is where at some moments: what statistics are made of, and must hide. */
export interface Crowd {
  people: readonly { userId: string; roleIds: readonly string[]; home: boolean }[];
  /** For each moment the zone of each person: undefined is absent, -1 present outside any zone. */
  moments: readonly (readonly (number | undefined)[])[];
}

export const roleIds = [1, 2, 3, 4].map((n) => id("rol", n));
/** How many have each role, besides the first. */
const shares = [1, 0.5, 0.25, 0.06];
export const zoneIds = [1, 2, 3].map((n) => id("zon", n));

/** Cuts that a number makes: as good as secret for whoever does not have the number. */
export const cutsFrom =
  (seed: number): CutsOf =>
  (kind, ref) =>
  (five) => {
    let hash = seed | 0;
    for (const letter of `${kind} ${ref} ${five}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
    return ((hash >>> 8) % 5) + 1;
  };

/** Crowds with all shapes that give people away: everybody of one role, one person too many, one who comes or goes. */
export const anyCrowd: fc.Arbitrary<Crowd> = fc
  .record({
    size: fc.noBias(fc.integer({ min: 0, max: 250 })),
    common: fc.integer({ min: 0, max: 4 }),
    seed: fc.integer(),
    likely: fc.noBias(fc.double({ min: 0, max: 1, noNaN: true })),
    inZone: fc.noBias(fc.double({ min: 0, max: 1, noNaN: true })),
    steps: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 5 }),
  })
  .map(({ size, common, seed, likely, inZone, steps }) => {
    let state = seed >>> 0;
    const random = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 32;
    };
    const people = Array.from({ length: size }, (_, n) => ({
      userId: id("usr", n),
      // The first role is nearly everybody's, the last few people's.
      roleIds: roleIds.filter((_, role) => (role === 0 ? n >= common : random() < (shares[role] ?? 0))),
      home: random() < 0.95,
    }));
    const where = () => (random() < inZone ? Math.floor(random() * 3) : -1);
    const moments = [people.map(() => (random() < likely ? where() : undefined))];
    for (const changes of steps) {
      const next = [...(moments.at(-1) ?? [])];
      for (let i = 0; i < changes && size > 0; i++) {
        const who = Math.floor(random() * size);
        next[who] = next[who] === undefined ? where() : undefined;
      }
      moments.push(next);
    }
    return { people, moments };
  });

/** Who is in a series at a moment, by name: the truth that no figure may tell. */
export const membersOf = (crowd: Crowd, moment: number, kind: SeriesKind, ref: string): Set<string> =>
  new Set(
    crowd.people.flatMap(({ userId, roleIds: own }, n) => {
      const zone = crowd.moments[moment]?.[n];
      if (zone === undefined) return [];
      if (kind === "role" && !own.includes(ref)) return [];
      return kind === "zone" && zoneIds[zone] !== ref ? [] : [userId];
    }),
  );

/** Who could be in it: at home here, or present. */
export const groupOf = (crowd: Crowd, moment: number, kind: SeriesKind, ref: string): Set<string> =>
  new Set(
    crowd.people.flatMap(({ userId, roleIds: own, home }, n) => {
      const present = crowd.moments[moment]?.[n] !== undefined;
      return (home || present) && (kind !== "role" || own.includes(ref)) ? [userId] : [];
    }),
  );

/** What the site's `presence.counted` says at a moment. */
export const countedAt = (crowd: Crowd, moment: number): CountedSite => ({
  present: membersOf(crowd, moment, "all", "").size,
  people: groupOf(crowd, moment, "all", "").size,
  byRole: roleIds.map((roleId) => ({
    roleId,
    present: membersOf(crowd, moment, "role", roleId).size,
    people: groupOf(crowd, moment, "role", roleId).size,
  })),
  byZone: zoneIds.map((zoneId) => ({ zoneId, present: membersOf(crowd, moment, "zone", zoneId).size })),
});

const cutPairs = [1, 2, 3, 4, 5].flatMap((a) => [1, 2, 3, 4, 5].map((b) => [a, b] as const));

const countsFor = (figure: number, cut: Cut): number[] =>
  Array.from({ length: 9 }, (_, i) => figure - 4 + i).filter((count) => count >= 0 && rounded(count, cut) === figure);

/**
 * What an attacker who knows every rule but no cut can say of the difference of two counts, from their figures: the least and
 * the most it can be. In one series both figures were cut alike.
 */
export const knownDifference = (less: number, more: number, sameSeries: boolean): [number, number] => {
  const differences: number[] = [];
  for (const [a, b] of cutPairs) {
    // A count of a figure is in one of two fives; of two figures in one series at most three take part.
    for (const [c, d] of sameSeries ? cutPairs : [[a, b] as const]) {
      const cuts = new Map<number, number>();
      if (sameSeries)
        [less / 5 - 1, less / 5, more / 5 - 1, more / 5].forEach((five, i) => {
          if (!cuts.has(five)) cuts.set(five, [a, b, c, d][i] ?? 1);
        });
      const first: Cut = (five) => (sameSeries ? (cuts.get(five) ?? 1) : five === less / 5 ? a : b);
      const seconds = sameSeries
        ? [first]
        : cutPairs.map(
            ([e, f]): Cut =>
              (five) =>
                five === more / 5 ? e : f,
          );
      for (const second of seconds)
        for (const x of countsFor(less, first)) for (const y of countsFor(more, second)) differences.push(y - x);
    }
  }
  return [Math.min(...differences), Math.max(...differences)];
};
