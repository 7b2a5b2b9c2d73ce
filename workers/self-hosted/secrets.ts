import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import { join } from "node:path";
import * as z from "zod";
import { Failure } from "./failure.ts";
import { readOwnerOnly, writeOwnerOnly } from "./owner-only.ts";

const kept = z.strictObject({
  operatorToken: z.string().min(16).optional(),
  passwordPepper: z.string().min(16).optional(),
  /** Ed25519, PKCS #8 in PEM: signs the token with which the Worker reaches sqld. */
  historyKey: z.string().startsWith("-----BEGIN PRIVATE KEY-----").optional(),
  /** P-256, 32 bytes in URL-safe base64: every browser that subscribed to push knows its public part. */
  vapidPrivateKey: z.base64url().length(43).optional(),
});

export interface Secrets {
  operatorToken: string;
  passwordPepper: string;
  /** What sqld checks tokens with: the raw public key in URL-safe base64, one of the two forms it reads. */
  historyPublicKey: string;
  /** What the Worker shows to sqld. */
  historyToken: string;
  /** Signs what goes to push services (RFC 8292); the public part is what browsers subscribe with. */
  vapid: { publicKey: string; privateKey: string };
}

export function secretsFile(dataFolder: string): string {
  return join(dataFolder, "secrets.json");
}

/**
 * The installation's secrets: those given by the operator, and for the others what was made at the first start.
 * @throws Failure when the file was damaged. It is never made anew by itself: another pepper would end every password.
 */
export function keepSecrets(
  dataFolder: string,
  given: {
    operatorToken?: string | undefined;
    passwordPepper?: string | undefined;
    vapidPrivateKey?: string | undefined;
  },
): Secrets {
  const path = secretsFile(dataFolder);
  const found = readKept(path);
  const historyKey = found.historyKey ?? newKey();
  const operatorToken = given.operatorToken ?? found.operatorToken ?? randomBytes(32).toString("base64url");
  const passwordPepper = given.passwordPepper ?? found.passwordPepper ?? randomBytes(32).toString("base64url");
  const vapidPrivateKey = given.vapidPrivateKey ?? found.vapidPrivateKey ?? newPushKey();

  // What the operator gave stays with the operator: it is not copied into the data folder.
  const next: z.infer<typeof kept> = { ...found, historyKey };
  if (given.operatorToken === undefined) next.operatorToken = operatorToken;
  if (given.passwordPepper === undefined) next.passwordPepper = passwordPepper;
  if (given.vapidPrivateKey === undefined) next.vapidPrivateKey = vapidPrivateKey;
  if (JSON.stringify(next) !== JSON.stringify(found)) writeOwnerOnly(path, `${JSON.stringify(next, null, 2)}\n`);

  const key = createPrivateKey(historyKey);
  return {
    operatorToken,
    passwordPepper,
    historyPublicKey: publicPart(key),
    historyToken: tokenFor(key),
    vapid: { publicKey: publicPushKey(vapidPrivateKey), privateKey: vapidPrivateKey },
  };
}

function readKept(path: string): z.infer<typeof kept> {
  const text = readOwnerOnly(path);
  if (text === undefined) return {};
  try {
    return kept.parse(JSON.parse(text));
  } catch {
    throw new Failure(
      `${path} is damaged. Put it back from a backup: passwords depend on it. A new one is not made by itself.`,
    );
  }
}

function newKey(): string {
  return generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function newPushKey(): string {
  const pair = createECDH("prime256v1");
  // A number that begins with a zero byte comes out shorter, and the key must have 32 bytes: one in 256 is made anew.
  for (;;) {
    pair.generateKeys();
    const key = pair.getPrivateKey();
    if (key.byteLength === 32) return key.toString("base64url");
  }
}

function publicPushKey(privateKey: string): string {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(privateKey, "base64url");
  return pair.getPublicKey("base64url");
}

function publicPart(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  if (x === undefined) throw new TypeError("an Ed25519 key has a public part");
  return x;
}

/** A JWT as sqld reads it: `a` is the access, `rw` for reading and writing. It has no end, as the key never leaves here. */
function tokenFor(key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${part({ alg: "EdDSA", typ: "JWT" })}.${part({ a: "rw" })}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}
