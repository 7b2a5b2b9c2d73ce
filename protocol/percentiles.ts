export interface Percentiles {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number | null;
}

/**
 * Percentiles by nearest rank: the smallest value that at least p percent of all values do not exceed. Always one of the
 * values, never in between. Takes values in ascending order, in ms; answers nulls when there are none.
 */
export const percentiles = (sortedMs: readonly number[]): Percentiles => {
  // Whole percents before the division: 0.95 * n is off by a rounding error for some n, and ceil makes that a whole rank.
  const at = (percent: number): number | null => sortedMs[Math.ceil((percent * sortedMs.length) / 100) - 1] ?? null;
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) };
};
