// T18: a push service that never answers costs the lane's places once. The rules alone, and the adapter with a service that
// never answers; that other alarms' pushes go on meanwhile follows from it, and is seen on real parts in channels-ladder.
import { expect, test, vi } from "vitest";
import { aloneMs, answerWithinMs, Patience } from "../../actors/tenant/channels/adapters/patience.ts";
import { webPush } from "../../actors/tenant/channels/adapters/web-push.ts";
import { newBrowserKeys, toBase64url } from "../system/harness/push-browser.ts";
import { messageTo } from "./channel-message.ts";

const origin = "https://push.example.org";

test("T18: after two silences a service is left alone, and one try finds out whether it is back", () => {
  const patience = new Patience();
  expect(patience.waitFor(origin, 0)).toBe(0);
  patience.saidNothing(origin, 0);
  expect(patience.waitFor(origin, 1)).toBe(0);
  patience.saidNothing(origin, 1);
  expect(patience.waitFor(origin, 2)).toBe(aloneMs - 1);
  expect(patience.waitFor("https://other.example.org", 2)).toBe(0);
  const later = 1 + aloneMs;
  expect(patience.waitFor(origin, later), "one goes").toBe(0);
  expect(patience.waitFor(origin, later), "the others wait for it").toBe(aloneMs);
  patience.answered(origin);
  expect(patience.waitFor(origin, later)).toBe(0);
});

test("T18: the third message to a service that never answers fails at once, and is to be tried again", async () => {
  vi.useFakeTimers();
  try {
    const browser = await newBrowserKeys();
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const { d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
    const publicKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
    let asked = 0;
    const never = (_: string, { signal }: RequestInit): Promise<Response> => {
      asked += 1;
      return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    };
    const limits: AbortController[] = [];
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      expect(ms).toBe(answerWithinMs);
      const limit = new AbortController();
      limits.push(limit);
      return limit.signal;
    });
    const adapter = webPush(
      { publicKey, privateKey: d, subject: "mailto:bhv@example.org" },
      { public: never, privateHosts: new Set() },
    );
    const message = () => messageTo({ type: "push", endpoint: `${origin}/abc`, ...browser.keys }, { payload: "{}" });
    const open = new AbortController().signal;
    for (let i = 1; i <= 2; i++) {
      const result = adapter.send(message(), open);
      await vi.waitFor(() => expect(asked).toBe(i));
      limits[i - 1]?.abort();
      expect(await result).toMatchObject({ ok: false, retry: true, reason: "timeout" });
    }
    expect(await adapter.send(message(), open)).toMatchObject({ ok: false, retry: true, reason: "silent" });
    expect(asked).toBe(2);
  } finally {
    vi.useRealTimers();
    vi.restoreAllMocks();
  }
});
