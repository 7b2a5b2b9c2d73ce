/**
 * Proves: a forecast says hour by hour what shifts, availability, certificates and usual presence say together, against a recount
 * person by person; a simulation fills a requirement exactly when those who are expected could. Does not prove how long it takes:
 * test/core/staffing-speed.node.test.ts does.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Member, postKey } from "../../actors/tenant/staffing/counting.ts";
import type { ExpectedFacts, Shift } from "../../actors/tenant/staffing/expected.ts";
import { type ForecastRule, type ForecastWish, forecast, hourMs } from "../../actors/tenant/staffing/forecast.ts";
import { straight } from "../../actors/tenant/staffing/paced.ts";
import { bySite, type SimulationWish, simulate } from "../../actors/tenant/staffing/simulation.ts";
import { type UsualShare, usuallyThere } from "../../actors/tenant/staffing/usual.ts";
import { isOpen, LocalTime } from "../../actors/tenant/staffing/windows.ts";

/** Monday 2026-11-23 08:00 in Amsterdam. */
const from = Date.UTC(2026, 10, 23, 7);
const clock = new LocalTime("Europe/Amsterdam");
const clockOf = () => clock;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

interface Somebody extends Member {
  /** Hours from the start. */
  away: number[];
  shifts: { hour: number; siteId?: string | undefined }[];
  /** Days from the start on which certificates have expired. */
  expiresOn?: number | undefined;
  /** A role that they are not available as. */
  neverAs?: string | undefined;
}

const factsOf = (people: readonly Somebody[]): ExpectedFacts & { onDutyAt(at: number): ReadonlySet<string> } => {
  const byId = new Map(people.map((one) => [one.userId, one]));
  const hourOf = (at: number) => Math.floor((at - from) / hourMs);
  return {
    availabilityOf: (userId, at) => ({
      available: byId.get(userId)?.away.includes(hourOf(at)) === false,
      // Known for a while, as of a block: until the next hour in which it changes.
      until: at + hourMs,
    }),
    shiftsAt: (at) =>
      people.flatMap(({ userId, shifts }) =>
        shifts.flatMap(({ hour, siteId }): Shift[] => (hour === hourOf(at) ? [{ userId, siteId }] : [])),
      ),
    dayOf,
    differing: new Set(people.flatMap(({ userId, neverAs }) => (neverAs === undefined ? [] : [userId]))),
    isAvailableAs: (userId, _at, roleId) => byId.get(userId)?.neverAs !== roleId,
    qualifiedOn: (day, userId, roleId) => {
      const person = byId.get(userId);
      if (person === undefined || !person.roleIds.includes(roleId)) return false;
      return person.expiresOn === undefined || day < dayOf(from + person.expiresOn * 24 * hourMs);
    },
    onDutyAt: (at) =>
      new Set(people.flatMap(({ userId, shifts }) => (shifts.some(({ hour }) => hour === hourOf(at)) ? [userId] : []))),
  };
};

const person = (userId: string, facts: Partial<Somebody> = {}): Somebody => ({
  userId,
  enabled: true,
  roleIds: ["aid"],
  homeSiteId: "hq",
  away: [],
  shifts: [],
  ...facts,
});

const always = (share: number, weeks = 3): UsualShare => ({ shares: new Array<number>(168).fill(share), weeks });
const rule = (facts: Partial<ForecastRule> = {}): ForecastRule => ({
  staffingRuleId: "stf_1",
  siteId: "hq",
  roleId: "aid",
  minimum: 2,
  ...facts,
});
const made = (people: readonly Somebody[], facts: Partial<ForecastWish> = {}) =>
  straight(
    forecast({
      rules: [rule()],
      members: people,
      facts: factsOf(people),
      usual: new Map(),
      clockOf,
      from,
      hours: 6,
      ...facts,
    }),
  );

