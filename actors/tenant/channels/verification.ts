import { limits } from "../../../protocol/limits.ts";

/**
 * Proving that an address belongs to whom it is said to belong: a code is sent there and told back. Pure rules; what is kept is
 * never the code (link-token.ts). Times in ms since 1970.
 */
export interface Asked {
  /** The address as it was when the code was sent: another one is not proven by it. */
  value: string;
  sendId: string;
  expiresAt: number;
  triesLeft: number;
  /** When codes were asked for within the last hour, this one too. */
  askedAt: readonly number[];
}

const hourMs = 3_600_000;

/** How long to wait before another code may be asked for, ms; 0 when it may. Codes cost money and annoy strangers (T18). */
export const waitForCode = (asked: Pick<Asked, "askedAt"> | undefined, now: number): number => {
  const recent = (asked?.askedAt ?? []).filter((at) => at > now - hourMs);
  const last = recent.at(-1);
  const afterLast = last === undefined ? 0 : last + limits.verificationEveryMs - now;
  const oldest = recent.length >= limits.verificationsPerHour ? recent.at(-limits.verificationsPerHour) : undefined;
  const afterMany = oldest === undefined ? 0 : oldest + hourMs - now;
  return Math.max(0, afterLast, afterMany);
};

/** A new code takes the place of the one before. */
export const askFor = (before: Asked | undefined, value: string, sendId: string, now: number): Asked => ({
  value,
  sendId,
  expiresAt: now + limits.verificationMs,
  triesLeft: limits.verificationTries,
  askedAt: [...(before?.askedAt ?? []).filter((at) => at > now - hourMs), now],
});

/** `wrong` leaves tries; `over` needs a new code: it is too old, was tried too often, or the address is another one by now. */
export type Told = { is: "right" } | { is: "wrong"; asked: Asked } | { is: "over" };

export const tellCode = (asked: Asked | undefined, value: string | undefined, right: boolean, now: number): Told => {
  if (asked === undefined || asked.value !== value || now >= asked.expiresAt || asked.triesLeft < 1)
    return { is: "over" };
  return right ? { is: "right" } : { is: "wrong", asked: { ...asked, triesLeft: asked.triesLeft - 1 } };
};
