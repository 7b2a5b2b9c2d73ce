import { Temporal } from "temporal-polyfill";

/** When a recurring test alarm goes off, in local time. */
export interface Schedule {
  every: "week" | "month";
  /** ISO 8601: 1 is Monday. */
  weekday?: number | undefined;
  day?: number | undefined;
  /** `HH:MM`. */
  at: string;
  timeZone: string;
}

/**
 * The first time after a moment, both in ms since 1970. Local time is what people plan in, so the clock's changes are kept
 * (RFC 5545 and Temporal's "compatible" agree): in the hour that is skipped it is as much later as the clock is put
 * forward, in the hour that comes twice it is the first time, and only that. A month without the day takes its last one.
 */
export const nextTime = (schedule: Schedule, after: number): number => {
  const { every, weekday = 1, day = 1, at, timeZone } = schedule;
  const time = Temporal.PlainTime.from(at);
  const today = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone).toPlainDate();
  const instant = (date: Temporal.PlainDate): number =>
    date.toPlainDateTime(time).toZonedDateTime(timeZone, { disambiguation: "compatible" }).epochMilliseconds;
  // From before today on: a date that the zone skipped has its times on the next one.
  const candidate = (i: number): Temporal.PlainDate => {
    if (every === "week") {
      const first = today.subtract({ days: 7 });
      return first.add({ days: ((weekday - first.dayOfWeek + 7) % 7) + 7 * i });
    }
    const month = today.with({ day: 1 }).add({ months: i - 1 });
    return month.with({ day }, { overflow: "constrain" });
  };
  for (let i = 0; ; i++) {
    const found = instant(candidate(i));
    if (found > after) return found;
  }
};
