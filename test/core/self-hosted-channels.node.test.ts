// `npm start` and the channels: variables are checked before anything runs, wrong ones are named without their values
// (T22), and keys for push are made once and kept for their owner alone. That they arrive in the Worker is in test/system.
import { createECDH } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Failure } from "../../workers/self-hosted/failure.ts";
import { keepSecrets, secretsFile } from "../../workers/self-hosted/secrets.ts";
import { readSettings } from "../../workers/self-hosted/settings.ts";

const CHANNEL_SMS = JSON.stringify({
  provider: "webhook",
  url: "https://sms.example.org/send",
  secret: `whsec_${"A".repeat(32)}`,
});

function newPair(): { VAPID_PUBLIC_KEY: string; VAPID_PRIVATE_KEY: string } {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(Buffer.alloc(32, 7));
  return {
    VAPID_PUBLIC_KEY: pair.getPublicKey("base64url"),
    VAPID_PRIVATE_KEY: pair.getPrivateKey("base64url"),
  };
}

function failureOf(environment: Record<string, string>): Failure {
  try {
    readSettings(environment);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error("it was taken");
}

describe("variables", () => {
  test("are handed on as they came; without them there are none", () => {
    expect(readSettings({}).channels).toEqual({});
    expect(readSettings({ CHANNEL_SMS: "", VAPID_PUBLIC_KEY: "" }).channels).toEqual({});
    const given = { CHANNEL_SMS, CHANNEL_PRIVATE_HOSTS: "10.0.0.5:8080", ...newPair() };
    expect(readSettings(given).channels).toEqual(given);
    expect(readSettings({ ...given, CALENDAR_PRIVATE_HOSTS: "10.0.0.6:80" })).toMatchObject({
      channels: given,
      calendarHosts: "10.0.0.6:80",
    });
    expect(readSettings(given).calendarHosts).toBeUndefined();
  });

  test.each([
    ["CHANNEL_SMS", { CHANNEL_SMS: '{"provider":"twilio","authToken":"leaked-value"}' }],
    ["CHANNEL_VOICE", { CHANNEL_VOICE: "leaked-value" }],
    ["CHANNEL_EMAIL", { CHANNEL_EMAIL: '{"provider":"brevo","apiKey":"leaked-value","from":"leaked-value"}' }],
    ["CHANNEL_PRIVATE_HOSTS", { CHANNEL_PRIVATE_HOSTS: "leaked-value" }],
    ["CALENDAR_PRIVATE_HOSTS", { CALENDAR_PRIVATE_HOSTS: "leaked-value" }],
    ["CALENDAR_PRIVATE_HOST", { CALENDAR_PRIVATE_HOST: "10.0.0.6:80" }],
    ["VAPID_SUBJECT", { VAPID_SUBJECT: "leaked-value" }],
    ["VAPID_PRIVATE_KEY", { ...newPair(), VAPID_PRIVATE_KEY: "leaked-value" }],
    ["VAPID_PUBLIC_KEY", { ...newPair(), VAPID_PRIVATE_KEY: "B".repeat(43) }],
    ["VAPID_PUBLIC_KEY", { VAPID_PRIVATE_KEY: newPair().VAPID_PRIVATE_KEY }],
    ["CHANNEL_SMSS", { CHANNEL_SMSS: "leaked-value" }],
    ["VAPID_KEY", { VAPID_KEY: "leaked-value" }],
  ])("%s is named when it is wrong, with exit code 2", (name, environment) => {
    const failure = failureOf(environment);
    expect(failure.message).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    expect(failure.message).not.toContain("leaked-value");
    expect(failure.exitCode).toBe(2);
  });
});

describe("keys for push", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "standby-keys-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("are made at the first start, belong together, and are the same ever after", () => {
    const { vapid } = keepSecrets(folder, {});
    const pair = createECDH("prime256v1");
    pair.setPrivateKey(vapid.privateKey, "base64url");
    expect(pair.getPublicKey("base64url")).toBe(vapid.publicKey);
    expect(readSettings({ VAPID_PUBLIC_KEY: vapid.publicKey, VAPID_PRIVATE_KEY: vapid.privateKey }).channels).toEqual({
      VAPID_PUBLIC_KEY: vapid.publicKey,
      VAPID_PRIVATE_KEY: vapid.privateKey,
    });
    expect(keepSecrets(folder, {}).vapid).toEqual(vapid);
    expect(statSync(secretsFile(folder)).mode & 0o777).toBe(0o600);
  });

  test("are added to the secrets of an installation that is older than they are", () => {
    const older = { ...keepSecrets(folder, {}) };
    const path = secretsFile(folder);
    const { vapidPrivateKey, ...kept } = JSON.parse(readFileSync(path, "utf8"));
    expect(vapidPrivateKey).toBe(older.vapid.privateKey);
    rmSync(path);
    keepSecrets(folder, { operatorToken: kept.operatorToken, passwordPepper: kept.passwordPepper });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      historyKey: expect.any(String),
      vapidPrivateKey: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test("that the operator gave stay with the operator", () => {
    const { VAPID_PRIVATE_KEY, VAPID_PUBLIC_KEY } = newPair();
    const { vapid } = keepSecrets(folder, { vapidPrivateKey: VAPID_PRIVATE_KEY });
    expect(vapid).toEqual({ privateKey: VAPID_PRIVATE_KEY, publicKey: VAPID_PUBLIC_KEY });
    expect(readFileSync(secretsFile(folder), "utf8")).not.toContain(VAPID_PRIVATE_KEY);
  });
});
