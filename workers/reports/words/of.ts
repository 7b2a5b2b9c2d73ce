import { en } from "./en.ts";
import { nl } from "./nl.ts";
import type { Words } from "./words.ts";

export const wordsOf = (locale: "nl" | "en"): Words => (locale === "nl" ? nl : en);
