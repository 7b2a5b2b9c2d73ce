import { describe, expect, test } from "vitest";
import { newIdempotencyKey, StandbyApi } from "../../clients/sdk/api.ts";
import { StandbyProblem, StandbyUnreachable } from "../../clients/sdk/problem.ts";
import { routes } from "../../protocol/http/routes.ts";

type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | "cut";

/** An API whose answers are written down, and what it was asked. */
const scripted = (replies: Reply[], token?: string) => {
  const asked: { url: string; method: string; headers: Headers; body: unknown }[] = [];
  const waits: number[] = [];
  const api = new StandbyApi({
    baseUrl: "https://standby.example/",
    tenant: "acme",
    ...(token === undefined ? {} : { token }),
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms);
    },
    fetch: async (url, init) => {
      const body = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      asked.push({ url, method: init.method ?? "", headers: new Headers(init.headers), body });
      const reply = replies.shift();
      if (reply === undefined) throw new Error("asked more often than expected");
      if (reply === "cut") throw new TypeError("fetch failed");
      const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
      return new Response(reply.status === 204 ? null : (text ?? ""), {
        status: reply.status,
        headers: reply.headers ?? {},
      });
    },
  });
  return { api, asked, waits };
};

const problem = (status: number, code: string, headers: Record<string, string> = {}): Reply => ({
  status,
  headers,
  body: { type: `urn:standby:problem:${code}`, title: "No", status, code },
});
const raised = { alarmId: "alm_12345678", recipients: 3 };
const alarm = { scenarioId: "scn_12345678" };
const user = {
  userId: "usr_12345678",
  username: "j.devries",
  firstName: "Jan",
  lastName: "de Vries",
  locale: "nl",
  permission: "responder",
  roleIds: [],
  enabled: true,
} as const;

describe("a call", () => {
  test("is made of its route: path, query, body, token", async () => {
    const zone = { zoneId: "zon_12345678", siteId: "sit_12345678", name: "Hal 3" };
    const { api, asked } = scripted(
      [
        { status: 200, body: { items: [zone] } },
        { status: 201, body: zone },
      ],
      "t".repeat(20),
    );
    const params = { siteId: zone.siteId };
    expect(await api.call(routes.listZones, { params, query: { limit: 10, cursor: undefined } })).toEqual({
      items: [zone],
    });
    await api.call(routes.createZone, { params, body: { name: "Hal 3" } });
    expect(asked.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["GET", "https://standby.example/v1/acme/sites/sit_12345678/zones?limit=10", undefined],
      ["POST", "https://standby.example/v1/acme/sites/sit_12345678/zones", { name: "Hal 3" }],
    ]);
    expect(asked[0]?.headers.get("Authorization")).toBe(`Bearer ${"t".repeat(20)}`);
    expect(asked[0]?.headers.get("Content-Type")).toBeNull();
    expect(asked[1]?.headers.get("Content-Type")).toBe("application/json");
  });

  test("cannot leave its path by a parameter", async () => {
    const { api, asked } = scripted([problem(404, "not_found")]);
    await expect(api.getAlarm("../users?x=")).rejects.toMatchObject({ code: "not_found" });
    expect(asked[0]?.url).toBe("https://standby.example/v1/acme/alarms/..%2Fusers%3Fx%3D");
  });

  test("takes fields that a newer server added, at any depth", async () => {
    const { api } = scripted([
      { status: 200, body: { items: [{ roleId: "rol_12345678", name: "EHBO", colour: "red" }], total: 1 } },
    ]);
    expect((await api.call(routes.listRoles)).items[0]).toMatchObject({ name: "EHBO" });
  });

  test("takes both answers of a call that has two", async () => {
    const readiness = { alarms: "down", history: "ok", outbox: { pending: 0, parked: 0, oldestSeconds: 0 } };
    const { api } = scripted([{ status: 503, body: readiness }]);
    expect((await api.exchange(routes.readyz)).answer).toEqual(readiness);
  });
});

