/**
 * Proves that only addresses that were proven by a code are used, that a changed one is not proven any more, and that codes cannot
 * be guessed or asked for without end (T18), over HTTP and with a provider of the test's. Also push subscriptions: they end with
 * their session, so that nothing arrives after logging out. The rules by themselves: test/core/channel-links.test.ts.
 */
import { afterEach, expect, test, vi } from "vitest";
import { OwnChannels } from "../../protocol/channels.ts";
import { Contact } from "../../protocol/contacts.ts";
import { Provider, useProviders } from "./harness/provider.ts";
import { query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const codeIn = (text: string): string => /\b[0-9]{6}\b/.exec(text)?.[0] ?? "none";
const subscription = (n: number) => ({
  endpoint: `https://push.example.org/${n}`,
  keys: { p256dh: "B".padEnd(87, "a"), auth: "a".repeat(22) },
});

const own = async (tenant: Tenant, token: string, channel: string) =>
  OwnChannels.parse((await tenant.call("GET", "/me/channels", { token })).body).channels.find(
    (c) => c.channel === channel,
  );

test("a number is used only after its code was told back, and no more once it changes", async () => {
  const [sms] = useProviders(new Provider("sms"), new Provider("email"));
  const tenant = await Tenant.make();
  const userId = await tenant.addPerson("ria", { phone: "06 12345678" });
  const { token } = await tenant.enrol(userId);
  expect(await own(tenant, token, "sms")).toEqual({
    channel: "sms",
    configured: true,
    available: true,
    verified: false,
  });
  expect(await own(tenant, token, "email")).toMatchObject({ configured: true, available: false, verified: false });
  expect(await own(tenant, token, "push")).toMatchObject({ configured: false, available: false });

  const asked = await tenant.call("POST", "/me/verifications", { token, body: { detail: "phone" } });
  expect([asked.status, asked.body]).toMatchObject([202, { detail: "phone" }]);
  const [message] = await sms.until(1);
  expect(message).toMatchObject({
    to: { type: "phone", number: "+31612345678" },
    purpose: "verification",
    locale: "nl",
  });
  const code = codeIn(message?.text ?? "");
  // The code is in no table: neither as it is nor as a hash of a million possible ones.
  const rows = JSON.stringify([
    await query(tenant.stub, "SELECT * FROM sends"),
    await query(tenant.stub, "SELECT * FROM verifications"),
    await query(tenant.stub, "SELECT * FROM log"),
  ]);
  expect(rows).not.toContain(code);

  const confirm = (told: string) =>
    tenant.call("POST", "/me/verifications/confirm", { token, body: { detail: "phone", code: told } });
  const wrong = code === "000000" ? "000001" : "000000";
  expect((await confirm(wrong)).body).toMatchObject({ code: "invalid", errors: [{ path: "code" }] });
  expect((await confirm(code)).status).toBe(200);
  expect(await own(tenant, token, "sms")).toMatchObject({ verified: true });
  expect((await confirm(code)).body).toMatchObject({ code: "expired" });

  for (const phone of ["+31 6 87654321", "06 12345678"]) {
    await tenant.call("PATCH", `/users/${userId}`, { body: { phone } });
    // Also when the old one comes back: it may be somebody else's by now.
    expect(await own(tenant, token, "sms")).toMatchObject({ available: true, verified: false });
  }
  expect(await query(tenant.stub, "SELECT * FROM verified_details")).toEqual([]);
});

test("T18: five wrong codes end the code, and a new one has to wait", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const { token } = await tenant.enrol(await tenant.addPerson("ria", { phone: "+31612345678" }));
  const ask = () => tenant.call("POST", "/me/verifications", { token, body: { detail: "phone" } });
  await ask();
  const code = codeIn((await sms.until(1))[0]?.text ?? "");
  const again = await ask();
  expect([again.status, again.body]).toMatchObject([429, { code: "rate_limited" }]);
  expect(Number(again.headers.get("retry-after"))).toBeGreaterThan(30);
  const confirm = (told: string) =>
    tenant.call("POST", "/me/verifications/confirm", { token, body: { detail: "phone", code: told } });
  for (let i = 0; i < 5; i++)
    expect((await confirm(code === "111111" ? "222222" : "111111")).body).toMatchObject({ code: "invalid" });
  expect((await confirm(code)).body).toMatchObject({ code: "expired" });
  expect(sms.sent).toHaveLength(1);
});

