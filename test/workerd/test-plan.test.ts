/**
 * Proves: a recurring test alarm goes off by itself at its local time, once, whatever is evicted in between (I1, I11), to the frozen
 * audience by exactly the plan's channels, ends by itself, and is reported person by person, also after what it was read from is
 * gone (I2, I10). Does not prove the calendar (test/core/test-plan-schedule.test.ts) nor a real provider's protocol (the adapters' tests).
 */
import { evictAllDurableObjects } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Alarm, Raised } from "../../protocol/alarms.ts";
import { page } from "../../protocol/lists.ts";
import { TestAudienceChange, TestPlan, TestRun, TestRunReport } from "../../protocol/test-plans.ts";
import { holdClock } from "./harness/clock.ts";
import { addReachable, calls, Provider, useProviders } from "./harness/provider.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const clock = holdClock("2090-01-01T00:00:00Z");
/** Monday 11:50 in Amsterdam, a week later for each test. */
let monday = Date.parse("2090-01-02T10:50:00Z") - 7 * day;
beforeEach(() => {
  monday += 7 * day;
  while (monday < clock.now()) monday += 7 * day;
  clock.goTo(monday);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const weekly = { name: "Weekly", every: "week", weekday: 1, at: "12:00", title: "Proefalarm" } as const;

const make = async (tenant: Tenant, facts: object): Promise<TestPlan> => {
  const answer = await tenant.call("POST", "/test-plans", { body: { ...weekly, channels: ["socket"], ...facts } });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toContain("/test-plans/tpl_");
  return TestPlan.parse(answer.body);
};
const alarms = async (tenant: Tenant, token: string) =>
  page(Alarm).parse((await tenant.call("GET", "/alarms", { token })).body).items;
const runs = async (tenant: Tenant, { testPlanId }: TestPlan, token: string) =>
  page(TestRun).parse((await tenant.call("GET", `/test-plans/${testPlanId}/runs`, { token })).body).items;
const report = async (tenant: Tenant, { testPlanId }: TestPlan, alarmId: string, token: string, more = "") => {
  const answer = await tenant.call("GET", `/test-plans/${testPlanId}/runs/${alarmId}${more}`, { token });
  expect(answer.status).toBe(200);
  return TestRunReport.parse(answer.body);
};
const outcomes = ({ items }: TestRunReport) =>
  Object.fromEntries(
    items.map(({ userId, channels }) => [
      userId,
      channels.map(({ channel, outcome, reason }) => [channel, outcome, ...(reason === undefined ? [] : [reason])]),
    ]),
  );
/** A leader with a device's session: it outlives the days that pass here. */
const leader = async (tenant: Tenant) =>
  (await tenant.enrol(await tenant.addPerson("lead", { permission: "coordinator" }))).token;

const moments = ["the plan", "the time", "the arrival", "the end", "nothing"] as const;

test.each(moments)(
  "I1, I11: a test goes off, ends and is reported by itself, with an eviction after %s",
  async (moment) => {
    const evictAfter = (now: (typeof moments)[number]) => (now === moment ? evictAllDurableObjects() : undefined);
    const [sms] = useProviders(new Provider("sms"));
    const tenant = await Tenant.make();
    const token = await leader(tenant);
    const ria = await addReachable(tenant, sms, "ria");
    const riasPhone = await tenant.connect(ria);
    const tom = await tenant.addDevice("tom");
    const may = await tenant.addPerson("may");
    const plan = await make(tenant, {
      channels: ["socket", "sms"],
      audience: { users: [ria.userId, tom.userId, may] },
    });
    expect(plan).toMatchObject({ people: 3, nextAt: new Date(monday + 10 * minute).toISOString(), enabled: true });
    await tenant.call("PATCH", `/users/${may}`, { body: { enabled: false } });
    await evictAfter("the plan");

    clock.pass(5 * minute);
    await fireTimers(tenant.stub, "testPlan:%");
    expect(await alarms(tenant, token), "early, nothing happens").toEqual([]);
    clock.pass(5 * minute);
    await fireTimers(tenant.stub, "testPlan:%");
    await evictAfter("the time");
    await fireTimers(tenant.stub, "testPlan:%");
    await fireTimers(tenant.stub, "sites");
    const frame = await riasPhone.next("alarm");
    expect(frame).toMatchObject({ kind: "test", title: "Proefalarm", raisedBy: { type: "system", name: "Weekly" } });
    const { alarmId } = frame;
    expect(await tom.next("alarm")).toMatchObject({ alarmId });
    expect(await alarms(tenant, token), "once").toHaveLength(1);
    riasPhone.send({ type: "receipt", alarmId });
    await riasPhone.next("alarmUpdate", ({ counts }) => counts.received === 1);
    await evictAfter("the arrival");
    await fireTimers(tenant.stub, "course:%");
    await vi.waitUntil(() => calls(sms).length === 1);
    expect(calls(sms)[0]).toMatchObject({ purpose: "alarm", kind: "test", topic: alarmId });

    clock.pass(15 * minute - 1_000);
    await fireTimers(tenant.stub, "testRun:%");
    expect((await runs(tenant, plan, token))[0]).toMatchObject({ state: "running" });
    clock.pass(1_000);
    await fireTimers(tenant.stub, "testRun:%");
    await evictAfter("the end");
    await fireTimers(tenant.stub, "sites");
    expect(await tom.next("standDown")).toMatchObject({ alarmId, reason: "exerciseOver" });
    // The site's explanation comes to the tenant by its own timer.
    await fireTimers(tenant.site(), "tell");
    await vi.waitUntil(
      async () => outcomes(await report(tenant, plan, alarmId, token))[tom.userId]?.[0]?.[1] !== "waiting",
    );

    const found = await report(tenant, plan, alarmId, token);
    expect(found.run).toMatchObject({ alarmId, cause: "time", state: "ended", people: 3 });
    expect(outcomes(found)).toMatchObject({
      [ria.userId]: [
        ["socket", "reached"],
        ["sms", "sent"],
      ],
      [tom.userId]: [
        ["socket", "notReached", "endedBefore"],
        ["sms", "notReached", "noNumber"],
      ],
      [may]: [
        ["socket", "notReached", "disabled"],
        ["sms", "notReached", "disabled"],
      ],
    });
    const missed = await report(tenant, plan, alarmId, token, "?only=notReached&limit=1");
    expect(missed.items.map(({ userId }) => userId)).toEqual([tom.userId]);
    const rest = await report(tenant, plan, alarmId, token, `?only=notReached&cursor=${missed.nextCursor}`);
    expect(rest.items.map(({ userId }) => userId)).toEqual([may]);
    expect(rest.nextCursor).toBeUndefined();

    // A day later it is written down, and stays when the sends it was read from are gone.
    clock.pass(day);
    await fireTimers(tenant.stub, "testRun:%");
    await query(tenant.stub, "DELETE FROM sends");
    expect(await report(tenant, plan, alarmId, token)).toEqual(found);
    expect(await runs(tenant, plan, token)).toEqual([found.run]);
    expect(await query(tenant.stub, "SELECT name FROM timers WHERE name LIKE 'testRun:%'")).toEqual([]);
    const next = TestPlan.parse((await tenant.call("GET", `/test-plans/${plan.testPlanId}`, { token })).body);
    expect(next.nextAt).toBe(new Date(monday + 10 * minute + 7 * day).toISOString());
  },
);

test("a plan without the socket reaches no device, and its people are explained all the same (I2)", async () => {
  const [sms, email] = useProviders(new Provider("sms"), new Provider("email"));
  const tenant = await Tenant.make();
  const ria = await addReachable(tenant, sms, "ria");
  const phone = await tenant.connect(ria);
  const plan = await make(tenant, { weekday: 3, channels: ["sms", "email"], audience: { users: [ria.userId] } });
  const answer = await tenant.call("POST", `/test-plans/${plan.testPlanId}/run`);
  expect(answer.status).toBe(202);
  const { alarmId } = Raised.parse(answer.body);
  await fireTimers(tenant.stub, "course:%");
  clock.pass(1_000);
  await fireTimers(tenant.stub, "course:%");
  await vi.waitUntil(() => calls(sms).length === 1);
  expect(calls(email), "no address").toEqual([]);
  clock.pass(15 * minute);
  await fireTimers(tenant.stub, "testRun:%");
  await fireTimers(tenant.stub, "sites");
  // Frames of one place leave in order: whatever had been sent would be there before this one.
  const after = await tenant.raise({ users: [ria.userId] });
  expect((await phone.next("alarm", (frame) => frame.alarmId === after)).alarmId).toBe(after);
  expect(phone.of("alarm")).toHaveLength(1);
  const { token } = tenant.admin;
  expect(outcomes(await report(tenant, plan, alarmId, token))).toEqual({
    [ria.userId]: [
      ["sms", "sent"],
      ["email", "notReached", "noEmail"],
    ],
  });
  expect(await tenant.recipients(alarmId)).toMatchObject([{ state: "notReached", reason: "endedBefore" }]);
  expect((await runs(tenant, plan, token))[0]).toMatchObject({ cause: "hand", state: "ended" });
});

describe("the audience", () => {
  test("is frozen: who comes later is not called until somebody refreshes it, which says who came and went", async () => {
    const tenant = await Tenant.make();
    const role = (await tenant.call("POST", "/roles", { body: { name: "First aid" } })).body as { roleId: string };
    const roleIds = [role.roleId];
    const ria = await tenant.addDevice("ria", { roleIds });
    const tom = await tenant.addDevice("tom", { roleIds });
    const plan = await make(tenant, { audience: { roles: roleIds } });
    expect(plan.people).toBe(2);
    const may = await tenant.addDevice("may", { roleIds });
    await tenant.call("PATCH", `/users/${tom.userId}`, { body: { roleIds: [] } });

    const run = async () =>
      Raised.parse((await tenant.call("POST", `/test-plans/${plan.testPlanId}/run`)).body).alarmId;
    const first = await run();
    expect((await tom.next("alarm")).alarmId).toBe(first);
    await may.settled();
    expect(may.of("alarm")).toEqual([]);
    const again = await tenant.call("POST", `/test-plans/${plan.testPlanId}/run`);
    expect(again).toMatchObject({ status: 409, body: { code: "conflict" } });
    await tenant.call("POST", `/alarms/${first}/stand-down`, { body: { reason: "exerciseOver" } });

    const answer = await tenant.call("POST", `/test-plans/${plan.testPlanId}/audience`);
    const change = TestAudienceChange.parse(answer.body);
    expect(change).toMatchObject({
      people: 2,
      came: [{ userId: may.userId, name: "U may" }],
      went: [{ userId: tom.userId, name: "U tom" }],
      totals: { came: 1, went: 1 },
    });
    const second = await run();
    expect((await may.next("alarm")).alarmId).toBe(second);
    expect((await ria.next("alarm", (frame) => frame.alarmId === second)).alarmId).toBe(second);
    await tom.settled();
    expect(tom.of("alarm").map(({ alarmId }) => alarmId)).toEqual([first]);
    expect((await runs(tenant, plan, tenant.admin.token)).map(({ alarmId }) => alarmId).sort()).toEqual(
      [first, second].sort(),
    );
    const said = await query(
      tenant.stub,
      "SELECT type, json_extract(body, '$.came') came, json_extract(body, '$.went') went FROM log WHERE entity = ?",
      plan.testPlanId,
    );
    expect(said.map(({ type }) => type)).toEqual(["testPlan.saved", "testPlan.ran", "testPlan.saved", "testPlan.ran"]);
    expect(said[2]).toMatchObject({ came: JSON.stringify([may.userId]), went: JSON.stringify([tom.userId]) });
  });

  test("is frozen anew with new targets, and a role that is gone since means nobody", async () => {
    const tenant = await Tenant.make();
    const { roleId } = (await tenant.call("POST", "/roles", { body: { name: "First aid" } })).body as {
      roleId: string;
    };
    const ria = await tenant.addDevice("ria");
    const plan = await make(tenant, { audience: { users: [ria.userId] } });
    const patch = (body: object) => tenant.call("PATCH", `/test-plans/${plan.testPlanId}`, { body });
    expect((await patch({ audience: { roles: [roleId] } })).body).toMatchObject({ people: 0, version: 2 });
    await tenant.call("DELETE", `/roles/${roleId}`);
    expect((await tenant.call("POST", `/test-plans/${plan.testPlanId}/audience`)).body).toMatchObject({ people: 0 });
    const raised = await tenant.call("POST", `/test-plans/${plan.testPlanId}/run`);
    expect(raised, "an alarm without recipients is still an alarm").toMatchObject({
      status: 202,
      body: { recipients: 0 },
    });
  });
});

describe("the calendar", () => {
  test("is the tenant's, kept through the change of the clock in this runtime too", async () => {
    const tenant = await Tenant.make();
    const { userId } = tenant.admin.user;
    const audience = { users: [userId] };
    // The last Sunday of March and of October, 2090: 26 March and 29 October.
    const at = async (facts: object, from: string) => {
      clock.goTo(from);
      const other = await Tenant.make();
      const made = await other.call("POST", "/test-plans", {
        body: { ...weekly, channels: ["socket"], audience: { users: [other.admin.user.userId] }, ...facts },
      });
      return TestPlan.parse(made.body).nextAt;
    };
    expect((await make(tenant, { audience, weekday: 7, at: "02:30" })).timeZone).toBe("Europe/Amsterdam");
    expect(await at({ weekday: 7, at: "02:30" }, "2090-03-20T12:00:00Z")).toBe("2090-03-26T01:30:00.000Z");
    const month = { every: "month", weekday: undefined, day: 31 };
    expect(await at({ ...month, at: "09:00" }, "2090-04-02T12:00:00Z")).toBe("2090-04-30T07:00:00.000Z");
    expect(await at({ ...month, timeZone: "America/New_York" }, "2090-04-02T13:00:00Z")).toBe(
      "2090-04-30T16:00:00.000Z",
    );
    expect(await at({ weekday: 7, at: "02:30" }, "2090-10-23T12:00:00Z")).toBe("2090-10-29T00:30:00.000Z");
    monday = Date.parse("2090-11-06T10:50:00Z") - 7 * day;
  });

  test("an installation that was away at the time runs it late, or passes it over when it is much too late", async () => {
    const tenant = await Tenant.make();
    const token = await leader(tenant);
    const plan = await make(tenant, { audience: { users: [tenant.admin.user.userId] } });
    await evictAllDurableObjects();
    clock.pass(10 * minute + 45 * minute);
    await fireTimers(tenant.stub, "testPlan:%");
    expect(await alarms(tenant, token)).toHaveLength(1);
    clock.pass(7 * day);
    await fireTimers(tenant.stub, "testPlan:%");
    expect(await alarms(tenant, token), "45 minutes late, a week later").toHaveLength(2);
    clock.pass(7 * day + 30 * minute);
    await fireTimers(tenant.stub, "testPlan:%");
    expect(await alarms(tenant, token), "more than an hour late").toHaveLength(2);
    const log = await query(tenant.stub, "SELECT type FROM log WHERE entity = ? ORDER BY seq", plan.testPlanId);
    expect(log.map(({ type }) => type).slice(1)).toEqual(["testPlan.ran", "testPlan.ran", "testPlan.skipped"]);
    const { nextAt } = TestPlan.parse((await tenant.call("GET", `/test-plans/${plan.testPlanId}`, { token })).body);
    expect(Date.parse(nextAt ?? "")).toBe(monday + 10 * minute + 21 * day);
  });

  test("a plan that is switched off or removed does not go off", async () => {
    const tenant = await Tenant.make();
    const audience = { users: [tenant.admin.user.userId] };
    const plan = await make(tenant, { audience });
    const other = await make(tenant, { audience, name: "Monthly", every: "month", weekday: undefined, day: 31 });
    const timers = async () =>
      (await query(tenant.stub, "SELECT name FROM timers WHERE name LIKE 'testPlan:%'")).map(({ name }) => name);
    expect(await timers()).toHaveLength(2);
    const off = await tenant.call("PATCH", `/test-plans/${plan.testPlanId}`, { body: { enabled: false } });
    expect(TestPlan.parse(off.body).nextAt).toBeUndefined();
    expect((await tenant.call("DELETE", `/test-plans/${other.testPlanId}`)).status).toBe(204);
    expect(await timers()).toEqual([]);
    expect((await tenant.call("GET", `/test-plans/${other.testPlanId}/runs`)).status).toBe(404);
    const listed = page(TestPlan).parse((await tenant.call("GET", "/test-plans")).body).items;
    expect(listed.map(({ name }) => name)).toEqual(["Weekly"]);
    clock.pass(10 * minute);
    await fireTimers(tenant.stub, "testPlan:%");
    expect(await alarms(tenant, tenant.admin.token)).toEqual([]);
    expect((await tenant.call("POST", `/test-plans/${plan.testPlanId}/run`)).status, "by hand it does").toBe(202);
  });
});

test("wrong plans are refused, each field named", async () => {
  const tenant = await Tenant.make();
  const audience = { users: [tenant.admin.user.userId] };
  const good = { ...weekly, channels: ["socket"], audience };
  const refused = async (facts: object) => {
    const answer = await tenant.call("POST", "/test-plans", { body: { ...good, ...facts } });
    expect(answer.status).toBe(422);
    return (answer.body as { errors: { path: string }[] }).errors.map(({ path }) => path);
  };
  expect(await refused({ weekday: undefined })).toEqual(["weekday"]);
  expect(await refused({ day: 3 })).toEqual(["day"]);
  expect(await refused({ every: "month" })).toEqual(["day", "weekday"]);
  expect(await refused({ at: "24:00" })).toEqual(["at"]);
  expect(await refused({ timeZone: "Europe/Nowhere" })).toEqual(["timeZone"]);
  expect(await refused({ channels: [] })).toEqual(["channels"]);
  expect(await refused({ audience: { roles: ["rol_unknown0"] } })).toEqual(["audience.roles.0"]);
  const plan = await make(tenant, { audience, channels: ["socket", "socket"] });
  expect(plan.channels).toEqual(["socket"]);
  const twin = await tenant.call("POST", "/test-plans", { body: { ...good, name: "WEEKLY " } });
  expect(twin).toMatchObject({ status: 409, body: { code: "name_taken" } });
  const patch = await tenant.call("PATCH", `/test-plans/${plan.testPlanId}`, { body: { every: "month" } });
  expect(patch.status).toBe(422);
  const moved = await tenant.call("PATCH", `/test-plans/${plan.testPlanId}`, {
    body: { every: "month", weekday: null, day: 31 },
  });
  expect(TestPlan.parse(moved.body)).toMatchObject({ every: "month", day: 31, version: 2 });
});
