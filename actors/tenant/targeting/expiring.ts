import { Temporal } from "temporal-polyfill";
import type { Qualification } from "./qualified.ts";

/** Reminded so many days before a certificate expires, the earliest first. */
export const reminderDays = [30, 7] as const;

/** From this hour on the day's reminders are given: nobody is woken by one. */
const hour = 9;

/** The day whose reminders are to be given: until the hour has come it is still yesterday's. */
export const reminderDay = (timeZone: string, now: number): string => {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  const day = local.toPlainDate();
  return (local.hour >= hour ? day : day.subtract({ days: 1 })).toString();
};

/** When a day's reminders are given, ms since 1970. */
export const reminderTime = (day: string, timeZone: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour }) })
    .epochMilliseconds;

/** The moment a certificate stops counting: the end of its last day. */
export const expiresAt = (validUntil: string, timeZone: string): number =>
  Temporal.PlainDate.from(validUntil).add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;

const shifted = (day: string, days: number): string => Temporal.PlainDate.from(day).add({ days }).toString();

/** A certificate of somebody's, and of which of the reminders it has had the last. */
export interface Expiring extends Qualification {
  /** The smallest number of days that was said already. */
  said?: number | undefined;
}

/**
 * Which certificates are to be reminded of on a day, and the next day on which any is. Each is told of at most once for each of
 * `reminderDays`; when several are due at once (it was entered late, or nobody was there) only the last is given.
 */
export const remindersOn = <T extends Expiring>(
  certificates: Iterable<T>,
  day: string,
): { due: { certificate: T; days: number }[]; nextDay: string | undefined } => {
  const reach = reminderDays.map((days) => ({ days, until: shifted(day, days) }));
  const due: { certificate: T; days: number }[] = [];
  let nextDay: string | undefined;
  const earliest = new Map<number, string>();
  for (const certificate of certificates) {
    const { validUntil, said = Number.POSITIVE_INFINITY } = certificate;
    if (validUntil === undefined || validUntil < day) continue;
    let last: number | undefined;
    for (const { days, until } of reach) {
      if (said <= days) continue;
      // Dates of one form compare as text.
      if (validUntil <= until) last = days;
      else if (validUntil < (earliest.get(days) ?? "~")) earliest.set(days, validUntil);
    }
    if (last !== undefined) due.push({ certificate, days: last });
  }
  for (const [days, validUntil] of earliest) {
    const on = shifted(validUntil, -days);
    if (nextDay === undefined || on < nextDay) nextDay = on;
  }
  return { due, nextDay };
};

/** Whole days that are left of it. */
export const daysLeft = (validUntil: string, today: string): number =>
  Temporal.PlainDate.from(today).until(Temporal.PlainDate.from(validUntil)).days;
