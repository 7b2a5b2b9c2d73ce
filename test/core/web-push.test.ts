// Web Push as a push service and a browser see it: what was sealed is opened by RFC 8291's own procedure (push-browser.ts,
// held against the RFC's worked example first), who signed is checked by RFC 8292's, and the headers are RFC 8030's. A real
// browser is not tried here. No server: the requests are caught on their way.
import { beforeAll, describe, expect, test } from "vitest";
import { topicOf, webPush } from "../../actors/tenant/channels/adapters/web-push.ts";
import type { Address, ChannelMessage } from "../../actors/tenant/channels/channel.ts";
import type { PushKeys } from "../../actors/tenant/channels/provider-settings.ts";
import {
  type BrowserKeys,
  browserKeysOf,
  fromBase64url,
  newBrowserKeys,
  openPush,
  toBase64url,
  vapidClaims,
} from "../system/harness/push-browser.ts";
import { messageTo } from "./channel-message.ts";

const endpoint = "https://push.example.org/wpush/v2/abc";
let browser: BrowserKeys;
let keys: PushKeys;
let caught: { address: string; init: RequestInit }[];

beforeAll(async () => {
  browser = await newBrowserKeys();
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const { d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const publicKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  keys = { publicKey, privateKey: d, subject: "mailto:bhv@example.org" };
});

const send = (
  to: Partial<Extract<Address, { type: "push" }>> = {},
  changes: Partial<ChannelMessage> = {},
  answer: Response = new Response(null, { status: 201 }),
  privateHosts: ReadonlySet<string> = new Set(),
) => {
  caught = [];
  const way = (address: string, init: RequestInit) => {
    caught.push({ address, init });
    return Promise.resolve(answer);
  };
  const address = { type: "push", endpoint, ...browser.keys, ...to } as const;
  const message = messageTo(address, { payload: '{"v":1,"title":"Brand — 火事"}', ...changes });
  return webPush(keys, { public: way, private: way, privateHosts }).send(message, AbortSignal.timeout(5_000));
};
const request = () => {
  const init: RequestInit = caught[0]?.init ?? {};
  return { init, headers: new Headers(init.headers), body: new Uint8Array(init.body as Uint8Array<ArrayBuffer>) };
};

describe("the browser of these tests", () => {
  // RFC 8291, 5 and Appendix A.
  const message =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl" +
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
  const rfcKeys = () =>
    browserKeysOf(
      "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94",
      "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      "BTBZMqHH6r4Tts7J_aSIgg",
    );

  test("opens the RFC's example", async () => {
    const text = await openPush(await rfcKeys(), fromBase64url(message));
    expect(text).toBe("When I grow up, I want to be a watermelon");
  });

  test("opens no message for another browser, and none that was touched", async () => {
    await expect(openPush(browser, fromBase64url(message))).rejects.toThrow();
    const touched = fromBase64url(message);
    touched[100] = (touched[100] ?? 0) ^ 1;
    await expect(openPush(await rfcKeys(), touched)).rejects.toThrow();
  });
});

describe("a message", () => {
  test("is sealed for the one browser, in a length that tells nothing", async () => {
    expect(await send()).toEqual({ ok: true });
    expect(caught[0]?.address).toBe(endpoint);
    const { headers, body, init } = request();
    expect(headers.get("content-encoding")).toBe("aes128gcm");
    expect(await openPush(browser, body)).toBe('{"v":1,"title":"Brand — 火事"}');
    await expect(openPush(await newBrowserKeys(), body)).rejects.toThrow();
    expect(body.byteLength).toBe(4_096);
    expect(init.redirect).toBe("manual");

    await send({}, { payload: "x".repeat(3_993) });
    expect(request().body.byteLength).toBe(4_096);
    expect(await openPush(browser, request().body)).toBe("x".repeat(3_993));
  });

  test("is never sealed twice in the same way", async () => {
    await send();
    const one = request().body;
    await send();
    expect(request().body).not.toEqual(one);
  });

  test("is signed for that push service and for less than a day (RFC 8292, 2)", async () => {
    await send();
    const authorization = request().headers.get("authorization") ?? "";
    const { aud, sub, exp } = await vapidClaims(authorization, keys.publicKey);
    expect({ aud, sub }).toEqual({ aud: "https://push.example.org", sub: "mailto:bhv@example.org" });
    const hours = (exp - Date.now() / 1000) / 3600;
    expect(hours).toBeGreaterThan(1);
    expect(hours).toBeLessThan(24);
    const forged = authorization.replace(/t=([^.]+)\.([^.]+)/, (_all, header, claims) => `t=${header}.${claims}A`);
    await expect(vapidClaims(forged, keys.publicKey)).rejects.toThrow();
  });

  test.each([
    ["urgent", "high"],
    ["normal", "normal"],
    ["information", "low"],
  ] as const)("of urgency %s has the header %s", async (urgency, header) => {
    await send({}, { urgency, ttlSeconds: 90.4 });
    const { headers } = request();
    expect(headers.get("urgency")).toBe(header);
    expect(headers.get("ttl")).toBe("90");
    expect(headers.get("topic")).toBe("alm_0123456789abcdef");
  });

  test("may be of use for no time at all: TTL 0 is not the library's minute", async () => {
    await send({}, { ttlSeconds: 0 });
    expect(request().headers.get("ttl")).toBe("0");
  });

  test("has a topic of at most 32 URL-safe characters, which differs when the alarm does", async () => {
    const long = "alarm:".repeat(10);
    const topics = await Promise.all([long, `${long}1`, "ä", ""].map(topicOf));
    for (const topic of topics) expect(topic).toMatch(/^[A-Za-z0-9_-]{1,32}$/);
    expect(new Set(topics).size).toBe(4);
    expect(await topicOf(long)).toBe(topics[0]);
  });
});

describe("what the push service answers", () => {
  const answered = (status: number, headers: Record<string, string> = {}) =>
    send({}, {}, new Response(null, { status, headers }));

  test.each([201, 200, 202, 204])("%i: taken", async (status) => {
    expect(await answered(status)).toEqual({ ok: true });
  });

  test.each([404, 410])("%i: the subscription has ended", async (status) => {
    expect(await answered(status)).toEqual({ ok: false, retry: false, reason: "gone", gone: true });
  });

  test.each([
    [400, "refused"],
    [401, "notAuthorized"],
    [403, "notAuthorized"],
    [413, "tooLarge"],
    [302, "redirected"],
  ])("%i is final, and the subscription stays", async (status, reason) => {
    expect(await answered(status)).toEqual({ ok: false, retry: false, reason });
  });

  test.each([
    [429, "rateLimited"],
    [500, "providerDown"],
    [503, "providerDown"],
  ])("%i is tried again, when the service says so", async (status, reason) => {
    expect(await answered(status, { "Retry-After": "7" })).toEqual({ ok: false, retry: true, reason, afterMs: 7_000 });
    expect(await answered(status)).toEqual({ ok: false, retry: true, reason });
  });
});

describe("what never leaves", () => {
  test("T19: an address that is not public, or not https", async () => {
    for (const bad of [
      "http://push.example.org/",
      "https://10.0.0.1/",
      "https://localhost/",
      "https://u:p@a.nl/",
      "x",
    ]) {
      const result = await send({ endpoint: bad });
      expect(result).toMatchObject({ ok: false, retry: false });
      expect(caught).toEqual([]);
    }
  });

  test("but the operator may name a host, even a plain one", async () => {
    const named = "http://127.0.0.1:9099/push/1";
    expect(await send({ endpoint: named }, {}, undefined, new Set(["127.0.0.1:9099"]))).toEqual({ ok: true });
    expect(caught[0]?.address).toBe(named);
    const { aud } = await vapidClaims(request().headers.get("authorization") ?? "", keys.publicKey);
    expect(aud).toBe("https://127.0.0.1:9099");
  });

  test.each([
    ["p256dh", "AAAA"],
    ["p256dh", `B${"A".repeat(86)}`],
    ["p256dh", "!"],
    ["auth", "AAAA"],
  ])("keys that are none: %s %s, as if the subscription had ended", async (name, value) => {
    expect(await send({ [name]: value })).toEqual({ ok: false, retry: false, reason: "badSubscription", gone: true });
    expect(caught).toEqual([]);
  });

  test("nothing, or too much", async () => {
    expect(await send({}, { payload: "" })).toMatchObject({ retry: false, reason: "noPayload" });
    expect(await send({}, { payload: "é".repeat(1_997) })).toMatchObject({ retry: false, reason: "tooLarge" });
    const phone = { type: "phone", number: "+31612345678" } as const;
    expect(await send({}, { to: phone })).toMatchObject({ retry: false, reason: "wrongAddress" });
    expect(caught).toEqual([]);
  });

  test("with keys of ours that do not work the subscription stays", async () => {
    const working = keys;
    keys = { ...keys, privateKey: "A".repeat(43) };
    expect(await send()).toEqual({ ok: false, retry: false, reason: "badKeys" });
    keys = working;
  });
});
