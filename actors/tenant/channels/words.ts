import type { EndReason } from "../../../protocol/alarms.ts";
import type { Locale } from "../../../protocol/people.ts";
import type { Kind } from "../../../protocol/terms.ts";

/** Everything that channels say, in both languages. Plain letters where possible: an SMS with others holds less than half. */
export interface Words {
  /** The first words of anything that is not real (I9). */
  mark: Record<Exclude<Kind, "actual">, string>;
  again: string;
  answer: string;
  /** All that a silent alarm shows on a screen that others may see. */
  quiet: string;
  quietSubject: string;
  from: (organisation: string) => string;
  /** Said with an alarm by voice; a provider that hears no keys leaves it out. */
  keys: string;
  raised: (time: string) => string;
  instructions: string;
  /** About the link. */
  once: string;
  ended: string;
  endedSpoken: (organisation: string) => string;
  reasons: Record<EndReason, string>;
  /** Somebody wrote to this person alone, or mentioned them in a room. What was written is not said. */
  direct: (author: string) => string;
  mention: (author: string, room: string) => string;
  codeSubject: string;
  code: (code: string) => string;
  codeSpoken: (digits: string) => string;
}

export const wordsOf: Record<Locale, Words> = {
  nl: {
    mark: { exercise: "OEFENING", test: "TEST" },
    again: "Opnieuw",
    answer: "Antwoord:",
    quiet: "StandBy: open de app.",
    quietSubject: "StandBy: open de app",
    from: (organisation) => `Dit is StandBy met een alarm van ${organisation}.`,
    keys: "Toets 5 als u komt. Toets 9 als u niet komt.",
    raised: (time) => `Gemeld om ${time}.`,
    instructions: "Uw taak:",
    once: "Deze link werkt een keer, en een uur lang. Geef hem niet door.",
    ended: "Einde alarm",
    endedSpoken: (organisation) => `Dit is StandBy. Het alarm van ${organisation} is voorbij.`,
    reasons: {
      over: "Het is voorbij.",
      falseAlarm: "Het was een vals alarm.",
      unwanted: "Het was een ongewenst alarm.",
      exerciseOver: "De oefening is voorbij.",
      mistake: "Het was een vergissing.",
    },
    direct: (author) => `${author} stuurde u een bericht`,
    mention: (author, room) => `${author} noemde u in ${room}`,
    codeSubject: "Uw code voor StandBy",
    code: (code) => `StandBy: uw code is ${code}. Hij geldt 10 minuten. Vroeg u niets aan? Doe dan niets.`,
    codeSpoken: (digits) => `Dit is StandBy. Uw code is: ${digits}. Nogmaals: ${digits}.`,
  },
  en: {
    mark: { exercise: "EXERCISE", test: "TEST" },
    again: "Again",
    answer: "Answer:",
    quiet: "StandBy: open the app.",
    quietSubject: "StandBy: open the app",
    from: (organisation) => `This is StandBy with an alarm of ${organisation}.`,
    keys: "Press 5 if you are coming. Press 9 if you are not.",
    raised: (time) => `Raised at ${time}.`,
    instructions: "Your task:",
    once: "This link works once, and for one hour. Do not pass it on.",
    ended: "Alarm over",
    endedSpoken: (organisation) => `This is StandBy. The alarm of ${organisation} is over.`,
    reasons: {
      over: "It is over.",
      falseAlarm: "It was a false alarm.",
      unwanted: "It was an unwanted alarm.",
      exerciseOver: "The exercise is over.",
      mistake: "It was a mistake.",
    },
    direct: (author) => `${author} sent you a message`,
    mention: (author, room) => `${author} mentioned you in ${room}`,
    codeSubject: "Your code for StandBy",
    code: (code) => `StandBy: your code is ${code}. It works for 10 minutes. Did you not ask for it? Then do nothing.`,
    codeSpoken: (digits) => `This is StandBy. Your code is: ${digits}. Again: ${digits}.`,
  },
};
