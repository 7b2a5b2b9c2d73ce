/**
 * Malformed bodies, headers, signatures and frames, each with the exact status, code and path or close code of wire.md;
 * afterwards the main job works on the same installation. Proved: T16, T20, T21 (as far as size and shape go), I6 (equal
 * answers), I7 (no schema takes a position). Not proved: fuzzing, floods and rate limits (429, 4429).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { Problem } from "../../protocol/problems.ts";
import type { Device } from "./device.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { type Answer, idOf, password, signed, World } from "./world.ts";

const UNKNOWN = "A".repeat(20);
const MINUTE = 60_000;
let installation: InstallationUnderTest;
let world: World;
let hook: { integrationId: string; secret: string };
let device: Device;
let site: string;
let ended: string;

beforeAll(async () => {
  installation = await startInstallation();
  world = await World.make(installation, "bad-input");
  await world.addSite("North");
  await world.addRole("First aider");
  site = idOf(world.sites, "North");
  await world.addPeople(
    ["p0", "p1", "p2", "p3", "p4", "p5", "p6"].map((username) => ({
      username,
      homeSite: "North",
      permission: "responder",
    })),
  );
  const [first] = await world.addDevices(["p0"]);
  if (first === undefined) throw new Error("a device was asked for");
  device = first;
  hook = await world.addHook({ title: "Panel", targets: { sites: [site] } });
  ended = (await world.raise({ title: "Over", targets: { sites: [site] } }, "used-key")).alarmId;
  await world.call("POST", `/alarms/${ended}/stand-down`, { reason: "over" });
});

afterAll(async () => {
  world?.disconnectAll();
  await installation?.stop();
});

const good = (): { title: string; targets: object } => ({ title: "Fire", targets: { sites: [site] } });
const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  world.raw("POST", `/v1/${world.slug}${path}`, body, { authorization: `Bearer ${world.admin}`, ...headers });
const postAlarm = (body: object): Promise<Answer> => world.call("POST", "/alarms", body);
const over8MiB = JSON.stringify({ format: "csv", text: "x".repeat(8 * 1_024 * 1_024) });
const postRoster = (body: string, token = world.admin): Promise<Answer> =>
  post("/rosters/import", body, { authorization: `Bearer ${token}` });
const postPeople = (body: string, token: string): Promise<Answer> =>
  post("/users/import", body, { authorization: `Bearer ${token}` });
const presence = (body: object): Promise<Answer> => world.call("PUT", "/me/presence", body, device.token);
const login = (username: string, secret: string): Promise<Answer> =>
  world.call("POST", "/sessions", { username, password: secret }, null);

type Case = [name: string, status: number, code: string, ask: () => Promise<Answer>, path?: string];
const cases: Case[] = [
  ["not JSON", 400, "malformed_json", () => post("/alarms", "{not json")],
  ["an empty body", 400, "malformed_json", () => post("/alarms", "")],
  ["nested 100 deep", 400, "malformed_json", () => post("/alarms", `${"[".repeat(100)}${"]".repeat(100)}`)],
  ["nested 20,000 deep", 400, "malformed_json", () => post("/alarms", `${"[".repeat(20_000)}${"]".repeat(20_000)}`)],
  ["no credential", 401, "unauthenticated", () => world.call("GET", "/me", undefined, null)],
  ["an unknown credential", 401, "unauthenticated", () => world.call("GET", "/me", undefined, "A".repeat(43))],
  ["a changed token", 401, "unauthenticated", () => world.call("GET", "/me", undefined, `${world.admin}x`)],
  ["a tenant that is not there", 401, "unauthenticated", () => world.raw("POST", "/v1/nobody-here/alarms", "{}", {})],
  ["a wrong password", 401, "unauthenticated", () => login("admin", "not the password")],
  ["the operator's call by an admin", 401, "unauthenticated", () => world.raw("POST", "/v1/tenants", "{}", bearer())],
  ["a responder raises free text", 403, "forbidden", () => world.call("POST", "/alarms", good(), device.token)],
  ["a responder makes a role", 403, "forbidden", () => world.call("POST", "/roles", { name: "x" }, device.token)],
  ["T18: a roster that is no JSON, by one who may not", 403, "forbidden", () => postRoster("{", device.token)],
  ["T18: a roster over 8 MiB, by one who may not", 403, "forbidden", () => postRoster(over8MiB, device.token)],
  ["people that are no JSON, by one who may not", 403, "forbidden", () => postPeople("{", device.token)],
  ["an unknown alarm", 404, "not_found", () => world.call("GET", `/alarms/${UNKNOWN}`)],
  ["an id that is none", 404, "not_found", () => world.call("GET", "/alarms/%F0%9F%94%A5")],
  ["an unknown alarm stood down", 404, "not_found", () => standDown(UNKNOWN)],
  ["stood down twice", 409, "conflict", () => standDown(ended)],
  ["a role's name again", 409, "name_taken", () => world.call("POST", "/roles", { name: "First aider" })],
  ["a username again", 409, "username_taken", () => world.call("POST", "/users", named("p0"))],
  ["a slug again", 409, "slug_taken", () => makeTenant(world.slug)],
  ["an unknown invitation", 410, "expired", () => accept(UNKNOWN)],
  ["an unknown enrolment code", 410, "expired", () => enrol("WRONG-CODE")],
  ["a body over 64 KiB", 413, "too_large", () => postAlarm({ ...good(), message: "m".repeat(65 * 1_024) })],
  ["a roster over 8 MiB", 413, "too_large", () => postRoster(over8MiB)],
  ["a roster that is no JSON", 400, "malformed_json", () => postRoster("{")],
  ["text/plain", 415, "unsupported_media_type", () => post("/alarms", "{}", { "content-type": "text/plain" })],
  ["a form", 415, "unsupported_media_type", () => post("/alarms", "a=b", { "content-type": FORM })],
  ["an unknown field", 422, "invalid", () => postAlarm({ ...good(), colour: "red" }), "colour"],
  [
    "an unknown field below",
    422,
    "invalid",
    () => postAlarm({ ...good(), targets: { floors: [site] } }),
    "targets.floors",
  ],
  ["no title", 422, "invalid", () => postAlarm({ targets: { sites: [site] } }), "title"],
  ["no targets", 422, "invalid", () => postAlarm({ title: "Fire" }), "targets"],
  ["targets that name nothing", 422, "invalid", () => postAlarm({ title: "Fire", targets: {} }), "targets"],
  ["an empty list", 422, "invalid", () => postAlarm({ title: "Fire", targets: { sites: [] } }), "targets.sites"],
  ["everyone: false", 422, "invalid", () => postAlarm({ ...good(), targets: { everyone: false } }), "targets.everyone"],
  ["another kind", 422, "invalid", () => postAlarm({ ...good(), kind: "drill" }), "kind"],
  ["an array as body", 422, "invalid", () => post("/alarms", "[]")],
  ["an unknown site", 422, "invalid", () => postAlarm({ title: "Fire", targets: { sites: [UNKNOWN] } })],
  ["a short password", 422, "invalid", () => accept(UNKNOWN, "short"), "password"],
  [
    "I7 a position in presence",
    422,
    "invalid",
    () => presence({ siteId: site, present: true, lat: 52.1, lon: 4.3 }),
    "lat",
  ],
  [
    "I7 coordinates",
    422,
    "invalid",
    () => presence({ siteId: site, present: true, coordinates: [4, 52] }),
    "coordinates",
  ],
  ["the key with another body", 422, "idempotency_key_reused", () => reuse()],
  [
    "a control character in a key",
    422,
    "invalid",
    () => post("/alarms", JSON.stringify(good()), { "idempotency-key": "a\tb" }),
  ],
];

test.each(cases)("%s: %i %s", async (_, status, code, ask, path) => {
  const answer = await ask();
  expect(answer.headers.get("content-type"), answer.text).toBe("application/problem+json");
  const problem = Problem.parse(JSON.parse(answer.text));
  expect([answer.status, problem.status, problem.code], answer.text).toEqual([status, status, code]);
  if (path !== undefined) expect(problem.errors?.map((error) => error.path)).toContain(path);
});

test("an unknown username and a wrong password get one answer; used codes answer as unknown ones", async () => {
  expect((await login("nobody", "not the password")).text).toBe((await login("admin", "not the password")).text);
  const asked = await world.call("POST", "/device-enrolments", { userIds: [idOf(world.people, "p1")] });
  const [one] = z
    .object({ enrolments: z.array(z.object({ code: z.string() })) })
    .parse(JSON.parse(asked.text)).enrolments;
  expect((await enrol(one?.code ?? "")).status).toBe(201);
  const again = await enrol(one?.code ?? "");
  const unknown = await enrol("WRONG-CODE");
  expect([again.status, again.text]).toEqual([410, unknown.text]);
});

describe("T16 a webhook with whatever wrong signature gets one answer and raises nothing", () => {
  const body = JSON.stringify({ type: "alarm.raised", data: {} });
  const now = (): Record<string, string> => signed(hook.secret, "msg-bad", body);
  const at = (ms: number): Record<string, string> => signed(hook.secret, "msg-bad", body, new Date(Date.now() + ms));
  const send = (headers: Record<string, string>, sent = body, id = hook.integrationId): Promise<Answer> =>
    world.raw("POST", `/v1/${world.slug}/hooks/${id}`, sent, headers);
  const other = `whsec_${Buffer.from("some other secret of 24 b").toString("base64")}`;
  const wrong: [string, () => Promise<Answer>][] = [
    ["another secret", () => send(signed(other, "msg-bad", body))],
    ["a changed byte", () => send(now(), body.replace("raised", "raisex"))],
    ["a space more", () => send(now(), `${body} `)],
    ["another webhook-id", () => send({ ...now(), "webhook-id": "msg-else" })],
    ["six minutes old", () => send(at(-6 * MINUTE))],
    ["six minutes ahead", () => send(at(6 * MINUTE))],
    ["no headers", () => send({})],
    ["a signature of another version", () => send({ ...now(), "webhook-signature": "v9,AAAA" })],
    ["no such integration", () => send(now(), body, UNKNOWN)],
  ];
  test.each(wrong)("%s", async (_, ask) => {
    const before = (await world.call("GET", "/alarms?state=open")).text;
    const answer = await ask();
    const plain = await send({});
    expect([answer.status, answer.text]).toEqual([401, plain.text]);
    expect(Problem.parse(JSON.parse(answer.text)).code).toBe("invalid_signature");
    expect((await world.call("GET", "/alarms?state=open")).text).toBe(before);
  });
  test("rightly signed, but not what the schema says: 422", async () => {
    const sent = JSON.stringify({ type: "alarm.raised", data: { title: "x", position: [4, 52] } });
    const answer = await send(signed(hook.secret, "msg-bad-schema", sent), sent);
    expect(Problem.parse(JSON.parse(answer.text))).toMatchObject({ status: 422, code: "invalid" });
  });
});

describe("T20 T21 frames", () => {
  test.each([
    ["unknown type", { type: "shout" }],
    ["an unknown field", { type: "ping", extra: 1 }],
    ["I7 a position in presence", { type: "presence", siteId: "site_1234", present: true, lat: 52.1, lon: 4.3 }],
    ["not an object", "[]"],
  ])("%s: error invalid, and the socket lives", async (_, frame) => {
    await device.disconnect();
    await device.connect();
    const told = device.next(({ type }) => type === "error");
    device.send(frame);
    expect((await told).code).toBe("invalid");
    await device.settled();
  });
  test("an answer to an unknown alarm: not_found; to an ended one: conflict", async () => {
    for (const [alarmId, code] of [
      [UNKNOWN, "not_found"],
      [ended, "conflict"],
    ] as const) {
      const told = device.next(({ type }) => type === "error");
      device.send({ type: "respond", alarmId, response: "coming" });
      expect(await told).toMatchObject({ code, ref: alarmId });
    }
  });
  test("three undecodable: 4400", async () => {
    const [mine] = await world.addDevices(["p2"]);
    for (const _ of [1, 2, 3]) mine?.send("{not json");
    expect(await mine?.closed()).toBe(4400);
  });
  test("one over 64 KiB: 4400", async () => {
    const [mine] = await world.addDevices(["p3"]);
    mine?.send({ type: "ping", padding: "p".repeat(65 * 1_024) });
    expect(await mine?.closed()).toBe(4400);
  });
  test("no hello within 10 s: 4408", async () => {
    const [mine] = await world.addDevices(["p4"]);
    await mine?.disconnect();
    await mine?.open();
    const opened = performance.now();
    // Looked at every 5 s, so it may take that much longer.
    expect(await mine?.closed(18_000)).toBe(4408);
    expect(performance.now() - opened).toBeGreaterThan(9_900);
  });
  test("T10 session ended: 4401 within a second, and the token is dead", async () => {
    const [mine] = await world.addDevices(["p5"]);
    const left = await world.call("DELETE", "/sessions/current", undefined, mine?.token ?? "");
    expect(left.status).toBe(204);
    expect(await mine?.closed(1_500)).toBe(4401);
    await expect(mine?.connect()).rejects.toThrow("401");
  });
  test("T10 rights changed: 4403", async () => {
    const [mine] = await world.addDevices(["p6"]);
    const path = `/users/${idOf(world.people, "p6")}`;
    expect((await world.call("PATCH", path, { permission: "coordinator" })).status).toBe(200);
    expect(await mine?.closed(5_000)).toBe(4403);
  });
});

test("I1 afterwards the main job works on the same installation", async () => {
  await device.reconnect();
  const { alarmId } = await world.raise(good());
  await device.got((frame) => frame.alarmId === alarmId);
  await device.respond(alarmId, "coming");
  const record = await world.record(alarmId);
  expect(record.recipients.find(({ userId }) => userId === device.userId)?.response).toBe("coming");
  expect((await fetch(`${installation.url}/readyz`)).status).toBe(200);
});

const FORM = "application/x-www-form-urlencoded";
const bearer = (): Record<string, string> => ({ authorization: `Bearer ${world.admin}` });
const named = (username: string): object => ({ username, firstName: "A", lastName: "B" });
const standDown = (id: string): Promise<Answer> => world.call("POST", `/alarms/${id}/stand-down`, { reason: "over" });
const accept = (invitation: string, secret = password): Promise<Answer> =>
  world.call("POST", "/invitations/accept", { invitation, password: secret }, null);
const enrol = (code: string): Promise<Answer> =>
  world.call("POST", "/device-sessions", { code, device: { name: "phone", platform: "test" } }, null);
const reuse = (): Promise<Answer> =>
  post("/alarms", JSON.stringify({ ...good(), title: "Else" }), { "idempotency-key": "used-key" });
const makeTenant = (slug: string): Promise<Answer> => {
  const admin = { ...named("admin"), email: "a@example.org" };
  const headers = { authorization: `Bearer ${installation.operatorToken}` };
  return world.raw("POST", "/v1/tenants", JSON.stringify({ slug, name: slug, locale: "nl", admin }), headers);
};