describe("a forecast", () => {
  test("takes the larger of shifts and usual presence, never their sum", () => {
    const people = [
      person("a", { shifts: [1, 2].map((hour) => ({ hour, siteId: "hq" })) }),
      person("b", { shifts: [{ hour: 2, siteId: "hq" }, { hour: 2 }] }),
      person("c", { shifts: [{ hour: 2, siteId: "other" }] }),
      person("d"),
    ];
    const [row] = made(people, { usual: new Map([[postKey(rule()), always(0.25)]]) }).rules;
    expect(row).toMatchObject({ onShift: [0, 1, 2, 0, 0, 0], expected: [1, 1, 2, 1, 1, 1], weeks: 3 });
  });

  test("holidays and expired certificates take people from the pool and from their shifts", () => {
    const people = [
      person("a", { away: [0, 1], shifts: [0, 2].map((hour) => ({ hour, siteId: "hq" })) }),
      person("b", { away: [1] }),
      person("expired", { expiresOn: 0, shifts: [{ hour: 0, siteId: "hq" }] }),
      person("disabled", { enabled: false, shifts: [{ hour: 0, siteId: "hq" }] }),
    ];
    const [row] = made(people, { usual: new Map([[postKey(rule()), always(1)]]) }).rules;
    expect(row?.expected).toEqual([1, 0, 2, 2, 2, 2]);
    expect(row?.onShift).toEqual([0, 0, 1, 0, 0, 0]);
  });

  test("lists gaps: hours in a row with their least, none outside the rule's hours", () => {
    const people = [person("a", { shifts: [1, 2, 4].map((hour) => ({ hour, siteId: "hq" })) })];
    const at = (hour: number) => new Date(from + hour * hourMs).toISOString();
    const office = { weekdays: [1, 2, 3, 4, 5], from: "09:30", to: "13:00" };
    const result = made(people, { rules: [rule({ minimum: 1 }), rule({ staffingRuleId: "stf_2", hours: [office] })] });
    expect(result.rules[1]?.expected).toEqual([null, 1, 1, 0, 1, null]);
    expect(result.gaps).toEqual([
      { staffingRuleId: "stf_1", from: at(0), to: at(1), minimum: 1, expected: 0, missing: 1 },
      { staffingRuleId: "stf_2", from: at(1), to: at(5), minimum: 2, expected: 0, missing: 2 },
      { staffingRuleId: "stf_1", from: at(3), to: at(4), minimum: 1, expected: 0, missing: 1 },
      { staffingRuleId: "stf_1", from: at(5), to: at(6), minimum: 1, expected: 0, missing: 1 },
    ]);
  });

  const sites = ["hq", "lab", undefined];
  const site = fc.constantFrom(...sites);
  const role = fc.constantFrom("aid", "fire");
  const hours = 30;
  const crowd = fc
    .array(
      fc.record({
        enabled: fc.boolean(),
        roleIds: fc.uniqueArray(role),
        homeSiteId: site,
        away: fc.uniqueArray(fc.nat(hours - 1)),
        shifts: fc.array(fc.record({ hour: fc.nat(hours - 1), siteId: site })),
        expiresOn: fc.option(fc.nat(2), { nil: undefined }),
        neverAs: fc.option(role, { nil: undefined }),
      }),
      { maxLength: 12 },
    )
    .map((list) => list.map((facts, i): Somebody => ({ userId: `usr_${i}`, ...facts })));

  test("property: is what a recount person by person gives, in every hour of every rule", () => {
    fc.assert(
      fc.property(
        crowd,
        fc.array(fc.record({ siteId: site, roleId: role }), { maxLength: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (people, posts, share) => {
          const windows = [{ weekdays: [1], from: "10:00", to: "16:30" }];
          const rules = posts.map((post, i) =>
            rule({ ...post, staffingRuleId: `stf_${i}`, ...(i === 0 ? { hours: windows } : {}) }),
          );
          const usual = new Map(posts.map((post) => [postKey(post), always(share)]));
          const facts = factsOf(people);
          const result = made(people, { rules, usual, hours });
          for (const [i, { siteId, roleId, hours: open }] of rules.entries())
            for (let hour = 0; hour < hours; hour++) {
              const at = from + hour * hourMs;
              const isAsked = isOpen(open, clock, at + hourMs / 2);
              const fit = people.filter(
                ({ userId, enabled, away, neverAs }) =>
                  enabled && neverAs !== roleId && !away.includes(hour) && facts.qualifiedOn(dayOf(at), userId, roleId),
              );
              const pool = fit.filter(({ homeSiteId }) => siteId === undefined || homeSiteId === siteId).length;
              const working = fit.filter(({ shifts }) =>
                shifts.some((shift) => shift.hour === hour && (siteId === undefined || shift.siteId === siteId)),
              ).length;
              expect(result.rules[i]?.onShift[hour]).toBe(isAsked ? working : null);
              expect(result.rules[i]?.expected[hour]).toBe(
                isAsked ? Math.max(working, usuallyThere(share, pool)) : null,
              );
            }
          const missed = result.rules.flatMap(({ expected, minimum }) =>
            expected.filter((n) => n !== null && n < minimum),
          );
          const listed = result.gaps.reduce(
            (sum, gap) => sum + (Date.parse(gap.to) - Date.parse(gap.from)) / hourMs,
            0,
          );
          expect(listed).toBe(missed.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const simulated = (people: readonly Somebody[], facts: Partial<SimulationWish> = {}) =>
  straight(
    simulate({
      scenarioId: "scn_1",
      targets: { roles: ["aid", "fire"], sites: ["hq"] },
      requirement: [
        { roleId: "aid", count: 1 },
        { roleId: "fire", count: 1 },
      ],
      members: people,
      facts: factsOf(people),
      usual: new Map(),
      clockOf,
      from,
      hours: 4,
      ...facts,
    }),
  );

describe("a simulation", () => {
  const shift = (...hours: number[]) => hours.map((hour) => ({ hour, siteId: "hq" }));

  test("one person fills one place only, and says which role lacks", () => {
    const people = [
      person("both", { roleIds: ["aid", "fire"], shifts: shift(0, 1, 2) }),
      person("fire", { roleIds: ["fire"], shifts: shift(1, 3) }),
    ];
    const result = simulated(people);
    expect(result).toMatchObject({ scenarioId: "scn_1", hours: 4, filledHours: 1 });
    expect(
      result.spans.map(({ filled, people: coming, lacking }) => [filled, coming, lacking.map((l) => l.roleId)]),
    ).toEqual([
      [false, 1, ["fire"]],
      [true, 2, []],
      [false, 1, ["fire"]],
      [false, 1, ["aid"]],
    ]);
  });

  test("whoever is unavailable, elsewhere or expired does not come, and conditions narrow as for an alarm", () => {
    const people = [
      person("a", { shifts: shift(0, 1), away: [1] }),
      person("f", { roleIds: ["fire"], shifts: [...shift(0, 1), { hour: 2, siteId: "lab" }] }),
    ];
    expect(simulated(people).spans.map(({ filled }) => filled)).toEqual([true, false, false]);
    expect(simulated(people, { conditions: { onDuty: true } }).filledHours).toBe(1);
    const guests = people.map((one) => ({ ...one, homeSiteId: "lab" }));
    expect(simulated(guests, { conditions: { visitors: "never" } }).filledHours).toBe(0);
  });

  test("usual presence stands in for shifts, and of all the people it could mean takes the fewest", () => {
    const usual = new Map([
      [postKey({ siteId: "hq", roleId: "aid" }), always(0.5)],
      [postKey({ siteId: "hq", roleId: "fire" }), always(0.5)],
    ]);
    const apart = [
      person("a1"),
      person("a2"),
      person("f1", { roleIds: ["fire"] }),
      person("f2", { roleIds: ["fire"] }),
    ];
    expect(simulated(apart, { usual }).filledHours).toBe(4);
    const double = [person("b", { roleIds: ["aid", "fire"] }), person("a1"), person("f1", { roleIds: ["fire"] })];
    expect(simulated(double, { usual }).filledHours, "the one who counts for both may be the one who is there").toBe(0);
  });

  test("zones stand for their sites, and never widen whom the scenario is for", () => {
    const siteOf = (zoneId: string) => (zoneId === "hall" ? "hq" : undefined);
    expect(bySite({ zones: ["hall"], sites: ["lab"], roles: ["aid"] }, siteOf)).toEqual({
      roles: ["aid"],
      sites: ["lab", "hq"],
    });
    expect(bySite({ zones: ["gone"], roles: ["aid"] }, siteOf)).toEqual({ roles: ["aid"], sites: [] });
    expect(bySite({ roles: ["aid"] }, siteOf)).toEqual({ roles: ["aid"] });
  });
});
