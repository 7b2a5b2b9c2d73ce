import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { dateOf, type HolidayChoice, Holidays } from "../../actors/tenant/availability/holidays.ts";
import { KnownPeople } from "../../actors/tenant/availability/known-people.ts";
import {
  type Block,
  decide,
  decideForAny,
  holdsUntil,
  type Rules,
  rolesNamed,
  segmentsOf,
} from "../../actors/tenant/availability/rules.ts";
import { instantOf, whenShown } from "../../actors/tenant/availability/wall-clock.ts";

// Proves: P6's rules of when somebody is available. Any mixture of them has exactly one answer at each instant, equal to that of a
// reference that looks at the clock on the wall minute by minute and knows nothing of intervals; Europe/Amsterdam across both
// changes, with the missing and the doubled hour; what is kept for ten thousand people is what the rules say, through changes and
// boundaries. Does not prove storing, timers and calls (test/workerd/availability.test.ts), nor reading calendars
// (availability-ical.test.ts).

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const zone = "Europe/Amsterdam";
const none = new Holidays({ days: [], except: [] });
const at = (time: string): number => Date.parse(time);
const always = [1, 2, 3, 4, 5, 6, 7];

const withBlocks = (blocks: Block[], more: Partial<Rules> = {}): Rules => ({
  exceptions: [],
  busy: [],
  pattern: { timeZone: zone, blocks, holidaysOff: false },
  ...more,
});
const shown = (rules: Rules, from: string, to: string, holidays = none): string[] =>
  segmentsOf((time) => decide(rules, holidays, time), at(from), at(to), 1_000)
    .filter(({ available }) => available)
    .map((one) => `${new Date(one.from).toISOString().slice(5, 16)}/${new Date(one.to).toISOString().slice(5, 16)}`);

