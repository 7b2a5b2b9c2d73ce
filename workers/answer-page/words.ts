import type { Locale } from "../../protocol/people.ts";
import type { Kind, Response } from "../../protocol/terms.ts";

interface PageWords {
  mark: Record<Exclude<Kind, "actual">, string>;
  question: string;
  responses: Record<Response, string>;
  eta: string;
  text: string;
  optional: string;
  raised: string;
  tasks: string;
  once: string;
  thanks: string;
  noted: (response: Response) => string;
  open: string;
  goneTitle: string;
  gone: string;
  wrongTitle: string;
  wrong: string;
  back: string;
}

export const pageWords: Record<Locale, PageWords> = {
  nl: {
    mark: { exercise: "OEFENING", test: "TEST" },
    question: "Komt u?",
    responses: { coming: "Ik kom", notComing: "Ik kom niet", enRoute: "Ik ben onderweg", onScene: "Ik ben er" },
    eta: "Over hoeveel minuten bent u er?",
    text: "Bericht",
    optional: "niet verplicht",
    raised: "Gemeld om",
    tasks: "Uw taak",
    once: "U kunt met deze link één keer antwoorden. Daarna gaat het in de app.",
    thanks: "Dank u",
    noted: (response) => `Genoteerd: ${pageWords.nl.responses[response].toLowerCase()}.`,
    open: "U kunt deze pagina sluiten.",
    goneTitle: "Deze link werkt niet meer",
    gone: "Hij is al gebruikt, te oud, of het alarm is voorbij. Hebt u ermee geantwoord, dan is dat genoteerd. In de app ziet u hoe het staat.",
    wrongTitle: "Dat antwoord is niet begrepen",
    wrong: "Kies een van de knoppen. Het aantal minuten is een getal van 0 tot 600.",
    back: "Terug",
  },
  en: {
    mark: { exercise: "EXERCISE", test: "TEST" },
    question: "Are you coming?",
    responses: {
      coming: "I am coming",
      notComing: "I am not coming",
      enRoute: "I am on my way",
      onScene: "I am there",
    },
    eta: "In how many minutes will you be there?",
    text: "Message",
    optional: "optional",
    raised: "Raised at",
    tasks: "Your task",
    once: "You can answer once with this link. After that, use the app.",
    thanks: "Thank you",
    noted: (response) => `Noted: ${pageWords.en.responses[response].replace(/^I am/, "you are")}.`,
    open: "You can close this page.",
    goneTitle: "This link does not work any more",
    gone: "It has been used, is too old, or the alarm is over. If you answered with it, your answer was noted. The app shows how things stand.",
    wrongTitle: "That answer was not understood",
    wrong: "Choose one of the buttons. The number of minutes is from 0 to 600.",
    back: "Back",
  },
};
