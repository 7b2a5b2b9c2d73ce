/** What goes to telephones about staffing, in the language of each person. */
export interface StaffingWords {
  short: string;
  solved: string;
  digest: string;
  asked: string;
  level(post: string, counted: number, minimum: number): string;
  shortages(post: string, times: number): string;
  when(post: string, time: string): string;
  taken: string;
  anywhere: string;
}

export const words: Readonly<Record<"nl" | "en", StaffingWords>> = {
  nl: {
    short: "Te weinig mensen",
    solved: "Weer genoeg mensen",
    digest: "Bezetting: tekorten",
    asked: "Kun je invallen?",
    level: (post, counted, minimum) => `${post}: ${counted} van ${minimum}`,
    shortages: (post, times) => `${post}: ${times} keer te weinig`,
    when: (post, time) => `${post}, ${time}`,
    taken: "Invaller gevonden",
    anywhere: "overal",
  },
  en: {
    short: "Too few people",
    solved: "Enough people again",
    digest: "Staffing: shortages",
    asked: "Can you help out?",
    level: (post, counted, minimum) => `${post}: ${counted} of ${minimum}`,
    shortages: (post, times) => `${post}: too few ${times} times`,
    when: (post, time) => `${post}, ${time}`,
    taken: "Somebody will help out",
    anywhere: "anywhere",
  },
};
