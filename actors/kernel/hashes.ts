import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** What is stored of a random secret (token, code, ticket, invitation): SHA-256, base64url. Never for passwords. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

export const hmac = (key: string, text: string): string => createHmac("sha256", key).update(text).digest("base64url");

/** Comparison whose time says nothing about where two texts differ. */
export const sameText = (a: string, b: string): boolean => {
  const left = new TextEncoder().encode(a);
  const right = new TextEncoder().encode(b);
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
};
