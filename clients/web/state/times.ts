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