describe("DST in Europe/Amsterdam: a pattern means what the clock on the wall shows", () => {
  test("office hours stay at their hour across both changes", () => {
    const office = withBlocks([{ weekdays: [1, 5], from: 9 * 60, to: 17 * 60 }]);
    expect(shown(office, "2026-03-27T00:00:00Z", "2026-03-31T00:00:00Z")).toEqual([
      "03-27T08:00/03-27T16:00",
      "03-30T07:00/03-30T15:00",
    ]);
    expect(shown(office, "2026-10-23T00:00:00Z", "2026-10-27T00:00:00Z")).toEqual([
      "10-23T07:00/10-23T15:00",
      "10-26T08:00/10-26T16:00",
    ]);
  });

  test("a night is an hour shorter in spring and an hour longer in autumn", () => {
    const night = withBlocks([{ weekdays: [6], from: 22 * 60, to: 6 * 60 }]);
    expect(shown(night, "2026-03-28T12:00:00Z", "2026-03-29T12:00:00Z")).toEqual(["03-28T21:00/03-29T04:00"]);
    expect(shown(night, "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z")).toEqual(["10-24T20:00/10-25T05:00"]);
  });

  test("the missing hour is at no time, and what reaches into it ends or begins at the jump", () => {
    const of = (from: number, to: number) =>
      shown(withBlocks([{ weekdays: [7], from, to }]), "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    expect(of(2 * 60 + 15, 2 * 60 + 45)).toEqual([]);
    expect(of(60, 2 * 60 + 30)).toEqual(["03-29T00:00/03-29T01:00"]);
    expect(of(2 * 60 + 30, 4 * 60)).toEqual(["03-29T01:00/03-29T02:00"]);
  });

  test("the doubled hour is at both its times", () => {
    const of = (from: number, to: number) =>
      shown(withBlocks([{ weekdays: [7], from, to }]), "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    expect(of(2 * 60, 3 * 60)).toEqual(["10-25T00:00/10-25T02:00"]);
    expect(of(2 * 60 + 15, 2 * 60 + 45)).toEqual(["10-25T00:15/10-25T00:45", "10-25T01:15/10-25T01:45"]);
    expect(of(60, 2 * 60 + 30)).toEqual(["10-24T23:00/10-25T00:30", "10-25T01:00/10-25T01:30"]);
  });

  test("one's own time zone, not the organisation's", () => {
    const rules: Rules = {
      exceptions: [],
      busy: [],
      pattern: { timeZone: "Asia/Kolkata", blocks: [{ weekdays: always, from: 540, to: 600 }], holidaysOff: false },
    };
    expect(shown(rules, "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z")).toEqual(["06-01T03:30/06-01T04:30"]);
  });
});

describe("precedence: said, exception, calendar, holiday, pattern, default", () => {
  const monday = at("2026-04-27T10:00:00Z");
  const holidays = new Holidays({ country: "NL", days: [], except: [] });
  const span = { from: monday - hour, to: monday + hour };
  const levels: [string, Partial<Rules>, boolean][] = [
    ["said", { word: { available: true, until: monday + hour } }, true],
    ["exception", { exceptions: [{ ...span, available: true }] }, true],
    ["calendar", { busy: [span] }, false],
    [
      "holiday",
      { pattern: { timeZone: zone, blocks: [{ weekdays: always, from: 0, to: 1_440 }], holidaysOff: true } },
      false,
    ],
  ];
  test.each(levels.map(([name, , answer], i) => [name, i, answer] as const))(
    "%s goes before all that is below it",
    (name, i, answer) => {
      const rules: Rules = Object.assign(
        { exceptions: [], busy: [] },
        ...levels.slice(i).map(([, part]) => part),
      ) as Rules;
      expect(decide(rules, holidays, monday)).toMatchObject({ because: name, available: answer });
    },
  );

  test("below a holiday the pattern decides, and nothing said is available", () => {
    const blocks = [{ weekdays: [2], from: 0, to: 1_440 }];
    expect(decide(withBlocks(blocks), holidays, monday)).toMatchObject({ because: "pattern", available: false });
    expect(decide({ exceptions: [], busy: [] }, holidays, monday)).toMatchObject({
      because: "default",
      available: true,
    });
    expect(decide(withBlocks([]), holidays, monday)).toMatchObject({ because: "pattern", available: false });
  });

  test("of two exceptions that hold, the one for the role decides, then the one made last", () => {
    const rules: Rules = {
      busy: [],
      exceptions: [
        { ...span, available: false },
        { ...span, available: true, roleIds: ["aid"] },
        { ...span, available: false, roleIds: ["aid"] },
      ],
    };
    expect(decide(rules, none, monday).available).toBe(false);
    expect(decide(rules, none, monday, "aid").available).toBe(true);
    expect(decide(rules, none, monday, "lead").available).toBe(false);
  });

  test("available as first aider but not as team lead: counts as available for anything", () => {
    const rules = withBlocks([{ weekdays: always, from: 0, to: 1_440, roleIds: ["aid"] }]);
    expect(decide(rules, none, monday, "aid").available).toBe(true);
    expect(decide(rules, none, monday, "lead").available).toBe(false);
    expect(decideForAny(rules, none, monday, rolesNamed(rules)).available).toBe(true);
  });

  test("a word without an end: 'not available' holds on, 'available' until the rules say so themselves", () => {
    const office = withBlocks([{ weekdays: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60 }]);
    const evening = at("2026-11-20T20:00:00Z");
    expect(holdsUntil({ available: false }, office, none, evening)).toBeUndefined();
    expect(holdsUntil({ available: true }, office, none, evening)).toBe(at("2026-11-23T08:00:00Z"));
    expect(holdsUntil({ available: true }, office, none, at("2026-11-23T10:00:00Z"))).toBe(at("2026-11-23T10:00:00Z"));
    expect(holdsUntil({ available: true, until: evening + 5 }, office, none, evening)).toBe(evening + 5);
    expect(holdsUntil({ available: true }, withBlocks([]), none, evening)).toBeUndefined();
  });
});

describe("holidays of the Netherlands", () => {
  const of = (year: number, choice: Partial<HolidayChoice> = {}) =>
    new Holidays({ country: "NL", days: [], except: [], ...choice }).inYear(year).map(({ holiday }) => holiday.date);

  test("by the calendar of three years, King's Day on a Saturday where it would be a Sunday", () => {
    expect(of(2026)).toEqual([
      "2026-01-01",
      "2026-04-05",
      "2026-04-06",
      "2026-04-27",
      "2026-05-05",
      "2026-05-14",
      "2026-05-24",
      "2026-05-25",
      "2026-12-25",
      "2026-12-26",
    ]);
    expect(of(2025)).toContain("2025-04-26");
    expect(of(2025)).not.toContain("2025-04-27");
    expect(of(2038)).toEqual(expect.arrayContaining(["2038-04-25", "2038-04-26", "2038-06-03"]));
  });

  test("days of the organisation's own come in, and days on which it works go", () => {
    const list = of(2026, {
      except: ["2026-05-05"],
      days: [
        { date: "2026-12-31", name: "Closed" },
        { date: "2027-01-04", name: "Closed" },
      ],
    });
    expect(list).toContain("2026-12-31");
    expect(list).not.toContain("2026-05-05");
    expect(list).not.toContain("2027-01-04");
  });

  test("a holiday lasts as long as the day does on the person's own wall", () => {
    const rules: Rules = { exceptions: [], busy: [], pattern: { timeZone: zone, holidaysOff: true } };
    const holidays = new Holidays({ days: [{ date: "2026-03-29", name: "Long night" }], except: [] });
    const off = segmentsOf(
      (time) => decide(rules, holidays, time),
      at("2026-03-28T00:00:00Z"),
      at("2026-03-31T00:00:00Z"),
      9,
    );
    expect(off.map(({ from, because }) => [new Date(from).toISOString(), because])).toEqual([
      ["2026-03-28T00:00:00.000Z", "default"],
      ["2026-03-28T23:00:00.000Z", "holiday"],
      ["2026-03-29T22:00:00.000Z", "default"],
    ]);
  });
});

// ------------------------------------------------------------------------------------------------ any mixture

const zones = [zone, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Cairo", "UTC"];
/** Around changes of the clock in those places, and the turn of a year. */
const starts = [
  "2026-03-28T12:00:00Z",
  "2026-10-24T12:00:00Z",
  "2026-03-07T18:00:00Z",
  "2026-04-04T03:00:00Z",
  "2026-12-31T00:00:00Z",
  "2026-04-23T12:00:00Z",
].map(at);
const roleIds = ["aid", "lead"];
const minutesOfDay = fc.integer({ min: 0, max: 95 }).map((n) => n * 15 + (n % 3));
const onlyRoles = fc.option(fc.subarray(roleIds, { minLength: 1 }), { nil: undefined });
const block: fc.Arbitrary<Block> = fc
  .record({ weekdays: fc.subarray(always, { minLength: 1 }), from: minutesOfDay, to: minutesOfDay, roleIds: onlyRoles })
  .filter(({ from, to }) => from !== to);
const span = (start: number) =>
  fc
    .tuple(fc.integer({ min: -600, max: 2_900 }), fc.integer({ min: 1, max: 900 }))
    .map(([from, length]) => ({ from: start + from * minute, to: start + (from + length) * minute }));
const mixture = fc.constantFrom(...starts).chain((start) =>
  fc.record({
    start: fc.constant(start),
    rules: fc.record(
      {
        word: fc.record({
          available: fc.boolean(),
          until: fc.integer({ min: -60, max: 2_000 }).map((n) => start + n * minute),
        }),
        exceptions: fc.array(
          fc
            .tuple(span(start), fc.boolean(), onlyRoles)
            .map(([one, available, only]) => ({ ...one, available, roleIds: only })),
          { maxLength: 3 },
        ),
        // Apart and in order, as `together` leaves them.
        busy: fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 8 }).map((steps) => {
          let last = start;
          const found: { from: number; to: number }[] = [];
          for (let i = 0; i + 1 < steps.length; i += 2) {
            const from = last + (steps[i] as number) * minute;
            last = from + (steps[i + 1] as number) * minute;
            found.push({ from, to: last });
          }
          return found;
        }),
        pattern: fc.record({
          timeZone: fc.constantFrom(...zones),
          holidaysOff: fc.boolean(),
          blocks: fc.option(fc.array(block, { maxLength: 4 }), { nil: undefined }),
        }),
      },
      { requiredKeys: ["exceptions", "busy"] },
    ),
    choice: fc.record({
      country: fc.constantFrom("NL" as const, undefined),
      days: fc
        .array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 })
        .map((days) => days.map((n) => ({ date: dateOf(Math.floor(start / day) + n), name: "Ours" }))),
      except: fc.constant<string[]>([]),
    }),
    role: fc.constantFrom(undefined, ...roleIds, "other"),
  }),
);

