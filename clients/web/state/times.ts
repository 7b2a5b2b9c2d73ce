import type { Locale } from "../../../protocol/people.ts";
import { locale, words } from "./language.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** A format of this language, made once. */
export const format = (language: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = language + JSON.stringify(options);
  const made = formats.get(key) ?? new Intl.DateTimeFormat(language === "en" ? "en-GB" : "nl-NL", options);
  formats.set(key, made);
  return made;
};

export const clockTime = (time: string | number): string =>
  format(locale.value, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(new Date(time));

export const shortTime = (time: string | number): string =>
  format(locale.value, { hour: "2-digit", minute: "2-digit" }).format(new Date(time));

export const dayAndTime = (time: string | number): string =>
  format(locale.value, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" }).format(
    new Date(time),
  );

/** Time of day, with the day when that is not today. */
export const timeOrDay = (time: string): string =>
  new Date(time).toDateString() === new Date().toDateString() ? shortTime(time) : dayAndTime(time);

/** A time of the days around now: with the weekday when it is not today, with the date when it is further away. */
export const nearTime = (time: string): string => {
  const at = new Date(time);
  if (at.toDateString() === new Date().toDateString()) return shortTime(time);
  if (Math.abs(at.getTime() - Date.now()) > 6 * 86_400_000) return dayAndTime(time);
  return format(locale.value, { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(at);
};

export const longDay = (time: string | number): string =>
  format(locale.value, { weekday: "long", day: "numeric", month: "long" }).format(new Date(time));

/** A calendar date such as `2026-12-25`, which is the same day in every time zone. */
export const dateName = (date: string): string =>
  format(locale.value, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(date));

/** Weekday, day and month of this computer's own clock, short. */
export const shortDay = (time: string): string =>
  format(locale.value, { weekday: "short", day: "numeric", month: "short" }).format(new Date(time));

/** 1 is Monday. */
export const weekdayName = (day: number, length: "short" | "long"): string =>
  // The first of January 2024 was a Monday.
  format(locale.value, { weekday: length, timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, day)));

/** What a field for date and time holds: this computer's own clock, without seconds. */
export const localInput = (at: number): string => {
  const local = new Date(at);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
  return `${day}T${two(local.getHours())}:${two(local.getMinutes())}`;
};

/** The wire's time of such a field; undefined while it is empty. */
export const timeOfInput = (text: string): string | undefined => {
  const at = new Date(text);
  return text === "" || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};

const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);

export const count = (value: number): string => number(value);

/** A time span measured by the system, in ms: "84 ms", "1.25 s", "2 min 5 s". */
export const span = (ms: number): string => {
  const { units } = words.value;
  if (ms < 1_000) return `${number(ms)} ${units.ms}`;
  if (ms < 60_000) return `${number(ms / 1_000, ms < 10_000 ? 2 : 1)} ${units.s}`;
  return running(ms);
};

/** How long something runs, in whole seconds: "42 s", "3 min 5 s", "2 h 10 min". */
export const running = (ms: number): string => {
  const { units } = words.value;
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours > 0) return `${number(hours)} ${units.h} ${minutes % 60} ${units.min}`;
  if (minutes > 0) return `${minutes} ${units.min} ${seconds % 60} ${units.s}`;
  return `${seconds} ${units.s}`;
};

/** What is left, as a clock shows it: "4:05", "1:02:09". */
export const countdown = (ms: number): string => {
  // Downwards: the page's clock is up to a second late, so there is less left than this says.
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

/** "A", "A and B", "A, B and C" in the language of the page. */
export const listed = (names: readonly string[], type: "conjunction" | "disjunction"): string =>
  new Intl.ListFormat(locale.value, { type }).format(names);
