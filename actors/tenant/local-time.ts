import type { Locale } from "../../protocol/people.ts";

const tags: Record<Locale, string> = { nl: "nl-NL", en: "en-GB" };
const forms = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  date: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Made once each: making one takes a third of a millisecond, as long as storing an alarm; there are a few hundred time zones at most. */
const made = new Map<string, Intl.DateTimeFormat>();

const words = (form: keyof typeof forms, at: number, timeZone: string, locale: Locale): string => {
  const key = `${form}|${timeZone}|${locale}`;
  const format = made.get(key) ?? new Intl.DateTimeFormat(tags[locale], { ...forms[form], timeZone });
  made.set(key, format);
  return format.format(at);
};

/** The time of day there, such as "14:05". @param at ms since 1970 */
export const timeOfDay = (at: number, timeZone: string, locale: Locale): string => words("time", at, timeZone, locale);

/** `{time}` and `{date}` in words, as the clock on the wall there says. @param at ms since 1970 */
export const timeWords = (at: number, timeZone: string, locale: Locale): { time: string; date: string } => ({
  time: timeOfDay(at, timeZone, locale),
  date: words("date", at, timeZone, locale),
});
