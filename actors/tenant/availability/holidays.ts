import { easter } from "date-easter";
import type { HolidayName } from "../../../protocol/availability.ts";
import { dayMs } from "./wall-clock.ts";

/** The holidays of an organisation: those of its country, if it follows them, those it added, without those it took away. */
export interface HolidayChoice {
  country?: "NL" | undefined;
  /** Dates of the calendar, `2027-04-27`. */
  days: readonly { date: string; name: string }[];
  /** Days of the country on which this organisation works. */
  except: readonly string[];
}

export interface Holiday {
  date: string;
  /** One of the country's, by its name in the protocol; or as the organisation calls it. */
  holiday?: HolidayName;
  name?: string;
}

const dayNumber = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / dayMs;

export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);
export const dayOfDate = (date: string): number => Date.parse(date) / dayMs;

/**
 * The generally recognised holidays of the Netherlands (Algemene termijnenwet, article 3), without those that are none for most
 * who work (Good Friday). Liberation Day is one each year by that law, whatever a collective agreement says: an organisation that
 * works on it takes it away.
 */
const netherlands = (year: number): Map<number, HolidayName> => {
  const { month, day } = easter(year);
  const easterSunday = dayNumber(year, month, day);
  const kingsDay = dayNumber(year, 4, 27);
  // A Sunday, and it is kept the day before (Besluit Koningsdag).
  const isSunday = (((kingsDay + 4) % 7) + 7) % 7 === 0;
  return new Map<number, HolidayName>([
    [dayNumber(year, 1, 1), "newYear"],
    [easterSunday, "easterSunday"],
    [easterSunday + 1, "easterMonday"],
    [isSunday ? kingsDay - 1 : kingsDay, "kingsDay"],
    [dayNumber(year, 5, 5), "liberationDay"],
    [easterSunday + 39, "ascensionDay"],
    [easterSunday + 49, "whitSunday"],
    [easterSunday + 50, "whitMonday"],
    [dayNumber(year, 12, 25), "christmasDay"],
    [dayNumber(year, 12, 26), "boxingDay"],
  ]);
};

/** Reads a choice for the rules: which days are holidays, and which is the next. */
export class Holidays {
  #choice: HolidayChoice;
  #own: Map<number, string>;
  #except: Set<number>;
  #years = new Map<number, { day: number; holiday: Holiday }[]>();

  constructor(choice: HolidayChoice) {
    this.#choice = choice;
    this.#own = new Map(choice.days.map(({ date, name }) => [dayOfDate(date), name]));
    this.#except = new Set(choice.except.map(dayOfDate));
  }

  /** Those of a year, in order. A day of the organisation's own that is the country's too is called as the organisation does. */
  inYear(year: number): readonly { day: number; holiday: Holiday }[] {
    const known = this.#years.get(year);
    if (known !== undefined) return known;
    const found = new Map<number, Holiday>();
    if (this.#choice.country === "NL")
      for (const [day, holiday] of netherlands(year))
        if (!this.#except.has(day)) found.set(day, { date: dateOf(day), holiday });
    for (const [day, name] of this.#own)
      if (new Date(day * dayMs).getUTCFullYear() === year) found.set(day, { date: dateOf(day), name });
    const made = [...found].map(([day, holiday]) => ({ day, holiday })).sort((a, b) => a.day - b.day);
    // Years are asked for by anybody, and each is worked out in no time.
    if (this.#years.size >= 20) this.#years.clear();
    this.#years.set(year, made);
    return made;
  }

  /** The first holiday on or after a day, looking on into the next year and no further. */
  nextFrom(day: number): number | undefined {
    const year = new Date(day * dayMs).getUTCFullYear();
    for (const list of [this.inYear(year), this.inYear(year + 1)])
      for (const one of list) if (one.day >= day) return one.day;
    return undefined;
  }
}
