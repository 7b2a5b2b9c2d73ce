// The providers' settings out of environment variables: what is taken, what is refused, and that no message shows a value
// (T22). That they reach the Worker is in test/system.
import { describe, expect, test } from "vitest";
import { readChannelSettings } from "../../actors/tenant/channels/provider-settings.ts";

const publicUrl = "https://standby.example.org";
const twilio = {
  provider: "twilio",
  accountSid: `AC${"0".repeat(32)}`,
  authToken: "secret-of-twilio",
  from: "+31201234567",
};
const webhook = { provider: "webhook", url: "https://sms.example.org/send", secret: `whsec_${"A".repeat(32)}` };
const read = (variables: Record<string, unknown>) =>
  readChannelSettings(
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    publicUrl,
  );

test("nothing given: no channel, nothing wrong", () => {
  expect(read({})).toEqual({ settings: { privateHosts: new Set() }, wrong: [] });
  expect(read({ CHANNEL_SMS: "", VAPID_PUBLIC_KEY: "" })).toEqual(read({}));
});

test.each([
  ["CHANNEL_SMS", { ...twilio, baseUrl: "https://api.dublin.ie1.twilio.com", perSecond: 5 }],
  ["CHANNEL_SMS", { ...twilio, from: `MG${"a".repeat(32)}` }],
  ["CHANNEL_SMS", { provider: "messagebird", accessKey: "key-of-messagebird", from: "StandBy" }],
  ["CHANNEL_SMS", webhook],
  ["CHANNEL_VOICE", twilio],
  ["CHANNEL_VOICE", { provider: "messagebird", accessKey: "key-of-messagebird", from: "+31201234567" }],
  ["CHANNEL_EMAIL", { provider: "postmark", serverToken: "key-of-postmark", from: "a@b.nl", fromName: "BHV" }],
  ["CHANNEL_EMAIL", { provider: "brevo", apiKey: "key-of-brevo", from: "a@b.nl", receiptSecret: "what-it-shows" }],
])("%s takes %j", (name, provider) => {
  const { settings, wrong } = read({ [name]: provider });
  expect(wrong).toEqual([]);
  expect(Object.values(settings)).toContainEqual(provider);
});

describe("what is wrong is named without its value (T22)", () => {
  const leaked = "leaked-secret-value";
  test.each([
    ["CHANNEL_SMS", `{"provider":"twilio","authToken":"${leaked}"`, "is not JSON"],
    ["CHANNEL_SMS", leaked, "is not JSON"],
    ["CHANNEL_SMS", { provider: leaked }, "provider"],
    ["CHANNEL_SMS", { ...twilio, accountSid: leaked }, "accountSid"],
    ["CHANNEL_SMS", { ...twilio, authToken: `${leaked} with a space` }, "authToken"],
    ["CHANNEL_SMS", { ...twilio, from: `${leaked}!` }, "from"],
    ["CHANNEL_SMS", { ...twilio, token: leaked }, "there is no token"],
    ["CHANNEL_SMS", { ...twilio, perSecond: 0 }, "perSecond"],
    ["CHANNEL_SMS", { provider: "postmark", serverToken: leaked, from: "a@b.nl" }, "provider"],
    ["CHANNEL_VOICE", { ...twilio, from: "StandBy" }, "from"],
    ["CHANNEL_EMAIL", { provider: "brevo", apiKey: leaked, from: "no address" }, "from"],
    ["CHANNEL_EMAIL", { ...webhook, secret: leaked }, "secret"],
    ["CHANNEL_EMAIL", { ...webhook, url: `http://${leaked}.example.org/` }, "url must be a public https address"],
    ["CHANNEL_SMS", { ...twilio, baseUrl: `https://${leaked}/` }, "baseUrl must be a public https address"],
    ["CHANNEL_PRIVATE_HOSTS", leaked, "host:port"],
    ["VAPID_PRIVATE_KEY", leaked, "32 bytes"],
    ["VAPID_PUBLIC_KEY", leaked, "65 bytes"],
    ["VAPID_SUBJECT", leaked, "mailto:"],
  ])("%s = %j", (name, value, says) => {
    const { settings, wrong } = read({ [name]: value });
    expect(wrong.map((variable) => variable.name)).toContain(name);
    expect(wrong.map(({ message }) => message).join("\n")).toContain(says);
    expect(JSON.stringify(wrong)).not.toContain(leaked);
    expect(settings).toEqual({ privateHosts: new Set() });
  });
});

test("a wrong provider takes its own channel away and no other", () => {
  const { settings, wrong } = read({ CHANNEL_SMS: "{", CHANNEL_VOICE: twilio, CHANNEL_EMAIL: webhook });
  expect(wrong.map(({ name }) => name)).toEqual(["CHANNEL_SMS"]);
  expect(Object.keys(settings).toSorted()).toEqual(["email", "privateHosts", "voice"]);
});

test("an address of the own network is taken when its host was named", () => {
  const local = { ...webhook, url: "http://10.0.0.5:8080/send" };
  expect(read({ CHANNEL_SMS: local }).settings.sms).toBeUndefined();
  const named = read({ CHANNEL_SMS: local, CHANNEL_PRIVATE_HOSTS: "10.0.0.5:8080" });
  expect(named.settings.sms).toEqual(local);
  expect(named.wrong).toEqual([]);
});

describe("the keys for push", () => {
  const publicKey = `B${"A".repeat(86)}`;
  const privateKey = "A".repeat(43);

  test("come in pairs", () => {
    expect(read({ VAPID_PUBLIC_KEY: publicKey }).wrong.map(({ name }) => name)).toEqual(["VAPID_PRIVATE_KEY"]);
    expect(read({ VAPID_PRIVATE_KEY: privateKey }).wrong.map(({ name }) => name)).toEqual(["VAPID_PUBLIC_KEY"]);
  });

  test("have the installation's address as the contact when nothing else is given", () => {
    const both = { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey };
    expect(read(both).settings.push).toEqual({ publicKey, privateKey, subject: publicUrl });
    expect(read({ ...both, VAPID_SUBJECT: "mailto:bhv@b.nl" }).settings.push?.subject).toBe("mailto:bhv@b.nl");
    // A push service takes no http: address.
    expect(readChannelSettings(both, "http://localhost:8787").settings.push?.subject).toBe("https://localhost:8787");
  });
});