/** The reference: what the clock shows at this minute, held against the rules one after another. No interval is worked out. */
const asTheClockShows = (rules: Rules, choice: HolidayChoice, time: number, role: string | undefined): boolean => {
  if (rules.word !== undefined && (rules.word.until === undefined || time < rules.word.until))
    return rules.word.available;
  const forRole = (only: readonly string[] | undefined) =>
    only === undefined || (role !== undefined && only.includes(role));
  const holding = rules.exceptions.filter((one) => one.from <= time && time < one.to && forRole(one.roleIds));
  const [exception] = [...holding.filter((one) => one.roleIds !== undefined), ...holding];
  if (exception !== undefined) return exception.available;
  if (rules.busy.some((one) => one.from <= time && time < one.to)) return false;
  const { pattern } = rules;
  if (pattern === undefined) return true;
  const wall = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(pattern.timeZone).toPlainDateTime();
  const date = wall.toPlainDate();
  if (pattern.holidaysOff) {
    if (choice.days.some((one) => one.date === date.toString())) return false;
    // Around the times of this test, by the calendar on the wall.
    const dutch = ["2026-01-01", "2026-04-05", "2026-04-06", "2026-04-27", "2026-12-25", "2026-12-26", "2027-01-01"];
    if (choice.country === "NL" && dutch.includes(date.toString())) return false;
  }
  if (pattern.blocks === undefined) return true;
  const now = wall.hour * 60 + wall.minute;
  const yesterday = date.subtract({ days: 1 }).dayOfWeek;
  return pattern.blocks.some((one) => {
    if (!forRole(one.roleIds)) return false;
    const today = one.weekdays.includes(date.dayOfWeek);
    if (one.to > one.from) return today && one.from <= now && now < one.to;
    return (today && now >= one.from) || (one.weekdays.includes(yesterday) && now < one.to);
  });
};

