import { roundingBase } from "./disclosure.ts";

/** Counts up to five times this have a cut of their own; above, cuts begin again. */
const fives = 4_096;

/**
 * The secret cuts of one series (disclosure.ts, roundBy), one digit from 1 to 5 for each five: made from the installation's
 * secret by HKDF, so that nothing is stored and every answer rounds alike.
 *
 * @param series what is rounded: a tenant, a site and a role, say. Two series must not have the same text.
 */
export const cutsOf = async (secret: string, series: readonly string[]): Promise<string> => {
  const text = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", text.encode(secret), "HKDF", false, ["deriveBits"]);
  const info = text.encode(JSON.stringify(["standby statistics v1", ...series]));
  const bits = await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info },
    key,
    fives * 8,
  );
  // A byte has one value too many for five equal shares; cuts are secret all the same.
  return Array.from(new Uint8Array(bits), (byte) => String((byte % roundingBase) + 1)).join("");
};

export const cutAt = (cuts: string, five: number): number => Number(cuts[five % cuts.length]);
