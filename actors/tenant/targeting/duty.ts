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
 * Who is on duty now: the one place that decides it. By what was said of each person, or by a shift that they are on; a word that
 * holds goes before the roster, so that whoever was put off duty is off duty.
 *
 * @param onShift people whom the roster has now
 */
export const onDutyNow = (
  words: ReadonlyMap<string, DutyWord>,
  now: number,
  onShift: Iterable<{ userId: string }> = [],
): Set<string> => {
  const found = new Set<string>();
  for (const { userId } of onShift) {
    const word = words.get(userId);
    if (word === undefined || word.onDuty || !holds(word, now)) found.add(userId);
  }
  for (const [userId, word] of words) if (word.onDuty && holds(word, now)) found.add(userId);
  return found;
};
