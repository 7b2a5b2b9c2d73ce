import { and, eq, gt, lte } from "drizzle-orm";
import type { Kiosk } from "../../../protocol/kiosks.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Database } from "../../kernel/database.ts";
import { sameText } from "../../kernel/hashes.ts";
import { kiosks, personCodes } from "./kiosk-tables.ts";

export type KeptKiosk = typeof kiosks.$inferSelect;

export const showKiosk = ({ kioskId, name, siteId, zoneId, secretHash }: KeptKiosk): Kiosk => ({
  kioskId,
  name,
  siteId,
  ...(zoneId === null ? {} : { zoneId }),
  enrolled: secretHash !== null,
});

/** Kiosks, their devices' secrets and people's codes. Only hashes are here. */
export class KioskStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(): KeptKiosk[] {
    return this.#database.select().from(kiosks).all();
  }

  get(kioskId: string): KeptKiosk | undefined {
    return this.#database.select().from(kiosks).where(eq(kiosks.kioskId, kioskId)).all()[0];
  }

  add(kiosk: { kioskId: string; name: string; siteId: string; zoneId?: string | undefined }): void {
    this.#database
      .insert(kiosks)
      .values({ ...kiosk, version: 1, wrong: 0, wrongSince: 0 })
      .run();
  }

  remove(kioskId: string): void {
    this.#database.delete(kiosks).where(eq(kiosks.kioskId, kioskId)).run();
  }

  setCode(kioskId: string, codeHash: string, codeExpiresAt: number): void {
    this.#database.update(kiosks).set({ codeHash, codeExpiresAt }).where(eq(kiosks.kioskId, kioskId)).run();
  }

  /** Uses a one-time code up for this device: one that was there before is out. Used, over and unknown ones are the same. */
  takeCode(codeHash: string, secretHash: string, secretExpiresAt: number, now: number): KeptKiosk | undefined {
    return this.#database
      .update(kiosks)
      .set({ codeHash: null, codeExpiresAt: null, secretHash, secretExpiresAt })
      .where(and(eq(kiosks.codeHash, codeHash), gt(kiosks.codeExpiresAt, now)))
      .returning()
      .all()[0];
  }

  /** The kiosk, when the secret is that of the device that stands there. */
  find(kioskId: string, secretHash: string, now: number): KeptKiosk | undefined {
    const kiosk = this.get(kioskId);
    if (kiosk?.secretHash == null || (kiosk.secretExpiresAt ?? 0) <= now) return undefined;
    return sameText(kiosk.secretHash, secretHash) ? kiosk : undefined;
  }

  /** Milliseconds until this kiosk takes codes again; 0 when it does. */
  lockedFor({ wrong, wrongSince }: KeptKiosk, now: number): number {
    return wrong < limits.kioskTries ? 0 : Math.max(0, wrongSince + limits.kioskTriesMs - now);
  }

  /** A right code in between does not take this back: somebody with a code of their own could guess on for ever. */
  wrongCode({ kioskId, wrong, wrongSince }: KeptKiosk, now: number): void {
    const fresh = wrongSince + limits.kioskTriesMs <= now;
    this.#database
      .update(kiosks)
      .set(fresh ? { wrong: 1, wrongSince: now } : { wrong: wrong + 1 })
      .where(eq(kiosks.kioskId, kioskId))
      .run();
  }

  /** @returns false when the code is somebody else's */
  setPersonCode(userId: string, hash: string): boolean {
    const other = this.personOf(hash);
    if (other !== undefined) return other === userId;
    this.#database
      .insert(personCodes)
      .values({ userId, hash })
      .onConflictDoUpdate({ target: personCodes.userId, set: { hash } })
      .run();
    return true;
  }

  personOf(hash: string): string | undefined {
    return this.#database.select().from(personCodes).where(eq(personCodes.hash, hash)).all()[0]?.userId;
  }

  sweep(now: number): void {
    this.#database
      .update(kiosks)
      .set({ codeHash: null, codeExpiresAt: null })
      .where(lte(kiosks.codeExpiresAt, now))
      .run();
    this.#database
      .update(kiosks)
      .set({ secretHash: null, secretExpiresAt: null })
      .where(lte(kiosks.secretExpiresAt, now))
      .run();
  }
}
