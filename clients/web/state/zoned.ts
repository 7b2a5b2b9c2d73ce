import { computed } from "@preact/signals";
import { Temporal } from "temporal-polyfill";
import { minute } from "./clock.ts";
import { directory } from "./directory.ts";
import { locale } from "./language.ts";
import { format } from "./times.ts";

/**
 * Days and times of a place: a shift is planned by the clock of its site, whatever the clock of this computer says. A day is
 * `2026-11-30`, a local time `2026-11-30T09:00`, as date inputs have them.
 */

/** Where no site says another. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const zoneOf = (siteId: string | undefined): string =>
  directory.value?.sites.find((site) => site.siteId === siteId)?.timeZone ?? ownZone;

const zoned = (time: string | number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(typeof time === "number" ? time : Date.parse(time)).toZonedDateTimeISO(zone);

export const dayOf = (time: string | number, zone: string): string => zoned(time, zone).toPlainDate().toString();

export const hourOf = (time: string | number, zone: string): number => zoned(time, zone).hour;

export const localOf = (time: string | number, zone: string): string =>
  zoned(time, zone).toPlainDateTime().toString({ smallestUnit: "minute" });

/** `09:00` */
export const timeOf = (time: string | number, zone: string): string => localOf(time, zone).slice(11);

/**
 * The moment that a clock there shows this, as the wire's time. When the clock is changed: the first of two, and the later of none.
 *
 * @returns undefined for what is no local time
 */
export const momentOf = (local: string, zone: string): string | undefined => {
  try {
    const instant = Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();
    return instant.toString({ fractionalSecondDigits: 3 });
  } catch {
    return undefined;
  }
};

const starts = new Map<string, number>();

/** The first moment of a day there, ms since 1970. Kept: a week asks for the same few thousands of times. */
export const startOfDay = (day: string, zone: string): number => {
  const key = `${day} ${zone}`;
  const start = starts.get(key) ?? Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
  starts.set(key, start);
  return start;
};

export const addDays = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** ISO 8601: 1 is Monday. */
export const weekdayOf = (day: string): number => Temporal.PlainDate.from(day).dayOfWeek;

export const mondayOf = (day: string): string => addDays(day, 1 - weekdayOf(day));

export const weekNumber = (day: string): number => Temporal.PlainDate.from(day).weekOfYear ?? 0;

const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);

/** "Mon 30 Nov", or with `long` "Monday 30 November". */
export const dayName = (day: string, length: "short" | "long" = "short"): string =>
  format(locale.value, { weekday: length, day: "numeric", month: length, timeZone: "UTC" }).format(noon(day));

/** "30 November 2026" */
export const dateOf = (day: string): string =>
  format(locale.value, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(noon(day));

/** "Mon", or with `long` "Monday". 1 is Monday. */
export const weekdayName = (weekday: number, length: "short" | "long" = "short"): string =>
  format(locale.value, { weekday: length, timeZone: "UTC" }).format(noon(`2024-01-0${weekday}`));

/** "Mon 30 Nov, 09:00 – 17:00": a span by the clock there. */
export const spanIn = (from: string | number, to: string | number, zone: string): string => {
  const [start, end] = [dayOf(from, zone), dayOf(to, zone)];
  const head = `${dayName(start)} ${timeOf(from, zone)} – `;
  return start === end ? head + timeOf(to, zone) : `${head}${dayName(end)} ${timeOf(to, zone)}`;
};

/** The day it is where this computer is; changes once a day. */
export const today = computed(() => dayOf(minute.value, ownZone));

/** Whole days from today to a day; less than none when it has passed. */
export const daysUntil = (day: string): number =>
  Temporal.PlainDate.from(today.value).until(Temporal.PlainDate.from(day)).days;
