import { locale } from "../state/language.ts";
import { chatWords } from "./words.ts";

/** A day such as `2026-11-28` as a person says it. */
export const dayName = (day: string): string => {
  const date = new Date(`${day}T12:00:00`);
  const daysAgo = Math.round((new Date().setHours(12, 0, 0, 0) - date.getTime()) / 86_400_000);
  if (daysAgo === 0) return chatWords.value.today;
  if (daysAgo === 1) return chatWords.value.yesterday;
  const language = locale.value === "en" ? "en-GB" : "nl-NL";
  return date.toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
};
