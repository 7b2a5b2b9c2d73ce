import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Caller } from "../../kernel/contract.ts";
import type { Desk } from "../desk.ts";
import type { Person } from "../directory/directory.ts";

/** What somebody showed to a kiosk: a code by its hash, or a QR code whose seal the edge has checked. */
export type ShownToKiosk = { codeHash: string } | { userId: string; nonce: string; expiresAt: number };

export interface Signer {
  kioskId: string;
  userId: string;
  firstName: string;
  siteId: string;
  zoneId?: string;
}

const mayBeSigned = (person: Person | undefined): person is Person =>
  person?.enabled === true && person.permission !== "wallboard";

/**
 * Who is to be signed in or out at this kiosk. Refused: unauthenticated when it is no kiosk of ours (any more), expired for a
 * code that is wrong, used or over, rate_limited after too many wrong ones.
 */
export const signerAt = (desk: Desk, caller: Caller, shown: ShownToKiosk, now: number): Outcome<Signer> => {
  const kiosk = desk.kiosks.find(caller.sessionId, caller.secretHash, now);
  if (kiosk === undefined) return refuse("unauthenticated");
  let userId: string | undefined;
  if ("codeHash" in shown) {
    const wait = desk.kiosks.lockedFor(kiosk, now);
    if (wait > 0) return { ok: false, refusal: { code: "rate_limited", retryAfter: Math.ceil(wait / 1_000) } };
    userId = desk.kiosks.personOf(shown.codeHash);
    if (!mayBeSigned(desk.directory.people.get(userId ?? ""))) desk.kiosks.wrongCode(kiosk, now);
  } else {
    const key = `kiosk:${shown.nonce}`;
    if (shown.expiresAt <= now || desk.replay(key, now) !== undefined) return refuse("expired");
    desk.remember(key, "", true, shown.expiresAt + limits.kioskQrMs);
    userId = shown.userId;
  }
  const person = desk.directory.people.get(userId ?? "");
  if (!mayBeSigned(person)) return refuse("expired");
  return done({
    kioskId: kiosk.kioskId,
    userId: person.userId,
    firstName: person.firstName,
    siteId: kiosk.siteId,
    ...(kiosk.zoneId === null ? {} : { zoneId: kiosk.zoneId }),
  });
};
