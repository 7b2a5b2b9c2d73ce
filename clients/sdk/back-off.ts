/**
 * Full jitter: anywhere between nothing and a window that doubles with every failure. Ten thousand clients that lost the
 * same server come back spread over the window, not in steps (AWS Architecture Blog, "Exponential Backoff And Jitter").
 *
 * @param failures how often it failed in a row, from 1
 * @param random in [0, 1)
 * @returns milliseconds
 */
export const fullJitter = (failures: number, random: number, firstMs: number, mostMs: number): number =>
  Math.round(random * Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30)));
