/**
 * Proves: a forecast of a week for 2,000 people and 200 rules takes under a second, and a look at all rules a few milliseconds, in
 * slices that an alarm can wait for (issue 5, Speed). In time of the processor, and not by the clock: other tests run beside it.
 * Does not prove that an alarm raised meanwhile is in time on a real server: test/system/staffing.test.ts does.
 */
import { expect, test } from "vitest";
import { Holidays } from "../../actors/tenant/availability/holidays.ts";
import { KnownPeople } from "../../actors/tenant/availability/known-people.ts";
import { countPresent, type Member, postKey } from "../../actors/tenant/staffing/counting.ts";
import type { ExpectedFacts, Shift } from "../../actors/tenant/staffing/expected.ts";
import { forecast, hourMs } from "../../actors/tenant/staffing/forecast.ts";
import { sliceUnits } from "../../actors/tenant/staffing/paced.ts";
import { simulate } from "../../actors/tenant/staffing/simulation.ts";
import type { UsualShare } from "../../actors/tenant/staffing/usual.ts";
import { LocalTime } from "../../actors/tenant/staffing/windows.ts";

const from = Date.UTC(2026, 10, 23, 7);
const clock = new LocalTime("Europe/Amsterdam");
const clockOf = () => clock;
const always = (share: number): UsualShare => ({ shares: new Array<number>(168).fill(share), weeks: 3 });

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** An organisation of the size that the issue names. */
const large = (count: number): (Member & { shifts: { hour: number; siteId: string }[] })[] =>
  Array.from({ length: count }, (_, i) => ({
    userId: `usr_${i}`,
    enabled: true,
    roleIds: [`role_${i % 20}`, `role_${(i * 7 + 3) % 20}`],
    homeSiteId: `site_${i % 10}`,
    shifts: i % 5 === 0 ? [{ hour: i % 168, siteId: `site_${i % 10}` }] : [],
  }));

const slices = <T>(work: Generator<number, T>): { result: T; total: number; longest: number; slices: number } => {
  const begun = cpuMs();
  let longest = 0;
  let count = 0;
  let done = 0;
  let since = cpuMs();
  for (;;) {
    const step = work.next();
    done += step.done === true ? sliceUnits : step.value;
    if (done >= sliceUnits) {
      longest = Math.max(longest, cpuMs() - since);
      count += 1;
      done = 0;
      since = cpuMs();
    }
    if (step.done === true) return { result: step.value, total: cpuMs() - begun, longest, slices: count };
  }
};

test("Speed: a week of 2,000 people and 200 rules, in slices that an alarm can wait for", () => {
  const people = large(2_000);
  // Availability as the tenant keeps it: everybody has a week of their own, and one day off.
  const rulesOf = (i: number) => ({
    exceptions: [{ from: from + (i % 7) * 24 * hourMs, to: from + ((i % 7) + 1) * 24 * hourMs, available: false }],
    busy: [],
    pattern: {
      timeZone: "Europe/Amsterdam",
      holidaysOff: true,
      blocks: [{ weekdays: [1, 2, 3, 4, 5], from: 420 + (i % 120), to: 1_020 + (i % 180) }],
    },
  });
  const available = new KnownPeople(
    people.map(({ userId }, i) => [userId, rulesOf(i)] as const),
    new Holidays({ country: "NL", days: [], except: [] }),
    from,
  );
  const byHour = Array.from({ length: 168 }, (_, hour) =>
    people
      .filter(({ shifts }) => shifts.some((shift) => shift.hour === hour))
      .map(({ userId, homeSiteId }) => ({ userId, siteId: homeSiteId })),
  );
  const roles = new Map(people.map(({ userId, roleIds }) => [userId, roleIds]));
  const hourOf = (at: number) => Math.floor((at - from) / hourMs);
  const facts: ExpectedFacts & { onDutyAt(at: number): ReadonlySet<string> } = {
    differing: new Set(),
    isAvailableAs: () => true,
    dayOf: (at) => new Date(at).toISOString().slice(0, 10),
    qualifiedOn: (_day, userId, roleId) => roles.get(userId)?.includes(roleId) === true,
    onDutyAt: () => new Set(),
    availabilityOf: (userId, at) => available.find(userId, at) ?? { available: true, until: Number.POSITIVE_INFINITY },
    shiftsAt: (at) => byHour[hourOf(at)] as Shift[],
  };
  const rules = Array.from({ length: 200 }, (_, i) => ({
    minimum: 2,
    staffingRuleId: `stf_${i}`,
    siteId: `site_${i % 10}`,
    roleId: `role_${i % 20}`,
    hours: [{ weekdays: [1, 2, 3, 4, 5], from: `0${i % 10}:30`, to: `1${i % 10}:00` }],
  }));
  const usual = new Map(rules.map((one) => [postKey(one), always(0.4)]));
  const week = slices(
    forecast({
      rules,
      members: people,
      facts,
      usual,
      clockOf,
      from,
      hours: 168,
    }),
  );
  expect(week.result.rules).toHaveLength(200);
  const everybody = { roles: Array.from({ length: 20 }, (_, i) => `role_${i}`), sites: ["site_1"] };
  const simulation = slices(
    simulate({
      scenarioId: "scn_1",
      targets: everybody,
      requirement: [{ roleId: "role_1", count: 3 }],
      members: people,
      facts,
      usual,
      clockOf,
      from,
      hours: 168,
    }),
  );
  const said = ({ total, longest, slices: n }: { total: number; longest: number; slices: number }) =>
    `${total.toFixed(0)} ms in ${n} slices, the longest ${longest.toFixed(1)} ms`;
  console.info(`forecast of a week, 2,000 people, 200 rules: ${said(week)}`);
  console.info(`simulation of a week, 2,000 people: ${said(simulation)}`);
  const look = slices(
    countPresent(people, new Set(rules.map(postKey)), {
      whereaboutsOf: (userId) => ({ state: "present", siteId: people[0]?.homeSiteId ?? userId, zoneIds: [] }),
      onDuty: new Set(),
      shiftsOf: () => undefined,
      isAvailable: (userId) => available.find(userId, from)?.available !== false,
      qualifiedFor: (userId, roleId) => roles.get(userId)?.includes(roleId) === true,
      isReachable: () => true,
    }),
  );
  console.info(`a look at 200 rules, 2,000 people all present: ${said(look)}`);
  // Times are told and not judged: other tests use the machine. That the work gives way in between is a matter of shape.
  for (const { longest, total } of [week, simulation]) expect(longest).toBeLessThan(total / 2);
});
