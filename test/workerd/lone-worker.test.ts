/**
 * Proves: a missed check-in raises by itself, once, whatever is evicted in between (I1, I11), the warning before it, who may see and
 * end a session (I6), and that nothing stands in the way of the alarm. Does not prove the rules at every interleaving
 * (test/core/lone-worker.test.ts) nor a killed process (test/system).
 */
import { evictAllDurableObjects, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Alarm } from "../../protocol/alarms.ts";
import { page } from "../../protocol/lists.ts";
import { LoneWorkerSession } from "../../protocol/lone-workers.ts";
import { holdClock } from "./harness/clock.ts";
import { Provider, useProviders } from "./harness/provider.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const minute = 60_000;
const clock = holdClock("2090-01-02T12:00:00Z");
let begun = 0;
beforeEach(() => {
  clock.pass(minute);
  begun = clock.now();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** So many minutes after the test began, as the wire says it. */
const at = (minutes: number) => new Date(begun + minutes * minute).toISOString();

const records = async (tenant: Tenant, id: string): Promise<string[]> =>
  (await query(tenant.stub, "SELECT type FROM log WHERE entity = ? ORDER BY seq", id)).map(({ type }) => String(type));

const alarms = async (tenant: Tenant) => page(Alarm).parse((await tenant.call("GET", "/alarms")).body).items;

const withScenario = async (facts: Record<string, unknown> = {}) => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Plant");
  const zone = await tenant.call("POST", `/sites/${siteId}/zones`, { body: { name: "Cellar" } });
  const { zoneId } = zone.body as { zoneId: string };
  const responder = await tenant.addDevice("responder");
  const worker = await tenant.addDevice("worker");
  const made = await tenant.call("POST", "/scenarios", {
    body: {
      name: "Lone worker",
      title: "No sign of {raisedBy}",
      message: "{where}: {note}",
      targets: { users: [responder.userId] },
      ...facts,
    },
  });
  const { scenarioId } = made.body as { scenarioId: string };
  return { tenant, siteId, zoneId, responder, worker, scenarioId };
};

const start = async (tenant: Tenant, token: string, body: object): Promise<LoneWorkerSession> => {
  const answer = await tenant.call("POST", "/me/lone-worker-sessions", { token, body });
  expect(answer.status).toBe(201);
  return LoneWorkerSession.parse(answer.body);
};

const moments = ["the start", "the warning", "the check-in", "the deadline", "the late check-in", "nothing"] as const;

test.each(moments)("I1, I11: a missed check-in raises once, with an eviction after %s", async (moment) => {
  const evictAfter = (now: (typeof moments)[number]) => (now === moment ? evictAllDurableObjects() : undefined);
  const { tenant, zoneId, responder, worker, scenarioId } = await withScenario();
  const session = await start(tenant, worker.token, { scenarioId, intervalMinutes: 30, note: "boiler", zoneId });
  const id = session.loneWorkerSessionId;
  expect(session).toMatchObject({ state: "running", warnSeconds: 60, dueAt: at(30) });
  await evictAfter("the start");

  // Early: nothing is due, and the timer is set anew.
  await fireTimers(tenant.stub, "loneWorker:%");
  clock.pass(29 * minute);
  await fireTimers(tenant.stub, "loneWorker:%");
  await fireTimers(tenant.stub, "sites");
  expect(await worker.next("notice")).toMatchObject({
    notice: "checkInDue",
    ref: id,
    dueAt: at(30),
  });
  await evictAfter("the warning");

  worker.send({ type: "checkedIn", loneWorkerSessionId: id });
  const answered = await worker.next("loneWorker");
  expect(answered).toMatchObject({ loneWorkerSessionId: id, state: "running", dueAt: at(59) });
  await evictAfter("the check-in");

  clock.pass(30 * minute);
  // Late, and twice: a timer whose row is there again raises nothing more.
  await fireTimers(tenant.stub, "loneWorker:%");
  await fireTimers(tenant.stub, "loneWorker:%");
  await evictAfter("the deadline");
  await fireTimers(tenant.stub, "sites");
  const frame = await responder.next("alarm");
  expect(frame).toMatchObject({
    title: "No sign of U worker",
    raisedBy: { type: "user", id: worker.userId },
  });
  expect(frame.message).toContain("Cellar");
  expect(frame.message).toContain("boiler");
  expect(await worker.next("notice")).toMatchObject({ notice: "checkInMissed", ref: id });

  clock.pass(minute);
  const late = await tenant.call("POST", `/lone-worker-sessions/${id}/check-in`, { token: worker.token, body: {} });
  expect(LoneWorkerSession.parse(late.body)).toMatchObject({
    state: "missed",
    alarmId: frame.alarmId,
    lastCheckInAt: at(60),
  });
  await evictAfter("the late check-in");
  await fireTimers(tenant.stub, "loneWorker:%");
  expect(await alarms(tenant)).toMatchObject([{ alarmId: frame.alarmId, state: "open" }]);

  expect((await tenant.call("DELETE", `/lone-worker-sessions/${id}`, { token: worker.token })).status).toBe(204);
  expect(await alarms(tenant), "an end does not end the alarm").toMatchObject([{ state: "open" }]);
  expect(await records(tenant, id)).toEqual([
    "loneWorker.started",
    "loneWorker.checkedIn",
    "loneWorker.missed",
    "loneWorker.checkedIn",
    "loneWorker.ended",
  ]);
  await responder.settled();
  expect(responder.of("alarm")).toHaveLength(1);
});

test("I11: an actor that was away past the deadline raises as soon as it is there again", async () => {
  const { tenant, responder, worker, scenarioId } = await withScenario();
  await start(tenant, worker.token, { scenarioId, intervalMinutes: 10 });
  await evictAllDurableObjects();
  clock.pass(3 * 60 * minute);
  // The platform's own alarm, and the rows as they are: nothing is made due by hand.
  await runDurableObjectAlarm(tenant.stub);
  await fireTimers(tenant.stub, "sites");
  await responder.next("alarm");
  await worker.next("notice");
  expect(
    worker.of("notice").map(({ notice }) => notice),
    "a warning of what has passed is none",
  ).toEqual(["checkInMissed"]);
});

test("the warning goes to the person's browsers too, and is of no use after the deadline", async () => {
  const [push] = useProviders(new Provider("push"));
  const { tenant, worker, scenarioId } = await withScenario();
  const keys = { p256dh: `B${"A".repeat(86)}`, auth: "A".repeat(22) };
  const body = { endpoint: "https://push.example.org/worker", keys };
  expect((await tenant.call("PUT", "/me/push-subscription", { token: worker.token, body })).status).toBe(204);
  await start(tenant, worker.token, { scenarioId, intervalMinutes: 10, warnSeconds: 120 });
  clock.pass(8 * minute);
  await fireTimers(tenant.stub, "loneWorker:%");
  const [message] = await push.until(1);
  expect(message).toMatchObject({ purpose: "notice", title: "Meld u nu", ttlSeconds: 120 });
  expect(message?.text).toMatch(/^Zonder melding gaat om \d\d:\d\d het alarm af\.$/);
});

test("a press from before the deadline answers it although it comes in after it", async () => {
  const { tenant, worker, scenarioId } = await withScenario();
  const { loneWorkerSessionId } = await start(tenant, worker.token, { scenarioId, intervalMinutes: 10 });
  clock.pass(12 * minute);
  worker.send({ type: "checkedIn", loneWorkerSessionId, secondsAgo: 300 });
  expect(await worker.next("loneWorker")).toMatchObject({ state: "running", dueAt: at(17) });
  worker.send({ type: "checkedIn", loneWorkerSessionId, secondsAgo: 300 });
  expect(await worker.next("loneWorker")).toMatchObject({ dueAt: at(17) });
  await fireTimers(tenant.stub, "loneWorker:%");
  expect(await alarms(tenant)).toEqual([]);
  expect(await records(tenant, loneWorkerSessionId)).toEqual(["loneWorker.started", "loneWorker.checkedIn"]);
});

describe("who", () => {
  test("one running session a person; the next one replaces one that was missed", async () => {
    const { tenant, worker, scenarioId } = await withScenario();
    const first = await start(tenant, worker.token, { scenarioId, intervalMinutes: 10 });
    const second = await tenant.call("POST", "/me/lone-worker-sessions", {
      token: worker.token,
      body: { scenarioId, intervalMinutes: 10 },
    });
    expect(second).toMatchObject({ status: 409, body: { code: "conflict" } });
    clock.pass(10 * minute);
    await fireTimers(tenant.stub, "loneWorker:%");
    const next = await start(tenant, worker.token, { scenarioId, intervalMinutes: 20, warnSeconds: 300 });
    const own = await tenant.call("GET", "/me/lone-worker-sessions", { token: worker.token });
    expect(page(LoneWorkerSession).parse(own.body).items).toMatchObject([
      { loneWorkerSessionId: next.loneWorkerSessionId, state: "running" },
      { loneWorkerSessionId: first.loneWorkerSessionId, state: "ended", endReason: "replaced" },
    ]);
    // I10: what is over is gone in time.
    clock.pass(8 * 24 * 60 * minute);
    await fireTimers(tenant.stub, "loneWorker:%");
    expect(await query(tenant.stub, "SELECT state FROM lone_workers ORDER BY state")).toEqual([{ state: "missed" }]);
  });

  test("I6: a colleague's session is as unknown as any other; those who lead see who is out, and end it", async () => {
    const { tenant, worker, responder, scenarioId } = await withScenario();
    const coordinator = await tenant.enrol(await tenant.addPerson("lead", { permission: "coordinator" }));
    const session = await start(tenant, worker.token, { scenarioId, intervalMinutes: 10 });
    const id = session.loneWorkerSessionId;
    const unknown = `lws_${"x".repeat(16)}`;
    for (const [method, path] of [
      ["GET", (of: string) => `/lone-worker-sessions/${of}`],
      ["DELETE", (of: string) => `/lone-worker-sessions/${of}`],
    ] as const) {
      const theirs = await tenant.call(method, path(id), { token: responder.token });
      const nobodys = await tenant.call(method, path(unknown), { token: responder.token });
      expect(theirs.status).toBe(404);
      expect(theirs.body).toEqual(nobodys.body);
    }
    const press = await tenant.call("POST", `/lone-worker-sessions/${id}/check-in`, {
      token: coordinator.token,
      body: {},
    });
    expect(press.status, "nobody checks in for somebody else").toBe(404);
    responder.send({ type: "checkedIn", loneWorkerSessionId: id });
    expect(await responder.next("error")).toMatchObject({ code: "not_found", ref: id });
    expect((await tenant.call("GET", "/lone-worker-sessions", { token: responder.token })).status).toBe(403);

    const out = await tenant.call("GET", "/lone-worker-sessions", { token: coordinator.token });
    expect(page(LoneWorkerSession).parse(out.body).items).toMatchObject([
      { loneWorkerSessionId: id, name: "U worker", dueAt: at(10) },
    ]);
    expect((await tenant.call("DELETE", `/lone-worker-sessions/${id}`, { token: coordinator.token })).status).toBe(204);
    clock.pass(20 * minute);
    await fireTimers(tenant.stub, "loneWorker:%");
    expect(await alarms(tenant), "an ended session raises nothing").toEqual([]);
  });

  test("ends with its person, who is waited for no more", async () => {
    const { tenant, worker, scenarioId } = await withScenario();
    const { loneWorkerSessionId } = await start(tenant, worker.token, { scenarioId, intervalMinutes: 10 });
    expect((await tenant.call("PATCH", `/users/${worker.userId}`, { body: { enabled: false } })).status).toBe(200);
    clock.pass(20 * minute);
    await fireTimers(tenant.stub, "loneWorker:%");
    expect(await alarms(tenant)).toEqual([]);
    const ended = await tenant.call("GET", `/lone-worker-sessions/${loneWorkerSessionId}`);
    expect(ended.body).toMatchObject({ state: "ended", endReason: "disabled" });
  });
});

describe("nothing stands in the way of the alarm", () => {
  test("a scenario that somebody works alone with is not deleted", async () => {
    const { tenant, worker, scenarioId } = await withScenario();
    const { loneWorkerSessionId } = await start(tenant, worker.token, { scenarioId, intervalMinutes: 10 });
    expect((await tenant.call("DELETE", `/scenarios/${scenarioId}`)).status).toBe(409);
    await tenant.call("DELETE", `/lone-worker-sessions/${loneWorkerSessionId}`, { token: worker.token });
    expect((await tenant.call("DELETE", `/scenarios/${scenarioId}`)).status).toBe(204);
  });

  test("one that is gone all the same: those who lead are called", async () => {
    const { tenant, worker, zoneId, scenarioId } = await withScenario();
    const lead = await tenant.addDevice("lead", { permission: "coordinator" });
    await start(tenant, worker.token, { scenarioId, intervalMinutes: 10, note: "roof", zoneId });
    await query(tenant.stub, "DELETE FROM things WHERE kind = 'scenario'");
    await evictAllDurableObjects();
    clock.pass(10 * minute);
    await fireTimers(tenant.stub, "loneWorker:%");
    await fireTimers(tenant.stub, "sites");
    expect(await lead.next("alarm")).toMatchObject({
      title: "Alleenwerker heeft zich niet gemeld: U worker",
      message: "Cellar, Plant\nroof",
    });
  });

  test("wrong ids and a warning longer than the interval are named", async () => {
    const { tenant, worker, siteId, zoneId, scenarioId } = await withScenario();
    const other = await tenant.addSite("Office");
    const refused = async (body: object) => {
      const answer = await tenant.call("POST", "/me/lone-worker-sessions", { token: worker.token, body });
      expect(answer.status).toBe(422);
      return (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
    };
    expect(await refused({ scenarioId: "scn_unknown0", intervalMinutes: 10 })).toEqual(["scenarioId"]);
    expect(await refused({ scenarioId, intervalMinutes: 10, siteId: "sit_unknown0" })).toEqual(["siteId"]);
    expect(await refused({ scenarioId, intervalMinutes: 10, zoneId: "zon_unknown0" })).toEqual(["zoneId"]);
    expect(await refused({ scenarioId, intervalMinutes: 10, siteId: other, zoneId })).toEqual(["zoneId"]);
    expect(await refused({ scenarioId, intervalMinutes: 1, warnSeconds: 60 })).toEqual(["warnSeconds"]);
    expect(await refused({ scenarioId, intervalMinutes: 481 })).toEqual(["intervalMinutes"]);
    const session = await start(tenant, worker.token, { scenarioId, intervalMinutes: 1, siteId, zoneId });
    expect(session.warnSeconds, "half of a short interval").toBe(30);
  });
});
