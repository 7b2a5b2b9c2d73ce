import type { ownWords as en } from "./en-own.ts";

/** Nederlandse teksten van de eigen panelen en van de ontruiming. */
export const ownWords: typeof en = {};
