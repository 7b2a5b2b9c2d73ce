/**
 * Proves: when a recurring test alarm goes off (issue 4, 8), in local time: both changes of the clock in Europe/Amsterdam, short
 * months, other zones, and that the times of a plan are what a calendar says over any stretch. Does not prove that the timer
 * fires then: test/workerd/test-plan.test.ts does.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextTime, type Schedule } from "../../actors/tenant/test-plan/schedule.ts";

const ms = (time: string): number => Date.parse(time);
const utc = (at: number): string => new Date(at).toISOString().slice(0, 16);
const times = (schedule: Schedule, after: string, many: number): string[] => {
  const found: string[] = [];
  let at = ms(after);
  while (found.length < many) {
    at = nextTime(schedule, at);
    found.push(utc(at));
  }
  return found;
};
const weekly = (weekday: number, at: string, timeZone = "Europe/Amsterdam"): Schedule => ({
  every: "week",
  weekday,
  at,
  timeZone,
});
const monthly = (day: number, at: string, timeZone = "Europe/Amsterdam"): Schedule => ({
  every: "month",
  day,
  at,
  timeZone,
});

describe("every week", () => {
  test("on its day, strictly after the moment", () => {
    expect(times(weekly(1, "12:00"), "2026-11-23T10:59:59Z", 2)).toEqual(["2026-11-23T11:00", "2026-11-30T11:00"]);
    expect(times(weekly(1, "12:00"), "2026-11-23T11:00:00Z", 1)).toEqual(["2026-11-30T11:00"]);
    expect(times(weekly(7, "00:00"), "2026-11-23T11:00:00Z", 1)).toEqual(["2026-11-28T23:00"]);
  });

  test("stays at its local time when the clock changes", () => {
    expect(times(weekly(1, "09:30"), "2026-03-20T00:00:00Z", 3)).toEqual([
      "2026-03-23T08:30",
      "2026-03-30T07:30",
      "2026-04-06T07:30",
    ]);
    expect(times(weekly(1, "09:30"), "2026-10-17T00:00:00Z", 3)).toEqual([
      "2026-10-19T07:30",
      "2026-10-26T08:30",
      "2026-11-02T08:30",
    ]);
  });

  test("02:30 in the hour that is skipped (29 March 2026) is 03:30 summer time", () => {
    expect(times(weekly(7, "02:30"), "2026-03-21T12:00:00Z", 3)).toEqual([
      "2026-03-22T01:30",
      "2026-03-29T01:30",
      "2026-04-05T00:30",
    ]);
  });

  test("02:30 in the hour that comes twice (25 October 2026) is the first, and only the first", () => {
    expect(times(weekly(7, "02:30"), "2026-10-17T12:00:00Z", 3)).toEqual([
      "2026-10-18T00:30",
      "2026-10-25T00:30",
      "2026-11-01T01:30",
    ]);
    // Asked between the two, the second is not taken for a next time.
    expect(times(weekly(7, "02:30"), "2026-10-25T00:45:00Z", 1)).toEqual(["2026-11-01T01:30"]);
  });
});

describe("every month", () => {
  test("on day 31, or the last day of a shorter month", () => {
    expect(times(monthly(31, "12:00"), "2027-01-15T00:00:00Z", 5)).toEqual([
      "2027-01-31T11:00",
      "2027-02-28T11:00",
      "2027-03-31T10:00",
      "2027-04-30T10:00",
      "2027-05-31T10:00",
    ]);
    expect(times(monthly(30, "12:00"), "2028-02-01T00:00:00Z", 1)).toEqual(["2028-02-29T11:00"]);
  });

  test("through both changes of the clock", () => {
    expect(times(monthly(29, "02:30"), "2026-03-01T00:00:00Z", 2)).toEqual(["2026-03-29T01:30", "2026-04-29T00:30"]);
    expect(times(monthly(25, "02:30"), "2026-10-01T00:00:00Z", 2)).toEqual(["2026-10-25T00:30", "2026-11-25T01:30"]);
  });

  test("across the end of the year, and where the local date is another than ours", () => {
    expect(times(monthly(1, "00:15"), "2026-12-31T20:00:00Z", 1)).toEqual(["2026-12-31T23:15"]);
    expect(times(monthly(1, "08:00", "Pacific/Kiritimati"), "2026-12-30T20:00:00Z", 1)).toEqual(["2026-12-31T18:00"]);
    expect(times(monthly(31, "23:30", "Pacific/Pago_Pago"), "2027-01-01T02:00:00Z", 1)).toEqual(["2027-01-01T10:30"]);
  });

  test("a day that a zone skipped altogether (Samoa, 30 December 2011) comes as the next", () => {
    expect(times(monthly(30, "12:00", "Pacific/Apia"), "2011-12-01T00:00:00Z", 2)).toEqual([
      "2011-12-30T22:00",
      "2012-01-29T22:00",
    ]);
    // Asked on the morning after: the Friday that never was is still to come.
    expect(times(weekly(5, "12:00", "Pacific/Apia"), "2011-12-30T18:00:00Z", 2)).toEqual([
      "2011-12-30T22:00",
      "2012-01-05T22:00",
    ]);
  });
});

const zones = [
  "Europe/Amsterdam",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "UTC",
  "Africa/Casablanca",
];
const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  every: fc.constantFrom("week" as const, "month" as const),
  weekday: fc.integer({ min: 1, max: 7 }),
  day: fc.integer({ min: 1, max: 31 }),
  at: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`),
  timeZone: fc.constantFrom(...zones),
});
const anyMoment = fc.integer({ min: ms("2020-01-01T00:00:00Z"), max: ms("2035-01-01T00:00:00Z") });

/** Local date and time by another way than the library's: the platform's own formatter. */
const local = (at: number, timeZone: string) => {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { date: `${of("year")}-${of("month")}-${of("day")}`, time: `${of("hour")}:${of("minute")}` };
};

describe("any schedule at any moment", () => {
  test("the next time is after it, at the local time or moved by a change of the clock, on the right day", () => {
    fc.assert(
      fc.property(anySchedule, anyMoment, (schedule, after) => {
        const next = nextTime(schedule, after);
        expect(next).toBeGreaterThan(after);
        const { date, time } = local(next, schedule.timeZone);
        const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
        if (schedule.every === "week")
          expect(((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1).toBe(schedule.weekday);
        else expect(day).toBe(Math.min(schedule.day ?? 0, new Date(Date.UTC(year, month, 0)).getUTCDate()));
        // Another local time only where the wanted one does not exist: an hour or less later, on the day of a change.
        const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
        const moved = minutes(time) - minutes(schedule.at);
        expect([0, 30, 60]).toContain(moved);
        if (moved > 0) expect(local(next - 2 * 3_600_000, schedule.timeZone).time).not.toBe(time);
      }),
      { numRuns: 3_000 },
    );
  });

  test("nothing lies between: asked from anywhere before the next time, it is the same one", () => {
    fc.assert(
      fc.property(anySchedule, anyMoment, fc.double({ min: 0, max: 0.999, noNaN: true }), (schedule, after, share) => {
        const next = nextTime(schedule, after);
        expect(nextTime(schedule, Math.floor(after + (next - after) * share))).toBe(next);
        const step = nextTime(schedule, next) - next;
        const days = schedule.every === "week" ? [7, 7] : [27, 32];
        expect(step).toBeGreaterThanOrEqual((days[0] ?? 0) * 86_400_000 - 2 * 3_600_000);
        expect(step).toBeLessThanOrEqual((days[1] ?? 0) * 86_400_000 + 2 * 3_600_000);
      }),
      { numRuns: 3_000 },
    );
  });
});
