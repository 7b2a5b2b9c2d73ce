/**
 * Proves what a kiosk may do and nothing else (T1), how its codes are kept and throttled (T18), and that presence webhooks count once
 * (I5) and only when signed by a presence integration (T16).
 */
import { evictDurableObject } from "cloudflare:test";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { limits } from "../../protocol/limits.ts";
import { SitePresence } from "../../protocol/presence.ts";
import { holdClock } from "./harness/clock.ts";
import { query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const clock = holdClock("2041-06-01T10:00:00Z");

const presentAt = async (tenant: Tenant, siteId: string): Promise<string[]> =>
  SitePresence.parse((await tenant.call("GET", `/sites/${siteId}/presence`)).body).people.map(({ userId }) => userId);

const door = async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Door");
  const made = await tenant.call("POST", "/kiosks", { body: { name: "Main door", siteId } });
  expect(made.status).toBe(201);
  const { kioskId } = made.body as { kioskId: string };
  const enrol = async () => {
    const { code } = (await tenant.call("POST", `/kiosks/${kioskId}/enrolment`)).body as { code: string };
    return { code, session: await tenant.call("POST", "/kiosk-sessions", { token: "", body: { code } }) };
  };
  const { code, session } = await enrol();
  expect(session.status).toBe(201);
  const { token } = session.body as { token: string };
  const sign = (body: object, by = token) => tenant.call("POST", "/kiosk/sign", { token: by, body });
  return { tenant, siteId, kioskId, enrol, code, token, sign };
};

const codeOf = async (tenant: Tenant) => {
  const answer = await tenant.call("POST", "/me/kiosk-code");
  return (answer.body as { code: string }).code;
};

test("a personal code signs its person in and out; only a hash of it is stored; a new one replaces it", async () => {
  const { tenant, siteId, sign } = await door();
  const code = await codeOf(tenant);
  expect(code).toMatch(/^[0-9]{8}$/);
  expect(await sign({ code, present: true })).toMatchObject({ status: 200, body: { firstName: "An", present: true } });
  expect(await presentAt(tenant, siteId)).toEqual([tenant.admin.user.userId]);
  expect((await sign({ code, present: false })).status).toBe(200);
  expect(await presentAt(tenant, siteId)).toEqual([]);
  const stored = await query(tenant.stub, "SELECT hash FROM kiosk_person_codes");
  expect(stored).toHaveLength(1);
  expect(String(stored[0]?.hash)).not.toContain(code);
  const next = await codeOf(tenant);
  expect((await sign({ code, present: true })).status).toBe(410);
  expect((await sign({ code: next, present: true })).status).toBe(200);
});

test("a QR code works once, for a minute, in its own tenant, and not when a letter of it was changed", async () => {
  const { tenant, siteId, sign } = await door();
  const person = await tenant.enrol(await tenant.addPerson("walker"));
  const show = async () =>
    ((await tenant.call("POST", "/me/kiosk-qr", { token: person.token })).body as { qr: string }).qr;
  const qr = await show();
  expect((await sign({ qr: `${qr.slice(0, -1)}${qr.endsWith("A") ? "B" : "A"}`, present: true })).status).toBe(410);
  expect((await sign({ qr, present: true })).status).toBe(200);
  expect(await presentAt(tenant, siteId)).toEqual([person.userId]);
  await evictDurableObject(tenant.stub);
  expect((await sign({ qr, present: false })).status).toBe(410);
  const late = await show();
  clock.pass(limits.kioskQrMs + 1);
  expect((await sign({ qr: late, present: false })).status).toBe(410);
  const other = await door();
  expect((await other.sign({ qr: await show(), present: true })).status).toBe(410);
  expect(await presentAt(tenant, siteId)).toEqual([person.userId]);
});

