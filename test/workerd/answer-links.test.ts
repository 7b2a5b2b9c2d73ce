/**
 * Proves, over HTTP and inside workerd: an answer link answers the alarm without log-in, once, for as long as it should, and for
 * nobody but the one it was sent to (T13, I6); looking at it uses nothing up; receipts of service workers and providers flow into
 * the alarm's progress as a device's do, a handset's word alone counting as received; and a receipt needs both its address and the
 * provider's signature. That the page works in a browser without scripts: test/browser/answer-page.test.ts.
 */

import { exports } from "cloudflare:workers";
import { afterEach, expect, test, vi } from "vitest";
import { AnswerLink } from "../../protocol/channels.ts";
import { limits } from "../../protocol/limits.ts";
import { addReachable, calls, Provider, raiseBy, useProviders } from "./harness/provider.ts";
import { query } from "./harness/storage.ts";
import { call, origin, Tenant } from "./harness/tenant.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** One person with a proven number, one alarm that was sent there, and its link. */
const alarmed = async (facts: Record<string, unknown> = {}, provider = new Provider("sms")) => {
  useProviders(provider);
  const tenant = await Tenant.make();
  const who = await addReachable(tenant, provider, "ria");
  const alarmId = await raiseBy(tenant, [provider.channel], { users: [who.userId] }, facts);
  await vi.waitUntil(() => calls(provider).length === 1);
  await vi.waitUntil(
    async () =>
      (await query(tenant.stub, "SELECT 1 FROM sends WHERE state = 'sent' AND alarm_id IS NOT NULL")).length === 1,
  );
  const message = calls(provider)[0];
  if (message === undefined) throw new Error("nothing was sent");
  const token = message.link?.split("/").at(-1) ?? "";
  const at = `/v1/${tenant.slug}/answer-links/${token}`;
  const recipient = async () => (await tenant.recipients(alarmId))[0];
  return { tenant, who, alarmId, message, token, at, recipient };
};

const expired = { status: 410, body: { code: "expired" } };
const page = (path: string, init?: RequestInit) => exports.default.fetch(`${origin}${path}`, init);
const form = (fields: Record<string, string>): RequestInit => ({ method: "POST", body: new URLSearchParams(fields) });

test("a link answers once, as a device would, and is dead afterwards", async () => {
  const { tenant, alarmId, at, recipient } = await alarmed();
  const shown = await call("GET", at);
  expect(AnswerLink.parse(shown.body)).toMatchObject({
    organisation: "Acme",
    title: "Fire in hall 3",
    message: "Go north",
    kind: "actual",
    locale: "nl",
  });
  expect(shown.headers.get("cache-control")).toBe("no-store");
  // Looking is no receipt, however often: scanners do it.
  for (let i = 0; i < 3; i++) await call("GET", at);
  expect(await recipient()).not.toHaveProperty("receivedAt");

  const answered = await call("POST", at, { body: { response: "coming", etaMinutes: 4, text: "from the hall" } });
  expect([answered.status, answered.body]).toMatchObject([200, { response: "coming" }]);
  expect(await recipient()).toMatchObject({
    state: "answered",
    response: "coming",
    etaMinutes: 4,
    text: "from the hall",
    deviceId: "channel-sms",
    channels: [{ channel: "sms", state: "delivered" }],
  });
  expect((await tenant.call("GET", `/alarms/${alarmId}`)).body).toMatchObject({ counts: { coming: 1 } });
  for (const again of [call("POST", at, { body: { response: "notComing" } }), call("GET", at)])
    expect(await again).toMatchObject(expired);
  expect(await call("POST", `${at}/receipts`, { body: { what: "seen" } })).toMatchObject(expired);
  expect(await recipient()).toMatchObject({ response: "coming" });
});

test("two answers by one link at once: one of them counts", async () => {
  const { at } = await alarmed();
  const both = await Promise.all(["coming", "notComing"].map((response) => call("POST", at, { body: { response } })));
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 410]);
});

test("a link dies with its alarm, its hour, and its person", async () => {
  const ended = await alarmed();
  await ended.tenant.call("POST", `/alarms/${ended.alarmId}/stand-down`, { body: { reason: "over" } });
  expect(await call("GET", ended.at)).toMatchObject(expired);
  expect(await call("POST", ended.at, { body: { response: "coming" } })).toMatchObject(expired);

  const old = await alarmed();
  await query(old.tenant.stub, "UPDATE sends SET created_at = created_at - ?", limits.answerLinkMs);
  expect(await call("GET", old.at)).toMatchObject(expired);

  const gone = await alarmed();
  await gone.tenant.call("PATCH", `/users/${gone.who.userId}`, { body: { enabled: false } });
  expect(await call("POST", gone.at, { body: { response: "coming" } })).toMatchObject(expired);
});

