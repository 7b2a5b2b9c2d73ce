import type { Locale } from "../../../protocol/people.ts";

/** What the system itself says of a lone worker; the alarm's own words are the scenario's. `time` is local. */
export const words: Readonly<
  Record<Locale, { missed: string; checkInNow: string; otherwise: (time: string) => string }>
> = {
  nl: {
    missed: "Alleenwerker heeft zich niet gemeld",
    checkInNow: "Meld u nu",
    otherwise: (time) => `Zonder melding gaat om ${time} het alarm af.`,
  },
  en: {
    missed: "A lone worker has not checked in",
    checkInNow: "Check in now",
    otherwise: (time) => `Without it the alarm is raised at ${time}.`,
  },
};
