import { type Cut, roundingBase } from "./disclosure.ts";

/** A text -> what only this installation can make of it, as base64url of at least 48 bits. */
export type Seal = (text: string) => string;

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The secret cuts of one series (disclosure.ts, rounded): sealed, so that nothing is stored and everything of a series rounds
 * alike. Whoever has the source has no cut.
 *
 * @param series what is rounded: a tenant, a site and a role, say
 */
export const cutOf =
  (seal: Seal, series: readonly string[]): Cut =>
  (five) => {
    let number = 0;
    // The remainder of 48 bits by 5 favours no cut that anybody could notice.
    for (const letter of seal(JSON.stringify(["standby statistics v1", ...series, five])).slice(0, 8))
      number = number * 64 + base64url.indexOf(letter);
    return (number % roundingBase) + 1;
  };