test("T13, I6: what is no link of this tenant is answered as a used one, and nothing of a link is stored", async () => {
  const { tenant, token, message, at } = await alarmed();
  const other = await Tenant.make();
  const receipt = message.receiptUrl.split("/").at(-1) ?? "";
  for (const path of [
    `/v1/${other.slug}/answer-links/${token}`,
    `/v1/nobody-here/answer-links/${token}`,
    `/v1/${tenant.slug}/answer-links/${receipt}`,
    `/v1/${tenant.slug}/answer-links/${token.slice(0, -1)}${token.endsWith("a") ? "b" : "a"}`,
    `/v1/${tenant.slug}/answer-links/x`,
    `/v1/${tenant.slug}/answer-links/${"x".repeat(300)}`,
  ]) {
    expect(await call("GET", path), path).toMatchObject(expired);
    expect(await call("POST", path, { body: { response: "coming" } }), path).toMatchObject(expired);
  }
  const rows = await query(tenant.stub, "SELECT * FROM sends");
  const log = await query(tenant.stub, "SELECT body FROM log");
  expect(JSON.stringify([rows, log])).not.toContain(token.slice(17));
  expect(await call("POST", at, { body: { response: "coming", extra: 1 } })).toMatchObject({ status: 422 });
});

test("I4: a service worker's receipts are a device's: received, then seen, twice without harm", async () => {
  const push = new Provider("push");
  useProviders(push);
  const tenant = await Tenant.make();
  const { token: session, userId } = await tenant.enrol(await tenant.addPerson("ria"));
  const keys = { p256dh: "B".padEnd(87, "a"), auth: "a".repeat(22) };
  const body = { endpoint: "https://push.example.org/1", keys };
  await tenant.call("PUT", "/me/push-subscription", { token: session, body });
  const alarmId = await raiseBy(tenant, ["push"], { users: [userId] });
  await vi.waitUntil(() => push.sent.length === 1);
  const { token } = JSON.parse(push.sent[0]?.payload ?? "") as { token: string };
  const recipient = async () => (await tenant.recipients(alarmId))[0];
  // A push service that took it has told nobody.
  expect((await recipient())?.state).not.toBe("received");
  const say = (what: string) =>
    call("POST", `/v1/${tenant.slug}/answer-links/${token}/receipts`, { body: { what } }).then(({ status }) => status);
  expect(await Promise.all([say("received"), say("received")])).toEqual([204, 204]);
  expect(await recipient()).toMatchObject({ state: "received", deviceId: "channel-push" });
  expect(await say("seen")).toBe(204);
  const seen = await recipient();
  expect(seen).toMatchObject({ state: "seen", channels: [{ channel: "push", state: "delivered" }] });
  expect([await say("received"), await recipient()]).toEqual([204, seen]);
  const records = await query(tenant.stub, "SELECT body FROM log WHERE type = 'alarm.receipts'");
  expect(records).toHaveLength(2);
});

test("a provider's receipt needs its address and its signature, and a handset's word counts as received", async () => {
  const { tenant, message, token, recipient } = await alarmed();
  const at = new URL(message.receiptUrl).pathname;
  const post = (path: string, receipt: object, password = "password") =>
    page(path, {
      method: "POST",
      headers: { "x-provider": password, "content-type": "text/x-any" },
      body: JSON.stringify(receipt),
    });
  expect((await post(at, { state: "delivered" }, "wrong")).status).toBe(401);
  expect(
    (
      await post(
        at.replace(/.$/, (last) => (last === "a" ? "b" : "a")),
        { state: "delivered" },
      )
    ).status,
  ).toBe(401);
  expect((await post(at.replace(/[^/]+$/, token), { state: "delivered" })).status).toBe(401);
  expect((await post(`/v1/nobody-here/channel-receipts/${at.split("/").at(-1)}`, { state: "delivered" })).status).toBe(
    401,
  );
  expect((await page(at, { method: "POST", body: "x".repeat(limits.receiptBytes + 1) })).status).toBe(413);
  expect((await recipient())?.state).not.toBe("received");

  expect((await post(at, { state: "sent" })).status).toBe(200);
  expect((await recipient())?.state).not.toBe("received");
  expect((await post(at, { state: "delivered" })).status).toBe(200);
  expect(await recipient()).toMatchObject({
    state: "received",
    deviceId: "channel-sms",
    channels: [{ channel: "sms", state: "delivered" }],
  });
  // It never runs backwards, whatever a provider says later.
  expect((await post(at, { state: "failed", reason: "late" })).status).toBe(200);
  expect(await recipient()).toMatchObject({ state: "received", channels: [{ state: "delivered" }] });
  expect(await query(tenant.stub, "SELECT count(*) AS n FROM log WHERE type = 'alarm.receipts'")).toEqual([{ n: 1 }]);
});