test("what cannot be proven is refused and nothing is sent", async () => {
  const [sms] = useProviders(new Provider("sms"));
  const tenant = await Tenant.make();
  const { token } = await tenant.enrol(await tenant.addPerson("ria"));
  for (const detail of ["phone", "email"]) {
    const asked = await tenant.call("POST", "/me/verifications", { token, body: { detail } });
    expect([asked.status, asked.body]).toMatchObject([409, { code: "conflict" }]);
  }
  const other = await tenant.enrol(await tenant.addPerson("tom", { phone: "12345678", email: "tom@example.org" }));
  for (const detail of ["phone", "email"])
    expect((await tenant.call("POST", "/me/verifications", { token: other.token, body: { detail } })).status).toBe(409);
  expect(sms.sent).toEqual([]);
});

test("a contact is proven by an administrator and loses it by a change; one that a step calls cannot go", async () => {
  const [, email] = useProviders(new Provider("sms"), new Provider("email"));
  const tenant = await Tenant.make();
  const made = await tenant.call("POST", "/contacts", {
    body: { name: "Guard", email: "guard@example.org", locale: "en" },
  });
  expect([made.status, made.body]).toMatchObject([201, { emailVerified: false, phoneVerified: false }]);
  const { contactId } = Contact.parse(made.body);
  const at = `/contacts/${contactId}`;
  expect(
    (await tenant.call("POST", "/contacts", { body: { name: "guard", phone: "+31201234567" } })).body,
  ).toMatchObject({
    code: "name_taken",
  });
  expect((await tenant.call("POST", `${at}/verifications`, { body: { detail: "email" } })).status).toBe(202);
  const code = codeIn((await email.until(1))[0]?.text ?? "");
  const told = await tenant.call("POST", `${at}/verifications/confirm`, { body: { detail: "email", code } });
  expect([told.status, told.body]).toMatchObject([200, { emailVerified: true }]);
  expect((await tenant.call("PATCH", at, { body: { phone: "+31 20 1234567" } })).body).toMatchObject({
    emailVerified: true,
    phoneVerified: false,
  });
  expect((await tenant.call("PATCH", at, { body: { email: "other@example.org" } })).body).toMatchObject({
    emailVerified: false,
  });
  expect((await tenant.call("PATCH", at, { body: { email: null, phone: null } })).status).toBe(422);
  expect((await tenant.call("GET", "/contacts")).body).toMatchObject({ items: [{ contactId, name: "Guard" }] });

  const step = {
    name: "Guard",
    afterSeconds: 60,
    when: { type: "always" },
    action: { type: "contacts", contactIds: [contactId] },
  };
  const scenario = { name: "Fire", title: "Fire", targets: { everyone: true }, escalation: [step] };
  const { scenarioId } = (await tenant.call("POST", "/scenarios", { body: scenario })).body as { scenarioId: string };
  expect((await tenant.call("DELETE", at)).body).toMatchObject({ code: "conflict" });
  await tenant.call("DELETE", `/scenarios/${scenarioId}`);
  expect((await tenant.call("DELETE", at)).status).toBe(204);
  expect((await tenant.call("GET", at)).status).toBe(404);
});

test("a browser gets push messages until its session ends, however it ends", async () => {
  useProviders(new Provider("push"));
  const tenant = await Tenant.make();
  const userId = await tenant.addPerson("ria");
  const [one, two] = [await tenant.enrol(userId), await tenant.enrol(userId)];
  const subscribe = (token: string, n: number) =>
    tenant.call("PUT", "/me/push-subscription", { token, body: subscription(n) });
  const reachable = async () => (await own(tenant, two.token, "push"))?.available;
  expect(await reachable()).toBe(false);
  expect((await subscribe(one.token, 1)).status).toBe(204);
  expect(await reachable()).toBe(true);
  await tenant.call("DELETE", "/sessions/current", { token: one.token });
  expect(await reachable()).toBe(false);

  await subscribe(two.token, 2);
  expect(await reachable()).toBe(true);
  expect((await tenant.call("DELETE", "/me/push-subscription", { token: two.token })).status).toBe(204);
  expect(await reachable()).toBe(false);

  // The same browser under another log-in is the other person's from then on.
  await subscribe(two.token, 2);
  const other = await tenant.enrol(await tenant.addPerson("tom"));
  await subscribe(other.token, 2);
  expect(await reachable()).toBe(false);
  expect((await own(tenant, other.token, "push"))?.available).toBe(true);
});

test("T19: a push subscription cannot lead into the operator's network", async () => {
  useProviders(new Provider("push"));
  const tenant = await Tenant.make();
  for (const endpoint of [
    "http://push.example.org/1",
    "https://127.0.0.1/1",
    "https://localhost/1",
    "https://db.internal/",
  ]) {
    const body = { ...subscription(1), endpoint };
    const answer = await tenant.call("PUT", "/me/push-subscription", { body });
    expect([answer.status, answer.body]).toMatchObject([422, { errors: [{ path: "endpoint" }] }]);
  }
});
