/**
 * The browser's side of Web Push, by the RFCs' own procedures and with nothing of the sender's code: keys of a
 * subscription, opening of a message (RFC 8291, 3 and RFC 8188, 2), and the check of the sender's signature (RFC 8292, 2).
 * Web Crypto alone, so that it runs on Node, on Deno and inside workerd.
 */

const encoder = new TextEncoder();

export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

export const toBase64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

export interface BrowserKeys {
  privateKey: CryptoKey;
  /** What the browser hands to the page. */
  keys: { p256dh: string; auth: string };
}

const curve = { name: "ECDH", namedCurve: "P-256" };

/** A new subscription's keys. */
export async function newBrowserKeys(): Promise<BrowserKeys> {
  const pair = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const auth = crypto.getRandomValues(new Uint8Array(16));
  return { privateKey: pair.privateKey, keys: { p256dh: toBase64url(publicKey), auth: toBase64url(auth) } };
}

/** Keys that are written down, as in RFC 8291, Appendix A. */
export async function browserKeysOf(privateKey: string, p256dh: string, auth: string): Promise<BrowserKeys> {
  const point = fromBase64url(p256dh);
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: privateKey,
    x: toBase64url(point.subarray(1, 33)),
    y: toBase64url(point.subarray(33, 65)),
  };
  return {
    privateKey: await crypto.subtle.importKey("jwk", jwk, curve, false, ["deriveBits"]),
    keys: { p256dh, auth },
  };
}

/** The message's text. Throws when it was sealed for another subscription, or tampered with. */
export async function openPush({ privateKey, keys }: BrowserKeys, body: Uint8Array): Promise<string> {
  // RFC 8188, 2.1: salt (16), record size (4), length of the key id (1), key id: here the sender's public key.
  const salt = body.slice(0, 16);
  const recordSize = new DataView(body.buffer, body.byteOffset).getUint32(16);
  const senderKey = body.slice(21, 21 + (body[20] ?? 0));
  const record = body.slice(21 + senderKey.byteLength);
  if (record.byteLength > recordSize) throw new Error("a push message is one record (RFC 8291, 4)");

  // RFC 8291, 3.4.
  const sender = await crypto.subtle.importKey("raw", senderKey, curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: sender }, privateKey, 256);
  const keyInfo = joined(encoder.encode("WebPush: info\0"), fromBase64url(keys.p256dh), senderKey);
  const ikm = await hkdf(fromBase64url(keys.auth), new Uint8Array(shared), keyInfo, 32);
  const contentKey = await hkdf(salt, ikm, encoder.encode("Content-Encoding: aes128gcm\0"), 16);
  const nonce = await hkdf(salt, ikm, encoder.encode("Content-Encoding: nonce\0"), 12);

  const key = await crypto.subtle.importKey("raw", contentKey, "AES-GCM", false, ["decrypt"]);
  const padded = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, record));
  // RFC 8188, 2: the last record ends with 2 and any number of zeros.
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 2) throw new Error("the last record has no delimiter");
  return new TextDecoder("utf-8", { fatal: true }).decode(padded.subarray(0, end));
}

async function hkdf(
  salt: Uint8Array<ArrayBuffer>,
  ikm: Uint8Array<ArrayBuffer>,
  info: Uint8Array<ArrayBuffer>,
  length: number,
) {
  const key = await crypto.subtle.importKey("raw", ikm, "HKDF", false, ["deriveBits"]);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, length * 8));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export interface VapidClaims {
  aud: string;
  exp: number;
  sub: string;
}

/**
 * What the sender claims in `Authorization: vapid t=<JWT>, k=<key>`, when the signature is that key's.
 * @throws when it is not
 */
export async function vapidClaims(authorization: string, publicKey: string): Promise<VapidClaims> {
  const [, token = "", key] = /^vapid t=([^,\s]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
  if (key !== publicKey) throw new Error("signed with another key than the one that was subscribed with");
  const [header = "", claims = "", signature = ""] = token.split(".");
  const decoded = JSON.parse(new TextDecoder().decode(fromBase64url(header)));
  if (decoded.alg !== "ES256") throw new Error(`RFC 8292 asks for ES256, not ${decoded.alg}`);
  const ecdsa = { name: "ECDSA", namedCurve: "P-256" };
  const verifier = await crypto.subtle.importKey("raw", fromBase64url(key), ecdsa, false, ["verify"]);
  const signed = encoder.encode(`${header}.${claims}`);
  const hash = { name: "ECDSA", hash: "SHA-256" };
  if (!(await crypto.subtle.verify(hash, verifier, fromBase64url(signature), signed)))
    throw new Error("the signature is wrong");
  return JSON.parse(new TextDecoder().decode(fromBase64url(claims)));
}