test("a mailbox that took a mail has told nobody", async () => {
  const { message, recipient } = await alarmed({}, new Provider("email"));
  const at = new URL(message.receiptUrl).pathname;
  const receipt = {
    method: "POST",
    headers: { "x-provider": "password" },
    body: JSON.stringify({ state: "delivered" }),
  };
  expect((await page(at, receipt)).status).toBe(200);
  expect(await recipient()).toMatchObject({ channels: [{ channel: "email", state: "delivered" }] });
  expect((await recipient())?.state).not.toBe("received");
});

test("a key pressed in a call answers the alarm, once", async () => {
  const { message, recipient } = await alarmed({}, new Provider("voice"));
  const at = new URL(message.receiptUrl).pathname;
  expect(message).not.toHaveProperty("link");
  const press = (pressed: string) =>
    page(at, {
      method: "POST",
      headers: { "x-provider": "password" },
      body: JSON.stringify({ state: "delivered", pressed }),
    });
  const answer = await press("notComing");
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/xml; charset=utf-8"]);
  expect(await answer.text()).toBe("<Response/>");
  expect(await recipient()).toMatchObject({ state: "answered", response: "notComing", deviceId: "channel-voice" });
  await press("coming");
  expect(await recipient()).toMatchObject({ response: "notComing" });
});

test("I9: the page says first that it is an exercise, loads nothing, and takes the answer by a plain form", async () => {
  const { tenant, token, recipient } = await alarmed({ kind: "exercise", title: '<b>Fire</b> & "smoke"' });
  const at = `/a/${tenant.slug}/${token}`;
  for (let i = 0; i < 2; i++) {
    const shown = await page(at);
    const html = await shown.text();
    expect(shown.status).toBe(200);
    expect(html).toMatch(/<html lang="nl" class="exercise">/);
    expect(html.indexOf("OEFENING</p>")).toBeGreaterThan(0);
    expect(html.indexOf("OEFENING</p>")).toBeLessThan(html.indexOf("<h1>"));
    expect(html).toContain("<h1>&lt;b&gt;Fire&lt;/b&gt; &amp; &quot;smoke&quot;</h1>");
    expect(html).not.toMatch(/<script|src=|onclick/);
    const policy = shown.headers.get("content-security-policy") ?? "";
    const nonce = /nonce-([^']+)'/.exec(policy)?.[1] ?? "none";
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'nonce-[A-Za-z0-9+/=]{24}'; form-action 'self'; frame-ancestors 'none'/,
    );
    expect(html).toContain(`<style nonce="${nonce}">`);
    expect(shown.headers.get("referrer-policy")).toBe("no-referrer");
    expect(shown.headers.get("cache-control")).toBe("no-store");
  }
  expect((await page(at, { method: "HEAD" })).status).toBe(200);
  expect(await recipient()).not.toHaveProperty("seenAt");

  const wrong = await page(at, form({ response: "perhaps" }));
  expect([wrong.status, await wrong.text()]).toEqual([422, expect.stringContaining("OEFENING")]);
  expect((await page(at, form({ response: "coming", etaMinutes: "9999" }))).status).toBe(422);
  const taken = await page(at, form({ response: "coming", etaMinutes: "7", text: "" }));
  expect([taken.status, await taken.text()]).toEqual([200, expect.stringContaining("Genoteerd: ik kom.")]);
  expect(await recipient()).toMatchObject({ state: "answered", response: "coming", etaMinutes: 7 });

  for (const dead of [page(at), page(at, form({ response: "notComing" })), page(`/a/${tenant.slug}/nonsense`)]) {
    const gone = await dead;
    expect(gone.status).toBe(410);
    expect(await gone.text()).toMatch(/Deze link werkt niet meer[\s\S]*This link does not work any more/);
  }
});

test("whoever has answered is not called any more by what still waited", async () => {
  const { who, tenant, at } = await alarmed();
  await query(
    tenant.stub,
    "INSERT INTO sends SELECT 'snd_another', alarm_id, purpose, channel, recipient, contact, turn, 'waiting', 0, 9e12, NULL, created_at, changed_at, 9e12, NULL, NULL, NULL, NULL FROM sends WHERE alarm_id IS NOT NULL",
  );
  await call("POST", at, { body: { response: "coming" } });
  expect(await query(tenant.stub, "SELECT state, recipient FROM sends WHERE send_id = 'snd_another'")).toEqual([
    { state: "cancelled", recipient: who.userId },
  ]);
});
