/**
 * Proves: a staffing rule is open exactly in its hours as the clock at the site shows them, also overnight and across both changes
 * of the clock (issue 5, 5; P6's time zones): against Temporal, day by day, for any windows. Does not prove that anything is
 * counted in them: test/core/staffing.test.ts.
 */
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { isOpen, LocalTime, nextChange, nextDaily, openSpans } from "../../actors/tenant/staffing/windows.ts";
import type { StaffingWindow } from "../../protocol/staffing.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const amsterdam = new LocalTime("Europe/Amsterdam");
const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[Europe/Amsterdam]`).epochMilliseconds;

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const night: StaffingWindow = { weekdays: everyDay, from: "22:00", to: "06:00" };

test("office hours: open from the first minute, closed at the last", () => {
  const office: StaffingWindow[] = [{ weekdays: [1, 2, 3, 4, 5], from: "08:00", to: "17:30" }];
  // 2026-11-23 is a Monday.
  expect(isOpen(office, amsterdam, at("2026-11-23T07:59:59"))).toBe(false);
  expect(isOpen(office, amsterdam, at("2026-11-23T08:00"))).toBe(true);
  expect(isOpen(office, amsterdam, at("2026-11-23T17:29:59"))).toBe(true);
  expect(isOpen(office, amsterdam, at("2026-11-23T17:30"))).toBe(false);
  expect(nextChange(office, amsterdam, at("2026-11-27T17:30"))).toBe(at("2026-11-30T08:00"));
  expect(isOpen(undefined, amsterdam, 0), "without windows: always").toBe(true);
  expect(nextChange(undefined, amsterdam, 0)).toBeUndefined();
});

test("a night is as long as it is: seven hours in spring, nine in autumn", () => {
  const spring = openSpans([night], amsterdam, at("2026-03-28T22:30"), at("2026-03-29T01:00"));
  expect(spring).toEqual([[at("2026-03-28T22:00"), at("2026-03-28T22:00") + 7 * hour]]);
  const autumn = openSpans([night], amsterdam, at("2026-10-24T22:30"), at("2026-10-25T01:00"));
  expect(autumn).toEqual([[at("2026-10-24T22:00"), at("2026-10-24T22:00") + 9 * hour]]);
});

test("windows that touch are one; a week that is never closed has no next change", () => {
  const whole: StaffingWindow[] = [{ weekdays: everyDay, from: "00:00", to: "00:00" }];
  expect(isOpen(whole, amsterdam, at("2026-03-29T02:30"))).toBe(true);
  expect(nextChange(whole, amsterdam, at("2026-03-27T12:00"))).toBeUndefined();
});

test("a digest at a time that is skipped comes an hour later, and every day once", () => {
  expect(nextDaily(amsterdam, "02:30", at("2026-03-28T12:00"))).toBe(at("2026-03-29T03:30"));
  const first = nextDaily(amsterdam, "02:30", at("2026-10-24T12:00"));
  expect(nextDaily(amsterdam, "02:30", first)).toBe(at("2026-10-26T02:30"));
});

const zones = ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana", "UTC"];
const time = fc
  .tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 59))
  .map((parts) => parts.map((n) => String(n).padStart(2, "0")).join(":"));
const windows = fc.array(
  fc.record({ weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), from: time, to: time }),
  { minLength: 1, maxLength: 4 },
);
const moment = fc
  .integer({ min: Date.UTC(2026, 0, 1) / minute, max: Date.UTC(2027, 11, 31) / minute })
  .map((n) => n * minute);

/** The same said slowly: every window of the days around, by Temporal alone. */
const isOpenSlowly = (list: readonly StaffingWindow[], timeZone: string, now: number): boolean => {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  return [-2, -1, 0, 1].some((days) => {
    const date = today.add({ days });
    const moments = (on: Temporal.PlainDate, text: string) =>
      on.toPlainDateTime(Temporal.PlainTime.from(text)).toZonedDateTime(timeZone).epochMilliseconds;
    return list.some(
      ({ weekdays, from, to }) =>
        weekdays.includes(date.dayOfWeek) &&
        moments(date, from) <= now &&
        now < moments(to <= from ? date.add({ days: 1 }) : date, to),
    );
  });
};

test("property: open as Temporal says, in any zone at any minute of two years", () => {
  fc.assert(
    fc.property(windows, fc.constantFrom(...zones), moment, (list, timeZone, now) => {
      expect(isOpen(list, new LocalTime(timeZone), now)).toBe(isOpenSlowly(list, timeZone, now));
    }),
    { numRuns: 400 },
  );
});

test("property: until the next change nothing changes, and there it does", () => {
  fc.assert(
    fc.property(windows, fc.constantFrom(...zones), moment, (list, timeZone, now) => {
      const clock = new LocalTime(timeZone);
      const open = isOpen(list, clock, now);
      const next = nextChange(list, clock, now);
      if (next === undefined) {
        for (let later = now; later < now + 8 * day; later += 30 * minute)
          expect(isOpen(list, clock, later)).toBe(open);
        return;
      }
      expect(next).toBeGreaterThan(now);
      expect(isOpen(list, clock, next)).toBe(!open);
      expect(isOpen(list, clock, next - 1)).toBe(open);
      for (let later = now; later < next; later += 2 * hour) expect(isOpen(list, clock, later)).toBe(open);
    }),
    { numRuns: 200 },
  );
});

test("property: the hour of the week is the one on the wall", () => {
  fc.assert(
    fc.property(fc.constantFrom(...zones), moment, (timeZone, now) => {
      const wall = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
      expect(new LocalTime(timeZone).hourOfWeek(now)).toBe((wall.dayOfWeek - 1) * 24 + wall.hour);
    }),
  );
});