describe("a refusal", () => {
  test("carries status, code, detail, field errors and Retry-After", async () => {
    const errors = [{ path: "title", message: "is needed without a scenario" }];
    const body = { type: "urn:x", title: "No", status: 422, code: "invalid", detail: "Look at the fields", errors };
    const { api } = scripted([{ status: 422, body }]);
    const fault = await api.call(routes.createRole, { body: { name: "" } }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(StandbyProblem);
    expect(fault).toMatchObject({ status: 422, code: "invalid", detail: "Look at the fields", errors });
  });

  test.each([
    ["a code of a newer server", problem(409, "brand_new"), { status: 409, code: "brand_new" }],
    ["a proxy's page", { status: 502, body: "<h1>Bad gateway</h1>" } as Reply, { status: 502, code: "other" }],
  ])("is readable when it is %s", async (_, reply, expected) => {
    await expect(scripted([reply]).api.createSocketTicket()).rejects.toMatchObject(expected);
  });
});

describe("no answer of the server", () => {
  test.each<[string, Reply]>([
    ["the network fails", "cut"],
    ["a hotel's log-in page answers", { status: 200, body: "<html>Welcome to the hotel</html>" }],
    ["something redirects", { status: 302, headers: { Location: "https://elsewhere.example" } }],
    ["the answer is of another call", { status: 201, body: { hello: "world" } }],
    ["the status is none of this call", { status: 200, body: { ticket: "x" } }],
  ])("is StandbyUnreachable when %s", async (_, reply) => {
    await expect(scripted([reply]).api.createSocketTicket()).rejects.toBeInstanceOf(StandbyUnreachable);
  });

  test("an abort of the caller ends the call with the caller's reason", async () => {
    const stop = new AbortController();
    const { api, asked } = scripted(["cut", "cut"]);
    stop.abort(new Error("left the page"));
    await expect(api.call(routes.getMe, { signal: stop.signal })).rejects.toThrow("left the page");
    expect(asked).toHaveLength(1);
  });
});

describe("trying again", () => {
  test("GET and PUT are repeated with jitter, Retry-After included", async () => {
    const get = scripted(["cut", problem(503, "unavailable", { "Retry-After": "2" }), { status: 200, body: user }]);
    expect((await get.api.me()).username).toBe("j.devries");
    expect(get.waits).toEqual([125, 2_250]);
    const put = scripted([problem(429, "rate_limited"), { status: 200, body: { presence: [] } }]);
    await put.api.putPresence({ siteId: "sit_12345678", present: true });
    expect(put.asked).toHaveLength(2);
  });

  test("ends: three tries, and none when the server asks for a long pause", async () => {
    const cut = scripted(["cut", "cut", "cut", "cut"]);
    await expect(cut.api.me()).rejects.toBeInstanceOf(StandbyUnreachable);
    expect(cut.asked).toHaveLength(3);
    const long = scripted([problem(503, "unavailable", { "Retry-After": "600" })]);
    await expect(long.api.me()).rejects.toMatchObject({ code: "unavailable", retryAfterSeconds: 600 });
  });

  test.each(["unauthenticated", "forbidden", "not_found"])("is of no use after %s", async (code) => {
    const { api, asked } = scripted([problem(401, code)]);
    await expect(api.me()).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  test("does not happen to a call that would do something twice", async () => {
    const { api, asked } = scripted(["cut"]);
    await expect(api.createScenario({ name: "B", title: "B", targets: { everyone: true } })).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });
});

describe("raising an alarm", () => {
  test("sends one Idempotency-Key on every try of one raise, and another for the next", async () => {
    const { api, asked } = scripted([
      "cut",
      problem(503, "unavailable"),
      { status: 202, body: raised, headers: { "Idempotency-Replayed": "true" } },
      { status: 202, body: raised },
    ]);
    expect(await api.raiseAlarm(alarm)).toEqual({ ...raised, replayed: true });
    expect(await api.raiseAlarm(alarm)).toEqual({ ...raised, replayed: false });
    const keys = asked.map(({ headers }) => headers.get("Idempotency-Key"));
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).not.toBe(keys[0]);
  });

  test("goes on with the key of a raise whose end is unknown", async () => {
    const key = newIdempotencyKey();
    const { api, asked } = scripted([...Array<Reply>(6).fill("cut"), { status: 202, body: raised }]);
    await expect(api.raiseAlarm(alarm, key)).rejects.toBeInstanceOf(StandbyUnreachable);
    await api.raiseAlarm(alarm, key);
    expect(new Set(asked.map(({ headers }) => headers.get("Idempotency-Key")))).toEqual(new Set([key]));
  });
});

describe("a list", () => {
  test("is read page by page to its end, with the caller's query", async () => {
    const item = (n: number) => ({ roleId: `rol_1234567${n}`, name: `role ${n}` });
    const { api, asked } = scripted([
      { status: 200, body: { items: [item(1), item(2)], nextCursor: "c 2" } },
      { status: 200, body: { items: [], nextCursor: "c3" } },
      { status: 200, body: { items: [item(3)] } },
    ]);
    const names: string[] = [];
    for await (const role of api.items(routes.listRoles, { query: { limit: 2 } })) names.push(role.name);
    expect(names).toEqual(["role 1", "role 2", "role 3"]);
    expect(asked.map(({ url }) => url.split("?")[1])).toEqual(["limit=2", "limit=2&cursor=c+2", "limit=2&cursor=c3"]);
  });
});

describe("a session", () => {
  test("is used from the log-in to the log-out", async () => {
    const token = "s.acme.ses_12345678.secret";
    const session = { token, expiresAt: "2026-11-23T10:00:00.000Z", user };
    const { api, asked } = scripted([{ status: 201, body: session }, { status: 200, body: user }, { status: 204 }]);
    await api.logIn({ username: "j.devries", password: "correct horse battery" });
    await api.me();
    await api.logOut();
    expect(asked.map(({ headers }) => headers.get("Authorization"))).toEqual([
      null,
      `Bearer ${token}`,
      `Bearer ${token}`,
    ]);
    expect(api.token).toBeUndefined();
  });

  test("knows where its socket is", () => {
    expect(scripted([]).api.socketUrl).toBe("wss://standby.example/v1/acme/socket");
  });
});
