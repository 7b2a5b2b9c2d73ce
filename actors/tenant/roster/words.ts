import type { Locale } from "../../../protocol/people.ts";

interface Words {
  offered: string;
  swapAsked: string;
  /** `when` is local time. */
  duty: (role: string, site: string, when: string) => string;
  taken: string;
  empty: (shifts: number) => string;
  filled: (shifts: number) => string;
}

/** What the system itself says about shifts, by push. */
export const words: Readonly<Record<Locale, Words>> = {
  nl: {
    offered: "Kunt u een dienst overnemen?",
    swapAsked: "Wilt u een dienst ruilen?",
    duty: (role, site, when) => `${role}, ${site}: ${when}`,
    taken: "Uw dienst is overgenomen",
    empty: (shifts) => (shifts === 1 ? "Een dienst heeft niemand" : `${shifts} diensten hebben niemand`),
    filled: (shifts) => (shifts === 1 ? "Een open dienst is gevuld" : `${shifts} open diensten zijn gevuld`),
  },
  en: {
    offered: "Can you take over a shift?",
    swapAsked: "Do you want to swap a shift?",
    duty: (role, site, when) => `${role}, ${site}: ${when}`,
    taken: "Your shift was taken over",
    empty: (shifts) => (shifts === 1 ? "Nobody has a shift" : `Nobody has ${shifts} shifts`),
    filled: (shifts) => (shifts === 1 ? "An open shift is filled" : `${shifts} open shifts are filled`),
  },
};
