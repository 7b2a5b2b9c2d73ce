import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { hmac } from "../../actors/kernel/hashes.ts";
import { cutOf } from "../../history/statistics/cuts.ts";
import {
  type CountedSite,
  type CutsOf,
  groupBit,
  rounded,
  type SafeCell,
  safeCells,
} from "../../history/statistics/disclosure.ts";
import { PresenceStatisticsQuery, StatisticsSettings } from "../../protocol/statistics.ts";
import {
  anyCrowd,
  countedAt,
  cutsFrom,
  groupOf,
  knownDifference,
  membersOf,
  roleIds,
  zoneIds,
} from "./statistics-crowd.ts";

// Proves what statistics of presence publish (T23, P5): over random crowds, no figure of fewer than the minimum group, and no
// difference of any two figures (total and role, total and zone, quarter and quarter, any two) from which fewer than the
// minimum group can be told; and the known attacks. Not: that a system of many figures with everybody's roles cannot be
// narrowed further (docs/statistics.md), nor what libSQL answers: that is test/system/history-statistics.test.ts.

const groupSizes = [5, 6, 7, 8, 9, 10];
const of = (cells: readonly SafeCell[], k: number) => cells.filter(({ groups }) => (groups & groupBit(k)) !== 0);

const differences = new Map<string, [number, number]>();
const knownOf = (a: number, b: number, sameSeries: boolean): [number, number] => {
  const [less, more] = a < b ? [a, b] : [b, a];
  const key = `${less} ${more} ${sameSeries}`;
  const known = differences.get(key) ?? knownDifference(less, more, sameSeries);
  differences.set(key, known);
  return known;
};