test("T1: a kiosk's token can do nothing else, and nobody else's can sign", async () => {
  const { tenant, siteId, token, sign, code } = await door();
  for (const [method, path] of [
    ["GET", "/me"],
    ["GET", "/users"],
    ["GET", `/sites/${siteId}/presence`],
    ["POST", "/alarms"],
    ["POST", "/socket-tickets"],
    ["PUT", "/me/presence"],
  ] as const) {
    const body = method === "POST" && path === "/alarms" ? { title: "x", targets: { everyone: true } } : undefined;
    const report = method === "PUT" ? { siteId, present: true } : body;
    const asked = await tenant.call(method, path, { token, ...(report === undefined ? {} : { body: report }) });
    expect(`${path} ${asked.status}`).toBe(`${path} 401`);
  }
  const own = await codeOf(tenant);
  expect((await sign({ code: own, present: true }, tenant.admin.token)).status).toBe(401);
  const other = await door();
  expect((await sign({ code: own, present: true }, other.token)).status).toBe(401);
  expect((await tenant.call("POST", "/kiosk-sessions", { token: "", body: { code } })).status, "used").toBe(410);
});

test("a device that is enrolled anew puts the former one out, and so does removing the kiosk", async () => {
  const { tenant, siteId, kioskId, enrol, sign } = await door();
  const code = await codeOf(tenant);
  const { session } = await enrol();
  const { token } = session.body as { token: string };
  expect((await sign({ code, present: true })).status).toBe(401);
  expect((await sign({ code, present: true }, token)).status).toBe(200);
  expect((await tenant.call("DELETE", `/sites/${siteId}`)).status).toBe(409);
  expect((await tenant.call("DELETE", `/kiosks/${kioskId}`)).status).toBe(204);
  expect((await sign({ code, present: true }, token)).status).toBe(401);
});

test("T18: after ten wrong codes none is taken for the rest of five minutes, also across an eviction", async () => {
  const { tenant, sign } = await door();
  const code = await codeOf(tenant);
  const wrong = (n: number) => String((Number(code) + n) % 10 ** 8).padStart(8, "0");
  for (let i = 1; i <= limits.kioskTries; i++) {
    expect((await sign({ code: wrong(i), present: true })).status).toBe(410);
    if (i === 5) expect((await sign({ code, present: true })).status).toBe(200);
  }
  await evictDurableObject(tenant.stub);
  const refused = await sign({ code, present: true });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  clock.pass(limits.kioskTriesMs + 1);
  expect((await sign({ code, present: true })).status).toBe(200);
});

test("I5, T16: a presence webhook counts once, an old one sent again undoes nothing, and it can raise nothing", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Wi-Fi");
  const person = await tenant.enrol(await tenant.addPerson("wanda"));
  const made = await tenant.call("POST", "/integrations", { body: { name: "Access points", kind: "presence" } });
  const { integrationId, secret, url } = made.body as { integrationId: string; secret: string; url: string };
  expect(url).toMatch(new RegExp(`/v1/${tenant.tenantId}/presence-hooks/${integrationId}$`));
  const post = (id: string, body: object, path = "presence-hooks", by = secret) => {
    const now = new Date();
    const signature = new Webhook(by).sign(id, now, JSON.stringify(body));
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": signature,
    };
    return tenant.call("POST", `/${path}/${integrationId}`, { token: "", body, headers });
  };
  expect(await post("one", { userRef: "WANDA", siteId, present: true })).toMatchObject({
    status: 200,
    body: { taken: true },
  });
  expect(await presentAt(tenant, siteId)).toEqual([person.userId]);
  expect((await post("two", { userRef: person.userId, siteId, present: false })).status).toBe(200);
  expect(await presentAt(tenant, siteId)).toEqual([]);
  await evictDurableObject(tenant.stub);
  expect((await post("one", { userRef: "wanda", siteId, present: true })).status).toBe(200);
  expect(await presentAt(tenant, siteId)).toEqual([]);

  // The person's own word stands against an integration that sees nobody any more.
  await tenant.call("PUT", "/me/presence", { token: person.token, body: { siteId, present: true } });
  expect((await post("three", { userRef: "wanda", siteId, present: false })).status).toBe(200);
  expect(await presentAt(tenant, siteId)).toEqual([person.userId]);

  expect((await post("four", { userRef: "nobody", siteId, present: true })).status).toBe(422);
  expect((await post("five", { userRef: "wanda", siteId, present: true, latitude: 52.37 })).status).toBe(422);
  const foreign = `whsec_${btoa("another secret of thirty-two byte")}`;
  expect((await post("six", { userRef: "wanda", siteId, present: true }, "presence-hooks", foreign)).status).toBe(401);
  expect((await post("seven", { type: "fire", data: {} }, "hooks")).status).toBe(401);
});
