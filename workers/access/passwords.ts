import { scrypt } from "node:crypto";
import { hmac, sameText } from "../../actors/kernel/hashes.ts";

/** OWASP's scrypt settings at 32 MiB (Password Storage Cheat Sheet); N*r*p stays under the 2^20 that Workers may allow. */
const ours = { logN: 15, r: 8, p: 3 } as const;
const maxmem = 96 * 1024 * 1024;
const hashBytes = 32;

/** Dearer parameters in a stored hash would let whoever can write one stop the server. */
const ceiling = { logN: 16, cost: 2 ** 20 };

interface Parameters {
  logN: number;
  r: number;
  p: number;
}

const derive = (password: string, salt: Uint8Array, { logN, r, p }: Parameters): Promise<Uint8Array> =>
  new Promise((resolve, reject) =>
    // NFKC: the same password typed on two keyboards is the same (NIST SP 800-63B, 3.1.1.2).
    scrypt(password.normalize("NFKC"), salt, hashBytes, { N: 2 ** logN, r, p, maxmem }, (error, key) =>
      error === null || error === undefined ? resolve(key) : reject(error),
    ),
  );

/** Without the pepper, which is not in any database, a stolen table cannot even be guessed at. */
const sealed = (pepper: string, key: Uint8Array): string => hmac(pepper, `standby password v1|${toBase64Url(key)}`);

/** @returns `scrypt$15$8$3$<salt>$<hash>`, for storing */
export const hashPassword = async (pepper: string, password: string): Promise<string> => {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await derive(password, salt, ours);
  return `scrypt$${ours.logN}$${ours.r}$${ours.p}$${toBase64Url(salt)}$${sealed(pepper, key)}`;
};

const storedForm = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

/** What nobody has as a hash: no HMAC is all zeros. The salt is any. */
const nobodys = `scrypt$${ours.logN}$${ours.r}$${ours.p}$${"A".repeat(22)}$${"A".repeat(43)}`;

/**
 * Whether this is the password. Takes the same time for somebody who does not exist (`stored` undefined), so that the time
 * does not tell who does (T13).
 */
export const verifyPassword = async (
  pepper: string,
  password: string,
  stored: string | undefined,
): Promise<boolean> => {
  const [, logN, r, p, salt, hash] = storedForm.exec(stored ?? nobodys) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const parameters = { logN: Number(logN), r: Number(r), p: Number(p) };
  if (parameters.logN > ceiling.logN || 2 ** parameters.logN * parameters.r * parameters.p > ceiling.cost) return false;
  const key = await derive(password, fromBase64Url(salt), parameters);
  return sameText(sealed(pepper, key), hash) && stored !== undefined;
};

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const fromBase64Url = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
