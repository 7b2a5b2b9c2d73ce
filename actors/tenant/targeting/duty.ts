/** What was said of somebody's duty. Times in ms since 1970. */
export interface DutyWord {
  onDuty: boolean;
  /** After this the word does not hold any more. */
  until?: number | undefined;
  since: number;
}

/** Whether a word still holds. */
const holds = (word: DutyWord, now: number): boolean => word.until === undefined || now < word.until;

/**
 * Who is on duty now: the one place that decides it. Today by what was said of each person; rosters come beside it, and a word
 * that holds will go before the roster.
 */
export const onDutyNow = (words: ReadonlyMap<string, DutyWord>, now: number): Set<string> => {
  const found = new Set<string>();
  for (const [userId, word] of words) if (word.onDuty && holds(word, now)) found.add(userId);
  return found;
};
