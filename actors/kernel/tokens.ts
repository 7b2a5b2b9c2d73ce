import { hashSecret, hmac, sameText } from "./hashes.ts";

/**
 * Tokens look opaque and are: `<place>.<id>.<secret>.<seal>`. The actor stores a hash of the secret and may end the session at
 * any time, so this is no signed session. The seal only lets the edge refuse forged and foreign tokens without waking an
 * actor (T13, T21): nobody can make objects come into being by inventing places. The place says which site actor holds the
 * person's sockets, so that ten thousand devices can come back without the tenant actor.
 */
export interface Credential {
  place: string;
  /** A session's id, or empty in a ticket. */
  id: string;
  secretHash: string;
}

const sealOf = (pepper: string, tenantId: string, body: string) =>
  hmac(pepper, `standby token v1|${tenantId}|${body}`).slice(0, 22);

export const makeToken = (pepper: string, tenantId: string, place: string, id: string, secret: string): string => {
  const body = `${place}.${id}.${secret}`;
  return `${body}.${sealOf(pepper, tenantId, body)}`;
};

/** What a token names, or undefined when it was not made here for this tenant. */
export const readToken = (pepper: string, tenantId: string, token: string): Credential | undefined => {
  const parts = token.split(".");
  const [place, id, secret, seal] = parts;
  if (parts.length !== 4 || !place || id === undefined || !secret || !seal) return undefined;
  if (!sameText(seal, sealOf(pepper, tenantId, `${place}.${id}.${secret}`))) return undefined;
  return { place, id, secretHash: hashSecret(secret) };
};
