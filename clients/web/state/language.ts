import { computed, effect, signal } from "@preact/signals";
import { Locale } from "../../../protocol/people.ts";
import { en, type Words } from "../words/en.ts";
import { nl } from "../words/nl.ts";
import { keepText, keptText } from "./keep.ts";

const key = "standby.language";
const all: Record<Locale, Words> = { en, nl };

const chosen = Locale.safeParse(keptText(key)).data;

/** What somebody chose on this computer wins; then the person's own language; before log-in the browser's. */
export const locale = signal<Locale>(chosen ?? (navigator.language.startsWith("nl") ? "nl" : "en"));
export const words = computed<Words>(() => all[locale.value]);

let isChosen = chosen !== undefined;

export const chooseLocale = (choice: Locale): void => {
  isChosen = true;
  keepText(key, choice);
  locale.value = choice;
};

/** The language in a person's own data, unless another was chosen on this computer. */
export const followPerson = (own: Locale): void => {
  if (!isChosen) locale.value = own;
};

effect(() => {
  document.documentElement.lang = locale.value;
});
