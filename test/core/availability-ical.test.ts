import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CalendarRead, readAtOnce, readCalendar } from "../../actors/tenant/availability/ical.ts";
import { limits } from "../../protocol/limits.ts";

// Proves: what a calendar says of when its owner is busy, in Europe/Amsterdam across both changes of the clock, too: recurrence,
// exceptions, whole days, free/busy, zones of its own; and that no calendar of anybody's making throws, hangs or fills memory
// (T21): rules that can never be met, invented ones by property, sizes, deep series. Does not prove the fetching of addresses
// (test/system/availability.test.ts), nor ical.js beyond what is asked of it here.

const zone = "Europe/Amsterdam";
const window = { timeZone: zone, from: Date.parse("2026-01-01T00:00:00Z"), to: Date.parse("2027-01-31T00:00:00Z") };

const calendar = (...lines: string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
let uid = 0;
const event = (...lines: string[]): string[] => {
  uid += 1;
  return ["BEGIN:VEVENT", `UID:${uid}`, ...lines, "END:VEVENT"];
};
const read = (text: string, options = window): CalendarRead => {
  const found = readAtOnce(text, options);
  if (found === undefined) throw new Error("not a calendar");
  return found;
};
const shown = ({ busy }: CalendarRead): string[] =>
  busy.map(({ from, to }) => `${new Date(from).toISOString().slice(0, 16)}/${new Date(to).toISOString().slice(0, 16)}`);

describe("when somebody is busy", () => {
  test("a time in UTC, one with a zone, one without and one with a duration", () => {
    const text = calendar(
      ...event("DTSTART:20260601T080000Z", "DTEND:20260601T090000Z"),
      ...event("DTSTART;TZID=America/New_York:20260601T080000", "DTEND;TZID=America/New_York:20260601T090000"),
      ...event("DTSTART:20260602T080000", "DTEND:20260602T090000"),
      ...event("DTSTART:20260603T080000Z", "DURATION:PT90M"),
    );
    expect(shown(read(text))).toEqual([
      "2026-06-01T08:00/2026-06-01T09:00",
      "2026-06-01T12:00/2026-06-01T13:00",
      "2026-06-02T06:00/2026-06-02T07:00",
      "2026-06-03T08:00/2026-06-03T09:30",
    ]);
  });

  test("DST: a weekly meeting stays at its hour on the wall across both changes", () => {
    const series = event(
      `DTSTART;TZID=${zone}:20260101T090000`,
      `DTEND;TZID=${zone}:20260101T100000`,
      "RRULE:FREQ=WEEKLY;BYDAY=TH",
    );
    const times = shown(read(calendar(...series)));
    expect(times).toContain("2026-03-26T08:00/2026-03-26T09:00");
    expect(times).toContain("2026-04-02T07:00/2026-04-02T08:00");
    expect(times).toContain("2026-10-22T07:00/2026-10-22T08:00");
    expect(times).toContain("2026-10-29T08:00/2026-10-29T09:00");
  });

  test("DST: the missing hour is the one the clock would have shown, of the doubled one the first", () => {
    const at = (time: string) => event(`DTSTART;TZID=${zone}:${time}`, "DURATION:PT30M");
    expect(shown(read(calendar(...at("20260329T023000"), ...at("20261025T023000"))))).toEqual([
      "2026-03-29T01:30/2026-03-29T02:00",
      "2026-10-25T00:30/2026-10-25T01:00",
    ]);
  });

  test("DST: a whole day has 23 hours in spring and 25 in autumn", () => {
    const text = calendar(
      ...event("DTSTART;VALUE=DATE:20260329"),
      ...event("DTSTART;VALUE=DATE:20261025", "DTEND;VALUE=DATE:20261026"),
    );
    expect(shown(read(text))).toEqual(["2026-03-28T23:00/2026-03-29T22:00", "2026-10-24T22:00/2026-10-25T23:00"]);
    const york = calendar("X-WR-TIMEZONE:America/New_York", ...event("DTSTART;VALUE=DATE:20260601"));
    expect(shown(read(york))).toEqual(["2026-06-01T04:00/2026-06-02T04:00"]);
  });

  test("EXDATE, RDATE and an occurrence that was moved", () => {
    const text = calendar(
      ...event(
        "UID:series",
        `DTSTART;TZID=${zone}:20260601T090000`,
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=5",
        `EXDATE;TZID=${zone}:20260602T090000`,
        "EXDATE;VALUE=DATE:20260604",
        `RDATE;TZID=${zone}:20260610T090000`,
      ).filter((line) => !/^UID:\d/.test(line)),
      ...event(
        "UID:series",
        `RECURRENCE-ID;TZID=${zone}:20260603T090000`,
        `DTSTART;TZID=${zone}:20260603T140000`,
        "DURATION:PT1H",
      ).filter((line) => !/^UID:\d/.test(line)),
    );
    expect(shown(read(text))).toEqual([
      "2026-06-01T07:00/2026-06-01T08:00",
      "2026-06-03T12:00/2026-06-03T13:00",
      "2026-06-05T07:00/2026-06-05T08:00",
      "2026-06-10T07:00/2026-06-10T08:00",
    ]);
  });

  test("UNTIL in UTC is held against the wall time of the series", () => {
    const series = (until: string) =>
      shown(
        read(
          calendar(
            ...event(`DTSTART;TZID=${zone}:20260601T003000`, "DURATION:PT15M", `RRULE:FREQ=DAILY;UNTIL=${until}`),
          ),
        ),
      );
    expect(series("20260602T223000Z")).toHaveLength(3);
    expect(series("20260602T222959Z")).toHaveLength(2);
    expect(series("20260602")).toHaveLength(2);
  });

  test("a series of long ago is taken up where it is now, as if it had been counted through", () => {
    const since = (year: number, rule: string) =>
      shown(read(calendar(...event(`DTSTART;TZID=${zone}:${year}0105T090000`, "DURATION:PT1H", `RRULE:${rule}`))));
    // 2026-01-05 is a Monday, as is 1970-01-05.
    expect(since(1970, "FREQ=DAILY")).toEqual([
      "2026-01-01T08:00/2026-01-01T09:00",
      "2026-01-02T08:00/2026-01-02T09:00",
      "2026-01-03T08:00/2026-01-03T09:00",
      "2026-01-04T08:00/2026-01-04T09:00",
      ...since(2026, "FREQ=DAILY"),
    ]);
    expect(since(1970, "FREQ=WEEKLY")).toEqual(since(2026, "FREQ=WEEKLY"));
    expect(since(1801, "FREQ=YEARLY")).toEqual([
      "2026-01-05T08:00/2026-01-05T09:00",
      "2027-01-05T08:00/2027-01-05T09:00",
    ]);
    expect(since(1801, "FREQ=YEARLY;INTERVAL=3;BYMONTH=7;BYDAY=1MO")).toEqual(["2026-07-06T07:00/2026-07-06T08:00"]);
  });

  test("what is free, cancelled or without length says nothing; reminders inside an event are not it", () => {
    const at = ["DTSTART:20260601T080000Z", "DTEND:20260601T090000Z"];
    const text = calendar(
      ...event(...at, "TRANSP:TRANSPARENT"),
      ...event(...at, "STATUS:CANCELLED"),
      ...event(...at, "X-MICROSOFT-CDO-BUSYSTATUS:FREE"),
      ...event("DTSTART:20260601T080000Z"),
      ...event("DTSTART:20260601T080000Z", "DTEND:20260601T070000Z"),
      ...event(
        "DTSTART:20260701T080000Z",
        "DURATION:PT1H",
        "BEGIN:VALARM",
        "DURATION:PT9H",
        "TRIGGER:-PT15M",
        "END:VALARM",
      ),
    );
    expect(shown(read(text))).toEqual(["2026-07-01T08:00/2026-07-01T09:00"]);
  });

  test("VFREEBUSY: busy times, and not the free ones", () => {
    const text = calendar(
      "BEGIN:VFREEBUSY",
      "FREEBUSY;FBTYPE=BUSY:20260601T080000Z/PT1H,20260601T120000Z/20260601T130000Z",
      "FREEBUSY;FBTYPE=FREE:20260602T080000Z/PT1H",
      "FREEBUSY:20260601T083000Z/PT1H",
      "END:VFREEBUSY",
    );
    expect(shown(read(text))).toEqual(["2026-06-01T08:00/2026-06-01T09:30", "2026-06-01T12:00/2026-06-01T13:00"]);
  });

  test("a zone of the calendar's own is what its VTIMEZONE says; a name of the list is the list's, whatever the calendar says", () => {
    const zoneOf = (tzid: string, summer: string) => [
      "BEGIN:VTIMEZONE",
      `TZID:${tzid}`,
      "BEGIN:STANDARD",
      "DTSTART:16010101T030000",
      "TZOFFSETFROM:+0200",
      "TZOFFSETTO:+0100",
      "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
      "END:STANDARD",
      "BEGIN:DAYLIGHT",
      "DTSTART:16010101T020000",
      "TZOFFSETFROM:+0100",
      `TZOFFSETTO:${summer}`,
      "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
      "END:DAYLIGHT",
      "END:VTIMEZONE",
    ];
    const at = (tzid: string, time: string) => event(`DTSTART;TZID=${tzid}:${time}`, "DURATION:PT1H");
    const windows = "W. Europe Standard Time";
    const own = calendar(
      ...zoneOf(windows, "+0200"),
      ...at(windows, "20260201T090000"),
      ...at(windows, "20260701T090000"),
    );
    expect(read(own)).toMatchObject({ skipped: 0 });
    expect(shown(read(own))).toEqual(["2026-02-01T08:00/2026-02-01T09:00", "2026-07-01T07:00/2026-07-01T08:00"]);
    const lying = calendar(...zoneOf(zone, "+1200"), ...at(zone, "20260701T090000"));
    expect(shown(read(lying))).toEqual(["2026-07-01T07:00/2026-07-01T08:00"]);
    const older = calendar(...at("/mozilla.org/20050126_1/America/New_York", "20260701T090000"));
    expect(shown(read(older))).toEqual(["2026-07-01T13:00/2026-07-01T14:00"]);
    expect(shown(read(calendar(...at("Nowhere", "20260701T090000"))))).toEqual(["2026-07-01T07:00/2026-07-01T08:00"]);
  });
});

describe("T21: a calendar of anybody's making", () => {
  const whole = ["DTSTART:20260601T080000Z", "DURATION:PT1H"];

  test.each([
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=SECONDLY",
    "FREQ=MINUTELY;BYHOUR=3",
    "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31",
    "FREQ=YEARLY;BYDAY=1MO;BYMONTHDAY=15;BYMONTH=4",
    "FREQ=MONTHLY;BYDAY=1TH;BYSETPOS=2",
    "FREQ=YEARLY;INTERVAL=999999999;BYMONTHDAY=29;BYMONTH=2",
    "FREQ=NEVER",
    "",
  ])(
    "a rule that is met by nothing, or too often, costs its own event alone: %s",
    (rule) => {
      const found = read(
        calendar(
          ...event("DTSTART:20260601T080000Z", "DURATION:PT1H", `RRULE:${rule}`),
          ...event("DTSTART:20260801T080000Z", "DURATION:PT1H"),
        ),
      );
      expect(shown(found)).toContain("2026-08-01T08:00/2026-08-01T09:00");
    },
    5_000,
  );

  test("broken events are counted, and spoil none but themselves", () => {
    const broken = [
      event("DTSTART:yesterday"),
      event("DTSTART;VALUE=DATE:20269999"),
      event("DURATION"),
      event("RRULE;;;:FREQ"),
      ["BEGIN:VEVENT", "DTSTART:20260601T080000Z"],
    ].flat();
    const found = read(calendar(...event(...whole), ...broken));
    expect(shown(found)).toContain("2026-06-01T08:00/2026-06-01T09:00");
    expect(found.skipped).toBeGreaterThan(0);
  });

  test("what is no calendar, or too large, is said to be none", () => {
    expect(readAtOnce("<html>Log in</html>", window)).toBeUndefined();
    expect(readAtOnce("", window)).toBeUndefined();
    expect(readAtOnce(calendar(`X-A:${"a".repeat(limits.calendarBytes)}`), window)).toBeUndefined();
  });

  test("events, their length and times found have their limits, and reading goes on in pieces", () => {
    const many = calendar(...Array.from({ length: limits.calendarEvents + 10 }, () => event(...whole)).flat());
    expect(read(many)).toMatchObject({ busy: [{}], skipped: 10 });
    let breaths = 0;
    for (const _ of readCalendar(many, window)) breaths += 1;
    expect(breaths).toBeGreaterThan(limits.calendarEvents);

    const long = event(...whole, `EXDATE:${"20260601T080000Z,".repeat(10_000)}20260601T080000Z`);
    expect(read(calendar(...long))).toMatchObject({ busy: [], skipped: 1 });

    const hourly = read(calendar(...event("DTSTART:20260101T000000Z", "DURATION:PT10M", "RRULE:FREQ=HOURLY")));
    expect(hourly.busy).toHaveLength(limits.calendarBusy);
    expect(hourly.knownUntil).toBe(window.from + limits.calendarBusy * 3_600_000);
  }, 20_000);

  test("a calendar full of rules that look for ever is given up after its steps", () => {
    const mad = Array.from({ length: 500 }, () => event(...whole, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")).flat();
    expect(read(calendar(...mad)).skipped).toBe(500);
  }, 20_000);

  const part = fc.oneof(
    fc
      .tuple(
        fc.constantFrom(
          "BYMONTH",
          "BYMONTHDAY",
          "BYHOUR",
          "BYMINUTE",
          "BYSECOND",
          "BYSETPOS",
          "BYWEEKNO",
          "BYYEARDAY",
          "INTERVAL",
          "COUNT",
        ),
        fc.integer({ min: -400, max: 400 }),
      )
      .map(([name, n]) => `${name}=${n}`),
    fc
      .tuple(fc.integer({ min: -6, max: 6 }), fc.constantFrom("MO", "TU", "SU"))
      .map(([n, day]) => `BYDAY=${n === 0 ? "" : n}${day}`),
    fc.constantFrom("WKST=SU", "UNTIL=20261231", "UNTIL=99991231T235959Z", "BYMONTHDAY=29,30,31"),
  );
  const rule = fc
    .tuple(
      fc.constantFrom("SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
      fc.array(part, { maxLength: 4 }),
    )
    .map(([freq, parts]) => [`FREQ=${freq}`, ...parts].join(";"));

  test("property: no rule makes it throw or take long, and times are in order, apart, and inside what was asked for", () => {
    fc.assert(
      fc.property(
        rule,
        fc.constantFrom("19000229T080000", "20260131T023000Z", "20260329T023000", "99991231T235959"),
        (text, start) => {
          const found = read(calendar(...event(`DTSTART:${start}`, "DURATION:PT90M", `RRULE:${text}`)));
          let last = window.from - 1;
          for (const { from, to } of found.busy) {
            expect(from).toBeGreaterThan(last);
            expect(to).toBeGreaterThan(from);
            last = to;
          }
          expect(last).toBeLessThanOrEqual(window.to);
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);

  test("property: no lines make it throw", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VTIMEZONE",
        "END:VTIMEZONE",
        "BEGIN:VFREEBUSY",
        "END:VFREEBUSY",
        "BEGIN:STANDARD",
        "END:STANDARD",
        " folded",
        "RRULE:FREQ=DAILY",
      ),
      fc
        .tuple(
          fc.constantFrom(
            "DTSTART",
            "DTEND",
            "DURATION",
            "RRULE",
            "EXDATE",
            "RDATE",
            "RECURRENCE-ID",
            "FREEBUSY",
            "TZID",
            "TZOFFSETTO",
          ),
          fc.string({ maxLength: 30 }),
        )
        .map(([name, value]) => `${name}:${value}`),
      fc.string({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => void read(calendar(...lines))),
      { numRuns: 500 },
    );
  }, 60_000);
});
