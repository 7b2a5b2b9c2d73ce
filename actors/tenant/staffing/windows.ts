import { Temporal } from "temporal-polyfill";
import type { StaffingWindow } from "../../../protocol/staffing.ts";

/** A stretch of time, its end not included. ms since 1970. */
export type Span = readonly [from: number, to: number];

const dayMs = 24 * 3_600_000;

/** Asked for again and again while a forecast is made; the polyfill's calendar is too slow for that. */
interface LocalDay {
  date: Temporal.PlainDate;
  /** ISO 8601: 1 is Monday. */
  weekday: number;
  start: number;
  /** The clock does not change on this day: the time of day is a number of minutes after its start. */
  plain: boolean;
}

/** The days and times of one time zone as moments. */
export class LocalTime {
  readonly timeZone: string;
  #days = new Map<number, LocalDay>();

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  /** The day that a moment lies in, as a number that grows by one a day. */
  dayAt(at: number): number {
    // No zone is further from UTC than a day: one of three, whose beginnings are known.
    const guess = Math.floor(at / dayMs);
    for (const day of [guess, guess + 1]) if (at < this.startOf(day)) return day - 1;
    return guess + 1;
  }

  weekday(day: number): number {
    return this.#day(day).weekday;
  }

  /** When a day begins: not always at 00:00, where the clock changes at midnight. */
  startOf(day: number): number {
    return this.#day(day).start;
  }

  /**
   * The moment of a local time. On days that the clock changes as RFC 5545 and Temporal's "compatible" have it: a time that is
   * skipped is as much later as the clock is put forward, one that comes twice is the first.
   *
   * @param time `HH:MM`
   */
  moment(day: number, time: string): number {
    const { date, start, plain } = this.#day(day);
    const hours = Number(time.slice(0, 2));
    const minutes = Number(time.slice(3, 5));
    if (plain) return start + (hours * 60 + minutes) * 60_000;
    return date
      .toPlainDateTime({ hour: hours, minute: minutes })
      .toZonedDateTime(this.timeZone, { disambiguation: "compatible" }).epochMilliseconds;
  }

  /** 0 to 167: the hour of the week that the clock on the wall shows, Monday 00:00 first. */
  hourOfWeek(at: number): number {
    const day = this.dayAt(at);
    const { start, plain, weekday } = this.#day(day);
    const hour = plain
      ? Math.floor((at - start) / 3_600_000)
      : Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.timeZone).hour;
    return (weekday - 1) * 24 + hour;
  }

  #day(day: number): LocalDay {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const utc = new Date(day * dayMs);
    const date = new Temporal.PlainDate(utc.getUTCFullYear(), utc.getUTCMonth() + 1, utc.getUTCDate());
    const startOf = (of: Temporal.PlainDate) => of.toZonedDateTime(this.timeZone);
    const start = startOf(date);
    const plain = start.hour === 0 && start.minute === 0 && start.hoursInDay === 24;
    const made = { date, weekday: date.dayOfWeek, start: start.epochMilliseconds, plain };
    this.#days.set(day, made);
    return made;
  }
}

const clocks = new Map<string, LocalTime>();

/** One a zone for the life of the process, with the days that were asked for: a few hundred a year. */
export const localTime = (timeZone: string): LocalTime => {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const made = new LocalTime(timeZone);
  clocks.set(timeZone, made);
  return made;
};

/** Spans without overlap, in order; those that touch are one. */
const merged = (spans: Span[]): Span[] => {
  spans.sort((a, b) => a[0] - b[0]);
  const whole: [number, number][] = [];
  for (const [from, to] of spans) {
    if (from >= to) continue;
    const last = whole.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else whole.push([from, to]);
  }
  return whole;
};

/** When a rule's windows are open around [from, to): whole spans, which may begin before and end after. */
export const openSpans = (windows: readonly StaffingWindow[], clock: LocalTime, from: number, to: number): Span[] => {
  const spans: Span[] = [];
  // A window that began the day before may reach into the first day.
  const last = clock.dayAt(to);
  for (let day = clock.dayAt(from) - 1; day <= last; day++)
    for (const window of windows) {
      if (!window.weekdays.includes(clock.weekday(day))) continue;
      const overnight = window.to <= window.from;
      spans.push([clock.moment(day, window.from), clock.moment(overnight ? day + 1 : day, window.to)]);
    }
  return merged(spans).filter(([start, end]) => end > from && start < to);
};

/** Whether a rule asks for people at a moment. Without windows it always does. */
export const isOpen = (windows: readonly StaffingWindow[] | undefined, clock: LocalTime, at: number): boolean =>
  windows === undefined || openSpans(windows, clock, at, at + 1).length > 0;

/** When that changes next; undefined when it never does. */
export const nextChange = (
  windows: readonly StaffingWindow[] | undefined,
  clock: LocalTime,
  at: number,
): number | undefined => {
  if (windows === undefined) return undefined;
  // Eight days hold every window once, whole; windows that touch all week long are one span without an end in sight.
  const spans = openSpans(windows, clock, at, at + 9 * dayMs);
  const [first] = spans;
  if (first === undefined) return undefined;
  if (first[0] > at) return first[0];
  return first[1] < at + 8 * dayMs ? first[1] : undefined;
};

/** The first time after a moment that a clock shows this time of day. */
export const nextDaily = (clock: LocalTime, time: string, after: number): number => {
  for (let day = clock.dayAt(after); ; day++) {
    const at = clock.moment(day, time);
    if (at > after) return at;
  }
};
