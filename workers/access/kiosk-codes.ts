import * as z from "zod";
import { hmac, sameText } from "../../actors/kernel/hashes.ts";
import { newSecret } from "../../actors/kernel/ids.ts";
import { Id } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";

/** A personal code of decimal digits, each as likely as any other. */
export const newPersonalCode = (): string => {
  let code = "";
  while (code.length < limits.kioskCodeDigits)
    // 250 is the largest multiple of ten in a byte: what is above would make small digits more likely.
    for (const byte of crypto.getRandomValues(new Uint8Array(16)))
      if (byte < 250 && code.length < limits.kioskCodeDigits) code += String(byte % 10);
  return code;
};

/** What the actor gets of a personal code: with the pepper, which is in no database. */
export const personalCodeHash = (pepper: string, tenantId: string, code: string): string =>
  hmac(pepper, `standby kiosk code v1|${tenantId}|${code}`);

export interface ShownQr {
  userId: string;
  nonce: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const Parts = z.tuple([Id, z.string().regex(/^[A-Za-z0-9_-]{16,64}$/), z.string().regex(/^[0-9]{13,15}$/), z.string()]);

const sealOf = (pepper: string, tenantId: string, body: string) =>
  hmac(pepper, `standby kiosk qr v1|${tenantId}|${body}`);

/** What a person's device shows: who, until when, and a number that is used once, sealed for this tenant. */
export const makeQr = (pepper: string, tenantId: string, userId: string, expiresAt: number): string => {
  const body = `${userId}.${newSecret()}.${expiresAt}`;
  return `${body}.${sealOf(pepper, tenantId, body)}`;
};

/** What a QR code says, or undefined when it was not made here for this tenant. Its time is the actor's to judge. */
export const readQr = (pepper: string, tenantId: string, qr: string): ShownQr | undefined => {
  const parsed = Parts.safeParse(qr.split("."));
  if (!parsed.success) return undefined;
  const [userId, nonce, expiresAt, seal] = parsed.data;
  if (!sameText(seal, sealOf(pepper, tenantId, `${userId}.${nonce}.${expiresAt}`))) return undefined;
  return { userId, nonce, expiresAt: Number(expiresAt) };
};