describe("T23: over random crowds", () => {
  test("no figure is of fewer than the minimum group, of all of a group, or of nobody", () => {
    let published = 0;
    fc.assert(
      fc.property(anyCrowd, fc.integer(), (crowd, seed) => {
        for (const moment of crowd.moments.keys()) {
          const cells = safeCells(countedAt(crowd, moment), cutsFrom(seed));
          for (const k of groupSizes)
            for (const { kind, ref, figure } of of(cells, k)) {
              const members = membersOf(crowd, moment, kind, ref);
              expect(members.size).toBeGreaterThanOrEqual(k);
              expect(groupOf(crowd, moment, kind, ref).size - members.size).toBeGreaterThanOrEqual(k);
              expect(Math.abs(figure - members.size)).toBeLessThan(5);
              expect(figure % 5).toBe(0);
              published++;
            }
        }
      }),
      { numRuns: 400 },
    );
    expect(published, "the property is about something").toBeGreaterThan(1_000);
  });

  test("whom the total has more than a role or a zone are at least the minimum group", () => {
    let pairs = 0;
    fc.assert(
      fc.property(anyCrowd, fc.integer(), (crowd, seed) => {
        for (const moment of crowd.moments.keys()) {
          const cells = safeCells(countedAt(crowd, moment), cutsFrom(seed));
          for (const k of groupSizes) {
            const known = of(cells, k);
            if (!known.some(({ kind }) => kind === "all")) expect(known).toEqual([]);
            const all = membersOf(crowd, moment, "all", "");
            for (const { kind, ref } of known.filter((cell) => cell.kind !== "all")) {
              const members = membersOf(crowd, moment, kind, ref);
              expect([...all].filter((userId) => !members.has(userId)).length).toBeGreaterThanOrEqual(k);
              pairs++;
            }
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(pairs).toBeGreaterThan(50);
  });

  test("no difference of two answers tells for certain of some people, and of fewer than the minimum group", () => {
    let pairs = 0;
    fc.assert(
      fc.property(anyCrowd, fc.integer(), (crowd, seed) => {
        const moments = crowd.moments.map((_, moment) => safeCells(countedAt(crowd, moment), cutsFrom(seed)));
        for (const k of groupSizes) {
          const all = moments.flatMap((cells) => of(cells, k));
          for (const [i, one] of all.entries())
            for (const other of all.slice(i + 1)) {
              const sameSeries = one.kind === other.kind && one.ref === other.ref;
              const [least, most] = knownOf(one.figure, other.figure, sameSeries);
              if (least >= 1) expect(most, `${one.figure} and ${other.figure}`).toBeGreaterThanOrEqual(k);
              pairs++;
            }
        }
      }),
      { numRuns: 300 },
    );
    expect(pairs).toBeGreaterThan(1_000);
  });

  test("the answer is made of the figures alone: every count that a figure allows gives the same answer", () => {
    fc.assert(
      fc.property(anyCrowd, fc.integer(), fc.infiniteStream(fc.integer({ min: -4, max: 4 })), (crowd, seed, offs) => {
        const counted = countedAt(crowd, 0);
        const cutsOf = cutsFrom(seed);
        const ups = new Map<string, number>();
        // Another world: each count moved to another one that its figure might have been rounded from.
        const moved = (kind: "all" | "role" | "zone", ref: string, present: number) => {
          const figure = rounded(present, cutsOf(kind, ref));
          const off = Math.max(-figure, offs.next().value ?? 0);
          ups.set(`${kind} ${ref}`, off < 0 ? 1 : 5);
          return figure + off;
        };
        const other: CountedSite = {
          ...counted,
          present: moved("all", "", counted.present),
          byRole: counted.byRole.map((role) => ({ ...role, present: moved("role", role.roleId, role.present) })),
          byZone: counted.byZone.map((zone) => ({ ...zone, present: moved("zone", zone.zoneId, zone.present) })),
        };
        const otherCuts: CutsOf = (kind, ref) => () => ups.get(`${kind} ${ref}`) ?? 1;
        expect(safeCells(other, otherCuts)).toEqual(safeCells(counted, cutsOf));
      }),
      { numRuns: 400 },
    );
  });

  test("no answer holds a user's id", () => {
    fc.assert(
      fc.property(anyCrowd, fc.integer(), (crowd, seed) => {
        expect(JSON.stringify(safeCells(countedAt(crowd, 0), cutsFrom(seed)))).not.toContain("usr_");
      }),
      { numRuns: 50 },
    );
  });
});

const [first, second] = roleIds as [string, string];
const site = (present: number, people: number, roles: [string, number, number][], zones: [string, number][] = []) => ({
  present,
  people,
  byRole: roles.map(([roleId, there, all]) => ({ roleId, present: there, people: all })),
  byZone: zones.map(([zoneId, there]) => ({ zoneId, present: there })),
});
const names = (counted: CountedSite, k = 10) =>
  of(safeCells(counted, cutsFrom(7)), k).map(({ kind, ref }) => (kind === "all" ? "all" : ref));

describe("T23: attacks", () => {
  it("by role: all less everybody who has a role would be the one who has not", () => {
    expect(names(site(41, 90, [[first, 40, 80]]))).toEqual(["all"]);
    // The role is the rest's as well: of thirty nothing can be told.
    expect(names(site(70, 140, [[first, 40, 80]]))).toContain(first);
  });

  it("by zone: all less a zone would be the one who is outside", () => {
    expect(names(site(41, 90, [], [[zoneIds[0] ?? "", 40]]))).toEqual(["all"]);
    expect(names(site(70, 140, [], [[zoneIds[0] ?? "", 40]]))).not.toEqual(["all"]);
  });

  it("by what is left: a role that is hidden cannot be had by taking all others from the total", () => {
    const hidden = names(
      site(63, 200, [
        [first, 30, 80],
        [second, 30, 80],
        [roleIds[2] ?? "", 3, 30],
      ]),
    );
    expect(hidden).toHaveLength(2);
    expect(hidden).not.toContain(roleIds[2]);
  });

  it("by site: only one site can be asked for, and no sum of sites is answered", () => {
    expect(PresenceStatisticsQuery.safeParse({}).success).toBe(false);
    expect(PresenceStatisticsQuery.safeParse({ siteId: ["sit_00000001", "sit_00000002"] }).success).toBe(false);
  });

  it("by crossing: a role within a zone cannot be asked for", () => {
    const asked = { siteId: "sit_00000001", roleId: "rol_00000001", zoneId: "zon_00000001" };
    expect(PresenceStatisticsQuery.safeParse(asked).success).toBe(false);
    const { zoneId: _, ...allowed } = asked;
    expect(PresenceStatisticsQuery.safeParse(allowed).success).toBe(true);
  });

  it("by time: from one who comes no figure steps by what could only be fewer than ten people", () => {
    for (let less = 15; less <= 60; less += 5)
      for (let more = less + 5; more <= 80; more += 5) {
        const [least, most] = knownDifference(less, more, true);
        expect(least).toBeGreaterThan(0);
        expect(most, `${less} to ${more}`).toBeGreaterThanOrEqual(10);
      }
  });

  it("by time, had figures been rounded to the nearest 5: one to nine people (why cuts are secret)", () => {
    const nearest = () => 3;
    const counts = (figure: number) => [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((off) => figure + off);
    const possible = counts(25)
      .filter((count) => rounded(count, nearest) === 25)
      .flatMap((more) =>
        counts(20)
          .filter((count) => rounded(count, nearest) === 20)
          .map((less) => more - less),
      );
    expect([Math.min(...possible), Math.max(...possible)]).toEqual([1, 9]);
  });

  it("by the border: a figure is never there or gone because of one person alone, without the figure changing", () => {
    const cuts = cutsFrom(3);
    for (let present = 0; present < 100; present++) {
      const now = of(safeCells(site(present, 100, []), cuts), 10);
      const next = of(safeCells(site(present + 1, 100, []), cuts), 10);
      const same = rounded(present, cuts("all", "")) === rounded(present + 1, cuts("all", ""));
      if (same) expect(next).toEqual(now);
    }
  });

  it("by all and nobody: a group that is wholly there or wholly away says nothing, however large", () => {
    expect(names(site(60, 60, []))).toEqual([]);
    expect(names(site(0, 60, []))).toEqual([]);
    expect(names(site(55, 60, []))).toEqual([]);
    expect(names(site(60, 200, [[first, 30, 30]]))).toEqual(["all"]);
    expect(names({ ...site(60, 0, []), people: undefined }), "a group of unknown size").toEqual([]);
  });

  it("by all and nobody, with every count, every group up to 60 and every cut: at least the minimum group there, and away", () => {
    for (const cut of [1, 2, 3, 4, 5])
      for (let people = 0; people <= 60; people++)
        for (let present = 0; present <= people; present++)
          for (const { groups } of safeCells(site(present, people, []), () => () => cut))
            for (const k of groupSizes.filter((size) => (groups & groupBit(size)) !== 0)) {
              expect(present).toBeGreaterThanOrEqual(k);
              expect(people - present, `${present} of ${people}`).toBeGreaterThanOrEqual(k);
            }
  });

  it("by what is left, of several: what is missing is not fewer than the minimum group together", () => {
    const few = [2, 3].map((n): [string, number, number] => [roleIds[n] ?? "", 2, 60]);
    const cells = safeCells(site(64, 300, [[first, 30, 100], [second, 30, 100], ...few]), () => () => 5);
    expect(of(cells, 10).map(({ ref }) => ref)).toEqual(["", second]);
  });

  it("by what is left, of a whole group: it is not told by taking the other roles from the total either", () => {
    // All thirty of the second role are there, and everybody has one role.
    const counted = site(100, 300, [
      [first, 35, 100],
      [second, 30, 30],
      [roleIds[2] ?? "", 35, 100],
    ]);
    expect(names(counted)).toHaveLength(2);
    expect(names(counted)).not.toContain(second);
  });

  it("by asking again: the same count has the same figure every time, and with another secret another one somewhere", () => {
    const series = (secret: string) =>
      Array.from({ length: 200 }, (_, count) =>
        rounded(
          count,
          cutOf((text) => hmac(secret, text), ["x"]),
        ),
      );
    expect(series("a")).toEqual(series("a"));
    expect(series("a")).not.toEqual(series("b"));
    const figures = series("a");
    expect(
      figures.toSorted((a, b) => a - b),
      "never more people and a smaller figure",
    ).toEqual(figures);
  });

  it("by settings: a tenant goes down to 5 and not below", () => {
    for (const minimumGroup of [5, 7, 10]) expect(StatisticsSettings.safeParse({ minimumGroup }).success).toBe(true);
    for (const minimumGroup of [0, 1, 4, 5.5, 11])
      expect(StatisticsSettings.safeParse({ minimumGroup }).success).toBe(false);
  });
});
