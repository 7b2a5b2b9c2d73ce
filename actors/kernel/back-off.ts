/**
 * How long to wait after the n-th failure in a row: doubling from `firstMs` up to `mostMs`. Without jitter: each actor has its
 * own clock of failures, so they do not come in step.
 *
 * @param failures 1 for the first failure
 */
export const backOffMs = (failures: number, firstMs: number, mostMs: number): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
