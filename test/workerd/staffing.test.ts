/**
 * Proves: who counts for a staffing rule follows presence, availability, certificates, duty and reachability by itself; too few is
 * warned of once, whatever is evicted in between, and cleared when it is solved (I1, I11); the board has no people (P5); one call
 * asks those who could help out, and who takes it has a shift (I4); nobody sees what is not theirs (T1, I6). The rules themselves:
 * test/core/staffing.test.ts. Does not prove how long a forecast takes: test/core/staffing-forecast.test.ts.
 */
import { evictAllDurableObjects } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { page } from "../../protocol/lists.ts";
import { Shift } from "../../protocol/rosters.ts";
import {
  CoverRequest,
  StaffingForecast,
  StaffingLevel,
  StaffingRule,
  StaffingSimulation,
} from "../../protocol/staffing.ts";
import { holdClock } from "./harness/clock.ts";
import type { Device } from "./harness/device.ts";
import { fireTimers, kill, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
// A Monday, 10:00 in Amsterdam.
const clock = holdClock("2091-01-01T09:00:00Z");
afterEach(() => {
  vi.restoreAllMocks();
});

class Organisation {
  readonly tenant: Tenant;
  readonly siteId: string;
  readonly roleId: string;

  constructor(tenant: Tenant, siteId: string, roleId: string) {
    this.tenant = tenant;
    this.siteId = siteId;
    this.roleId = roleId;
  }

  static async make(): Promise<Organisation> {
    const tenant = await Tenant.make();
    const role = (await tenant.call("POST", "/roles", { body: { name: "First aid" } })).body as { roleId: string };
    return new Organisation(tenant, await tenant.addSite("Head office"), role.roleId);
  }

  async rule(facts: object = {}): Promise<StaffingRule> {
    const body = { siteId: this.siteId, roleId: this.roleId, minimum: 2, ...facts };
    const answer = await this.tenant.call("POST", "/staffing-rules", { body });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    expect(answer.headers.get("location")).toContain("/staffing-rules/stf_");
    return StaffingRule.parse(answer.body);
  }

  /** Of the role, at home here, with a device that is connected. */
  async aider(username: string, facts: object = {}): Promise<Device> {
    return this.tenant.addDevice(username, { roleIds: [this.roleId], homeSiteId: this.siteId, ...facts });
  }

  leader(): Promise<Device> {
    return this.tenant.addDevice("lead", { permission: "coordinator" });
  }

  async say(device: Device, present: boolean): Promise<void> {
    const answer = await this.tenant.call("PUT", "/me/presence", {
      token: device.token,
      body: { siteId: this.siteId, present },
    });
    expect(answer.status).toBe(200);
  }

  async levels(token = this.tenant.admin.token): Promise<StaffingLevel[]> {
    const answer = await this.tenant.call("GET", "/staffing", { token });
    expect(answer.status).toBe(200);
    return page(StaffingLevel).parse(answer.body).items;
  }

  async level(token?: string): Promise<StaffingLevel> {
    const [level] = await this.levels(token);
    if (level === undefined) throw new Error("no rule");
    return level;
  }

  /** Waits until the one rule counts so many. */
  counts(counted: number): Promise<StaffingLevel> {
    return vi.waitFor(
      async () => {
        const level = await this.level();
        expect(level.counted).toBe(counted);
        return level;
      },
      { timeout: 10_000 },
    );
  }

  /** The actor looks, as its timer would make it: when a look is written down, its timer stands for the next one. */
  async look(): Promise<void> {
    await query(this.tenant.stub, "CREATE TABLE IF NOT EXISTS looks (n INTEGER)");
    await query(this.tenant.stub, "DELETE FROM looks");
    await query(
      this.tenant.stub,
      `CREATE TRIGGER IF NOT EXISTS looked AFTER UPDATE ON timers WHEN new.name = 'staffing:check'
        BEGIN INSERT INTO looks VALUES (1); END`,
    );
    await fireTimers(this.tenant.stub, "staffing:check");
    // Made due by the test, set ahead by the handler, and set by the look itself.
    await vi.waitFor(async () => {
      expect((await query(this.tenant.stub, "SELECT n FROM looks")).length).toBeGreaterThanOrEqual(3);
    });
  }

  /** Types of records about staffing, in order. */
  async records(like = "staffing.%"): Promise<string[]> {
    const rows = await query(this.tenant.stub, "SELECT type FROM log WHERE type LIKE ? ORDER BY n", like);
    return rows.map(({ type }) => String(type));
  }
}

const notices = (device: Device) => device.of("notice").map(({ notice }) => notice);

test("P4, P6: whoever is there counts while available, qualified and reachable, and the reason is said when not", {
  timeout: 60_000,
}, async () => {
  const org = await Organisation.make();
  const { tenant, roleId } = org;
  const lead = await org.leader();
  await org.rule();
  expect(await org.level(lead.token)).toMatchObject({ state: "under", counted: 0, missing: 2, people: [] });
  const [ria, tom] = [await org.aider("ria"), await org.aider("tom")];
  await org.say(ria, true);
  await org.say(tom, true);
  expect(await org.counts(2)).toMatchObject({ state: "ok", missing: 0 });

  await tenant.call("PUT", "/me/availability", { token: ria.token, body: { available: false } });
  const reasons = (level: StaffingLevel) => Object.fromEntries((level.people ?? []).map((p) => [p.userId, p.reason]));
  expect(reasons(await org.counts(1))).toEqual({ [ria.userId]: "unavailable", [tom.userId]: undefined });
  await tenant.call("PUT", "/me/availability", { token: ria.token, body: { available: true } });
  await org.counts(2);

  await tenant.call("PATCH", `/roles/${roleId}`, { body: { certificate: true } });
  expect(reasons(await org.counts(0))).toEqual({ [ria.userId]: "notQualified", [tom.userId]: "notQualified" });
  const certificate = { qualifications: [{ roleId, validUntil: "2099-01-01" }] };
  for (const { userId } of [ria, tom])
    await tenant.call("PUT", `/users/${userId}/qualifications`, { body: certificate });
  await org.counts(2);

  await org.say(tom, false);
  await org.counts(1);
  await tenant.call("PUT", "/me/duty", { token: tom.token, body: { onDuty: true } });
  await org.counts(2);

  // Present by hand, and no device that would ever hear an alarm.
  const may = await tenant.addPerson("may", { roleIds: [roleId], homeSiteId: org.siteId });
  await tenant.call("PUT", `/users/${may}/qualifications`, { body: certificate });
  await tenant.call("PUT", `/users/${may}/duty`, { body: { onDuty: true } });
  await vi.waitFor(async () => expect(reasons(await org.level())[may]).toBe("unreachable"), { timeout: 5_000 });
  expect(await org.level()).toMatchObject({ counted: 2 });
});

const moments = ["the shortage", "the warning", "the solution", "nothing"] as const;

test.each(moments)(
  "I1, I11: warned once and cleared once, with an eviction after %s",
  {
    timeout: 60_000,
  },
  async (moment) => {
    const org = await Organisation.make();
    const evictAfter = async (now: (typeof moments)[number]) => {
      if (now !== moment) return;
      // Who is connected is stored within a minute, and told again by the sites after that.
      await fireTimers(org.tenant.stub, "reach:write");
      await evictAllDurableObjects();
    };
    const lead = await org.leader();
    const rule = await org.rule({ minimum: 1, afterSeconds: 60 });
    const ria = await org.aider("ria");
    await vi.waitFor(async () => expect(await org.records()).toEqual(["staffing.changed"]));
    await evictAfter("the shortage");

    clock.pass(59 * second);
    await org.look();
    expect(notices(lead), "it may be a coffee").toEqual([]);
    clock.pass(second);
    await org.look();
    expect(await lead.next("notice")).toMatchObject({ notice: "staffingShort", ref: rule.staffingRuleId });
    await evictAfter("the warning");
    for (let i = 0; i < 3; i++) {
      clock.pass(minute);
      await org.look();
    }
    expect(await org.level()).toMatchObject({ state: "under", warnedAt: expect.any(String) });

    await org.say(ria, true);
    await org.counts(1);
    await vi.waitFor(async () => expect(await org.records()).toContain("staffing.warned"));
    await org.look();
    await vi.waitFor(async () => expect((await org.records()).at(-1)).toBe("staffing.changed"));
    await evictAfter("the solution");
    clock.pass(minute);
    await org.look();
    expect(await lead.next("notice")).toMatchObject({ notice: "staffingSolved", ref: rule.staffingRuleId });
    await org.look();
    await lead.settled();
    expect(notices(lead)).toEqual(["staffingShort", "staffingSolved"]);
    expect(notices(ria), "others than those who lead are not named").toEqual([]);
    expect(await org.records()).toEqual([
      "staffing.changed",
      "staffing.warned",
      "staffing.changed",
      "staffing.cleared",
    ]);
  },
);

test("I1, I11: a shortage neither begins nor ends by what no site has said since the tenant woke", async () => {
  const org = await Organisation.make();
  const { tenant } = org;
  const ria = await org.aider("ria");
  await org.say(ria, true);
  await vi.waitUntil(async () => (await tenant.stub.signsOf([ria.deviceId]))[0] !== 0, { timeout: 10_000 });
  const enough = await org.rule({ name: "A", minimum: 1, afterSeconds: 0 });
  await org.counts(1);
  // Present, and without a device that would ever hear an alarm.
  const may = await tenant.enrol(await tenant.addPerson("may", { roleIds: [org.roleId], homeSiteId: org.siteId }));
  await tenant.call("PUT", "/me/presence", { token: may.token, body: { siteId: org.siteId, present: true } });
  await org.rule({ name: "B", minimum: 2, afterSeconds: 0 });
  const standing = async () =>
    (await query(tenant.stub, "SELECT type, entity FROM log WHERE type LIKE 'staffing.%' ORDER BY n")).map(
      ({ type, entity }) => `${entity === enough.staffingRuleId ? "A" : "B"} ${String(type)}`,
    );
  const states = async () => (await org.levels()).map(({ state, counted }) => `${state} ${counted}`);
  await vi.waitFor(async () => expect((await standing()).at(-1)).toBe("B staffing.warned"));
  const before = await standing();
  expect(await states()).toEqual(["ok 1", "under 1"]);

  // Who is connected was never written down: it is not known of anybody now.
  await kill(tenant.stub);
  await org.look();
  expect(await standing()).toEqual(before);
  expect(await states()).toEqual(["ok 1", "under 1"]);
  expect((await org.level()).people?.every(({ reason }) => reason === undefined)).toBe(true);

  await fireTimers(tenant.site(org.siteId), "reach");
  await vi.waitFor(async () =>
    expect((await org.level()).people).toMatchObject([
      { userId: ria.userId },
      { userId: may.userId, reason: "unreachable" },
    ]),
  );
  await org.look();
  expect(await standing()).toEqual(before);

  // A site that does not speak within its time has nobody connected.
  await kill(tenant.stub);
  await org.look();
  clock.pass(6 * minute);
  await org.look();
  expect(await standing()).toEqual([...before, "A staffing.changed", "A staffing.warned"]);
  expect(await states()).toEqual(["under 0", "under 0"]);
});

test("a digest tells once a day what was short since the last one, and nothing when nothing was", async () => {
  const org = await Organisation.make();
  const lead = await org.leader();
  // 09:00Z is 10:00 in Amsterdam in winter.
  const now = new Date(clock.now());
  const ahead = new Date(clock.now() + 2 * hour + hour);
  const time = `${String(ahead.getUTCHours()).padStart(2, "0")}:${String(now.getUTCMinutes()).padStart(2, "0")}`;
  const rule = await org.rule({
    minimum: 1,
    afterSeconds: 0,
    digest: `daily ${time}`,
    warn: { userIds: [lead.userId] },
  });
  await vi.waitFor(async () => expect(await org.records()).toEqual(["staffing.changed", "staffing.warned"]));
  await lead.settled();
  expect(notices(lead)).toEqual([]);
  clock.pass(2 * hour + minute);
  await org.look();
  expect(await lead.next("notice")).toMatchObject({ notice: "staffingShort", ref: rule.staffingRuleId });
  clock.pass(24 * hour);
  await org.look();
  await lead.settled();
  expect(notices(lead), "the same shortage is not news again").toHaveLength(1);
});

test("P5: the board staffing comes at once and with every change, has counts and no people, and hangs on walls", async () => {
  const org = await Organisation.make();
  const { tenant } = org;
  const rule = await org.rule({ name: "Aid" });
  const wall = await tenant.addDevice("wall", { permission: "wallboard" });
  const ria = await org.aider("ria");
  wall.send({ type: "watch", board: "staffing" });
  const isStaffing = (frame: { board: string }) => frame.board === "staffing";
  const first = await wall.next("board", isStaffing);
  expect(first).toMatchObject({
    full: true,
    levels: [{ staffingRuleId: rule.staffingRuleId, name: "Aid", counted: 0 }],
  });
  await org.say(ria, true);
  const changed = await wall.next("board", (frame) => frame.board === "staffing" && frame.levels[0]?.counted === 1);
  expect(JSON.stringify(changed)).not.toContain(ria.userId);
  ria.send({ type: "watch", board: "staffing" });
  expect(await ria.next("error")).toMatchObject({ code: "forbidden", ref: "watch" });
  expect((await tenant.call("GET", "/staffing", { token: wall.token })).body).not.toMatchObject({
    items: [{ people: expect.anything() }],
  });
});

test("one call asks who is suitable and not on shift; who takes it has the shift, the others hear that it is settled", async () => {
  const org = await Organisation.make();
  const { tenant, siteId, roleId } = org;
  const lead = await org.leader();
  const rule = await org.rule();
  const [ria, tom, busy] = [await org.aider("ria"), await org.aider("tom"), await org.aider("busy")];
  const other = await tenant.addDevice("other", { homeSiteId: siteId });
  const next = Math.ceil(clock.now() / hour) * hour;
  const from = new Date(next).toISOString();
  const to = new Date(next + 4 * hour).toISOString();
  const shift = { siteId, roleId, startsAt: from, endsAt: to, userId: busy.userId };
  expect((await tenant.call("POST", "/rosters/shifts", { body: { shifts: [shift] } })).status).toBe(201);

  const body = { staffingRuleId: rule.staffingRuleId, from, to, count: 1 };
  const asked = await tenant.call("POST", "/staffing/cover-requests", { token: lead.token, body });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  const { coverRequestId, asked: people } = CoverRequest.parse(asked.body);
  expect(people?.toSorted()).toEqual([ria.userId, tom.userId].sort());
  for (const device of [ria, tom])
    expect(await device.next("notice")).toMatchObject({ notice: "coverAsked", ref: coverRequestId });

  const take = (device: Device) =>
    tenant.call("POST", `/staffing/cover-requests/${coverRequestId}/take`, { token: device.token });
  expect((await take(other)).status, "not asked: it does not exist (T1)").toBe(404);
  const list = async (device: Device) =>
    page(CoverRequest).parse((await tenant.call("GET", "/staffing/cover-requests", { token: device.token })).body)
      .items;
  expect(await list(other)).toEqual([]);
  expect(await list(ria)).toMatchObject([{ coverRequestId, state: "open", people: 2 }]);
  expect((await list(ria))[0]?.asked, "who else was asked is for those who lead").toBeUndefined();

  const answers = await Promise.all([take(ria), take(tom)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const [taker, late] = answers[0]?.status === 200 ? [ria, tom] : [tom, ria];
  expect((await take(taker)).status, "twice is harmless").toBe(200);
  expect(await lead.next("notice")).toMatchObject({ notice: "coverTaken", ref: coverRequestId });
  expect(await late.next("notice", ({ notice }) => notice === "coverTaken")).toMatchObject({ ref: coverRequestId });
  expect(await list(lead)).toMatchObject([{ state: "filled", takenBy: [{ userId: taker.userId }] }]);

  const shifts = page(Shift).parse((await tenant.call("GET", `/rosters/shifts?user=${taker.userId}`)).body).items;
  expect(shifts).toMatchObject([{ siteId, roleId, startsAt: from, endsAt: to }]);
  const forecast = StaffingForecast.parse((await tenant.call("GET", "/staffing/forecast?days=1")).body);
  const first = (next - Date.parse(forecast.from)) / hour;
  expect(forecast.rules[0]?.expected.slice(first, first + 6)).toEqual([2, 2, 2, 2, 0, 0]);
  expect(await org.records("coverRequest.%")).toEqual(["coverRequest.made", "coverRequest.taken"]);
});

test("a forecast and a simulation follow shifts, and usual presence once it was counted", async () => {
  const org = await Organisation.make();
  const { tenant, siteId, roleId } = org;
  const rule = await org.rule({ minimum: 1 });
  const ria = await org.aider("ria");
  await org.say(ria, true);
  await org.counts(1);
  await fireTimers(tenant.stub, "staffingSample:hour");
  const counted = await query(tenant.stub, "SELECT * FROM staffing_usual");
  expect(counted).toMatchObject([{ counted: 1, pool: 1 }]);
  expect(JSON.stringify(counted), "P5, P17: of nobody").not.toContain("usr_");

  const forecast = StaffingForecast.parse((await tenant.call("GET", "/staffing/forecast")).body);
  expect(forecast).toMatchObject({ hours: 168, rules: [{ staffingRuleId: rule.staffingRuleId, weeks: 1 }] });
  expect(forecast.rules[0]?.expected.filter((n) => n === 1)).toHaveLength(1);
  expect(forecast.rules[0]?.expected[0]).toBe(1);
  expect(forecast.gaps).toMatchObject([{ missing: 1, from: new Date(Date.parse(forecast.from) + hour).toISOString() }]);

  const scenario = {
    name: "Fire",
    title: "Fire",
    targets: { roles: [roleId], sites: [siteId] },
    requirement: [{ roleId, count: 1 }],
  };
  const made = (await tenant.call("POST", "/scenarios", { body: scenario })).body as { scenarioId: string };
  const asked = await tenant.call("POST", "/staffing/simulation", { body: { scenarioId: made.scenarioId, days: 1 } });
  expect(StaffingSimulation.parse(asked.body)).toMatchObject({ hours: 24, filledHours: 1 });
  const none = await tenant.call("POST", "/scenarios", { body: { ...scenario, name: "None", requirement: [] } });
  const wrong = { scenarioId: (none.body as { scenarioId: string }).scenarioId };
  expect((await tenant.call("POST", "/staffing/simulation", { body: wrong })).status).toBe(422);
});

test("T1, I6: rules are the administrator's, and name only what is of this tenant and in use", async () => {
  const org = await Organisation.make();
  const { tenant, siteId, roleId } = org;
  const rule = await org.rule();
  const lead = await org.leader();
  const path = `/staffing-rules/${rule.staffingRuleId}`;
  expect((await tenant.call("PATCH", path, { token: lead.token, body: { minimum: 1 } })).status).toBe(403);
  expect((await tenant.call("GET", path, { token: lead.token })).body).toEqual(rule);
  const stranger = await Organisation.make();
  expect((await stranger.tenant.call("GET", path)).status).toBe(404);
  const foreign = { siteId: stranger.siteId, roleId: stranger.roleId, minimum: 1 };
  expect((await tenant.call("POST", "/staffing-rules", { body: foreign })).body).toMatchObject({
    code: "invalid",
    errors: [{ path: "siteId" }, { path: "roleId" }],
  });
  expect((await tenant.call("DELETE", `/roles/${roleId}`)).status).toBe(409);
  expect((await tenant.call("DELETE", `/sites/${siteId}`)).status).toBe(409);
  expect(
    (await tenant.call("PATCH", path, { body: { hours: [{ weekdays: [1, 1], from: "09:00", to: "10:00" }] } })).status,
  ).toBe(422);
  const changed = StaffingRule.parse(
    (await tenant.call("PATCH", path, { body: { siteId: null, enabled: false } })).body,
  );
  expect(changed).toMatchObject({ version: 2, enabled: false });
  expect(changed.siteId).toBeUndefined();
  await vi.waitFor(async () => expect(await org.level()).toMatchObject({ state: "outsideHours", missing: 0 }));
  expect((await tenant.call("DELETE", path)).status).toBe(204);
  expect(await org.levels()).toEqual([]);
  expect((await tenant.call("DELETE", `/roles/${roleId}`)).status).toBe(204);
});
