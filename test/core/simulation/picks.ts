/** What a number of a history means in a list of the world's. */
export const at = <T>(list: readonly T[], i: number): T | undefined =>
  list.length === 0 ? undefined : list[i % list.length];

/** The same for several, each once. */
export const all = <T>(list: readonly T[], picks: readonly number[]): T[] => [
  ...new Set(picks.flatMap((i) => at(list, i) ?? [])),
];
