import { computed } from "@preact/signals";
import type { Locale } from "../../../protocol/people.ts";
import { locale } from "../state/language.ts";
import { chatWords as en } from "../words/en-chat.ts";
import { chatWords as nl } from "../words/nl-chat.ts";

const all: Record<Locale, typeof en> = { en, nl };

/** Texts of this page alone, which come with it. */
export const chatWords = computed(() => all[locale.value]);