test("property: any mixture of rules has one answer at each instant, that of looking at the clock minute by minute", () => {
  fc.assert(
    fc.property(mixture, ({ start, rules, choice, role }) => {
      const holidays = new Holidays(choice);
      const end = start + 2 * day;
      const segments = segmentsOf((time) => decide(rules, holidays, time, role), start, end, 10_000);
      // They cover the time whole, one after the other.
      expect(segments[0]?.from).toBe(start);
      expect(segments.at(-1)?.to).toBe(end);
      for (const [i, one] of segments.entries()) expect(one.from).toBe(i === 0 ? start : segments[i - 1]?.to);
      let i = 0;
      for (let time = start; time < end; time += minute) {
        while ((segments[i]?.to ?? end) <= time) i += 1;
        const wanted = asTheClockShows(rules, choice, time, role);
        if (segments[i]?.available !== wanted)
          expect.fail(
            `${new Date(time).toISOString()}: ${segments[i]?.available} by ${segments[i]?.because}, the clock says ${wanted}`,
          );
      }
    }),
    { numRuns: 120 },
  );
}, 120_000);

test("property: an answer holds until the time it says, also asked between", () => {
  fc.assert(
    fc.property(
      mixture,
      fc.integer({ min: 0, max: 2_880 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (mix, minutes, part) => {
        const holidays = new Holidays(mix.choice);
        const time = mix.start + minutes * minute;
        const found = decide(mix.rules, holidays, time, mix.role);
        expect(found.until).toBeGreaterThan(time);
        const later = Math.floor(time + part * (Math.min(found.until, time + 9 * day) - 1 - time));
        expect(decide(mix.rules, holidays, later, mix.role)).toMatchObject({
          available: found.available,
          because: found.because,
        });
      },
    ),
    { numRuns: 2_000 },
  );
}, 60_000);

/** Changes of the clock: an hour or half of one, at night, at midnight, forward and back. */
const changes: [string, number][] = [
  [zone, at("2026-03-29T01:00:00Z")],
  [zone, at("2026-10-25T01:00:00Z")],
  ["America/New_York", at("2026-03-08T07:00:00Z")],
  ["America/New_York", at("2026-11-01T06:00:00Z")],
  ["Australia/Lord_Howe", at("2026-04-04T15:00:00Z")],
  ["Australia/Lord_Howe", at("2026-10-03T15:30:00Z")],
  ["Africa/Cairo", at("2026-04-23T22:00:00Z")],
  ["Africa/Cairo", at("2026-10-29T21:00:00Z")],
];

test("property: wall times and instants: each instant is shown once, and a wall time leads to the instant that calendars mean", () => {
  const around = fc.integer({ min: -180, max: 180 });
  fc.assert(
    fc.property(fc.constantFrom(...changes), around, ([place, change], n) => {
      const before = Temporal.Instant.fromEpochMilliseconds(change - 1).toZonedDateTimeISO(place);
      const wall = change + before.offsetNanoseconds / 1e6 + n * minute;
      const times = whenShown(place, wall, wall + minute);
      const instant = instantOf(place, wall);
      const wanted = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO("UTC").toPlainDateTime();
      expect(instant).toBe(wanted.toZonedDateTime(place, { disambiguation: "compatible" }).epochMilliseconds);
      if (times.length > 0) expect(times[0]?.from).toBe(instant);
      for (const one of times) {
        const shownThen = Temporal.Instant.fromEpochMilliseconds(one.from).toZonedDateTimeISO(place).toPlainDateTime();
        expect(shownThen.equals(wanted)).toBe(true);
      }
    }),
    { numRuns: 1_500 },
  );
}, 60_000);

// ------------------------------------------------------------------------------------------------ of everybody

test("property: what is kept of everybody is what the rules say, through changes of rules and the passing of time", () => {
  const people = fc.array(mixture, { minLength: 1, maxLength: 6 });
  const steps = fc.array(
    fc.record({ who: fc.nat(5), to: mixture, passes: fc.integer({ min: 0, max: 600 }), fires: fc.boolean() }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(people, steps, (list, doings) => {
      const start = list[0]?.start ?? 0;
      const rules = new Map(list.map((one, i) => [`u${i}`, one.rules as Rules]));
      let now = start;
      const known = new KnownPeople(rules, none, now);
      const check = () => {
        const wanted = [...rules].filter(([, own]) => !decideForAny(own, none, now, rolesNamed(own)).available);
        expect([...known.unavailableAt(now)].toSorted()).toEqual(wanted.map(([userId]) => userId).toSorted());
        for (const [userId, own] of rules)
          for (const role of roleIds)
            expect(known.find(userId, now, role)?.available).toBe(
              decide(own, none, now, rolesNamed(own).size > 0 ? role : undefined).available,
            );
      };
      check();
      for (const { who, to, passes, fires } of doings) {
        now += passes * minute;
        if (fires) known.moveTo(now);
        check();
        rules.set(`u${who}`, to.rules as Rules);
        known.set(`u${who}`, to.rules as Rules, now);
        check();
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);

test("the boundary tells who changed, and the next one", () => {
  const night = withBlocks([{ weekdays: always, from: 0, to: 9 * 60 }]);
  const noon = withBlocks([{ weekdays: always, from: 0, to: 12 * 60 }]);
  const start = at("2026-06-01T04:00:00Z");
  const known = new KnownPeople(
    [
      ["a", night],
      ["b", noon],
    ],
    none,
    start,
  );
  expect(known.moveTo(start)).toEqual({ changed: undefined, until: at("2026-06-01T07:00:00Z") });
  expect(known.moveTo(start + hour)).toEqual({ changed: [], until: at("2026-06-01T07:00:00Z") });
  expect(known.moveTo(at("2026-06-01T07:00:00Z"))).toEqual({ changed: ["a"], until: at("2026-06-01T10:00:00Z") });
});

test("ten thousand people with weeks of their own: an alarm finds who is unavailable at once, a boundary takes some tens of ms", () => {
  const start = at("2026-06-01T06:59:00Z");
  const people = Array.from({ length: 10_000 }, (_, i): [string, Rules] => [
    `u${i}`,
    withBlocks([
      { weekdays: [1, 2, 3, 4, 5], from: 9 * 60 + (i % 3), to: 17 * 60 - (i % 60) },
      { weekdays: [6], from: 22 * 60, to: 6 * 60 + (i % 7) },
    ]),
  ]);
  const known = new KnownPeople(people, none, start);
  known.moveTo(start);
  const time = (work: () => void) => {
    const from = performance.now();
    work();
    return performance.now() - from;
  };
  const best = (work: () => void) => Math.min(...Array.from({ length: 5 }, () => time(work)));
  expect(best(() => void known.unavailableAt(start + 1_000))).toBeLessThan(1);
  // Everybody begins to be available in these minutes: the worst there is. Measured at 40 ms; shared machines are slow.
  expect(time(() => void known.moveTo(at("2026-06-01T07:00:00Z")))).toBeLessThan(400);
  expect(known.unavailableAt(at("2026-06-01T07:00:30Z")).size).toBe(Math.floor((10_000 * 2) / 3));
});
