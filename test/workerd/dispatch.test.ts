import { evictAllDurableObjects } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { Log } from "../../actors/kernel/log.ts";
import { Outbox } from "../../actors/kernel/outbox.ts";
import { SiteActor } from "../../actors/site/site-actor.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// I1, I8, I11: from the accepted alarm to the site actor that has stored it, with every call between them failing. What a killed
// process does to it is test/system's.

afterEach(() => {
  vi.restoreAllMocks();
});

test("T7, I11: a site that fails ten times in a row still gets the alarm, once, before the stand-down", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  let failures = 0;
  const failing = vi.spyOn(SiteActor.prototype, "receive").mockImplementation(() => {
    failures += 1;
    throw new Error("away");
  });
  const alarmId = await tenant.raise({ users: [device.userId] });
  await vi.waitUntil(() => failures > 0);
  while (failures < 10) {
    const before = failures;
    await query(tenant.stub, "UPDATE outbox SET next_at = 0 WHERE topic = 'sites'");
    await fireTimers(tenant.stub, "sites");
    await vi.waitUntil(() => failures > before);
  }
  const [row] = await query(tenant.stub, "SELECT attempts FROM outbox WHERE topic = 'sites'");
  expect(row?.attempts).toBeGreaterThanOrEqual(10);
  expect((await tenant.recipients(alarmId)).map(({ state }) => state)).toEqual(["pending"]);
  failing.mockRestore();

  await query(tenant.stub, "UPDATE outbox SET next_at = 0 WHERE topic = 'sites'");
  await fireTimers(tenant.stub, "sites");
  expect((await device.next("alarm")).alarmId).toBe(alarmId);
  await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "over" } });
  await device.next("standDown");
  expect(device.of("alarm").length).toBe(1);
  expect(await query(tenant.stub, "SELECT id FROM outbox WHERE topic = 'sites'")).toEqual([]);
});

test("I2, I11: an alarm that its stand-down has overtaken comes before it all the same, and does not stay open", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const failing = vi.spyOn(SiteActor.prototype, "receive").mockImplementation(() => {
    throw new Error("away");
  });
  const alarmId = await tenant.raise({ users: [device.userId] });
  const parked = async () => (await query(tenant.stub, "SELECT id FROM outbox WHERE parked_at > 0")).length === 1;
  while (!(await parked())) {
    await query(tenant.stub, "UPDATE outbox SET next_at = 0 WHERE topic = 'sites' AND parked_at IS NULL");
    await fireTimers(tenant.stub, "sites");
  }
  failing.mockRestore();
  await query(tenant.stub, "UPDATE outbox SET next_at = next_at + 3600000 WHERE parked_at > 0");
  await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "over" } });
  await vi.waitUntil(
    async () => (await query(tenant.stub, "SELECT id FROM outbox WHERE topic = 'sites'")).length === 1,
  );

  await query(tenant.stub, "UPDATE outbox SET next_at = 0 WHERE topic = 'sites'");
  await fireTimers(tenant.stub, "sites");
  await device.next("standDown");
  const told = device.frames.filter(({ type }) => type === "alarm" || type === "standDown");
  expect(told).toMatchObject([
    { type: "alarm", alarmId, seq: 1 },
    { type: "standDown", alarmId, seq: 2 },
  ]);
  expect(await query(tenant.site(), "SELECT end_seq FROM deliveries")).toEqual([{ end_seq: 2 }]);
  await vi.waitUntil(async () => (await tenant.recipients(alarmId))[0]?.state === "notReached");
});

test("I11: the timer that carries alarms to sites is not spent by a try that has not ended", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  // A site that does not answer: were the tenant's process killed now, only rows of its SQLite would know of the alarm.
  let release = () => {};
  const answered = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = vi.spyOn(SiteActor.prototype, "receive").mockImplementation((() => answered) as never);
  await tenant.raise({ users: [device.userId] });
  await vi.waitUntil(() => slow.mock.calls.length > 0);
  await fireTimers(tenant.stub, "sites");
  const [waiting] = await query(tenant.stub, "SELECT count(*) AS n FROM outbox WHERE topic = 'sites'");
  const [timer] = await query(tenant.stub, "SELECT count(*) AS n FROM timers WHERE name = 'sites'");
  release();
  expect([waiting, timer]).toEqual([{ n: 1 }, { n: 1 }]);
});

test("a message that a site takes twice is delivered once", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const real = SiteActor.prototype.receive;
  let lost = 0;
  const answerLost = vi.spyOn(SiteActor.prototype, "receive").mockImplementation(function (this: SiteActor, messages) {
    real.call(this, messages);
    lost += 1;
    throw new Error("the answer was lost");
  });
  const alarmId = await tenant.raise({ users: [device.userId] });
  await vi.waitUntil(() => lost > 0);
  answerLost.mockRestore();
  await query(tenant.stub, "UPDATE outbox SET next_at = 0 WHERE topic = 'sites'");
  await fireTimers(tenant.stub, "sites");
  await vi.waitUntil(
    async () => (await query(tenant.stub, "SELECT id FROM outbox WHERE topic = 'sites'")).length === 0,
  );
  await device.settled();
  expect(device.of("alarm").map((frame) => frame.alarmId)).toEqual([alarmId]);
});

const everything = async (tenant: Tenant) => ({
  alarms: await query(tenant.stub, "SELECT alarm_id FROM alarms"),
  keys: await query(tenant.stub, "SELECT key FROM keys"),
  seq: await query(tenant.stub, "SELECT value FROM meta WHERE key = 'seq'"),
  log: await query(tenant.stub, "SELECT seq FROM log"),
  outbox: await query(tenant.stub, "SELECT id FROM outbox"),
});

test.each<[string, (fail: () => never) => { mockRestore(): void }]>([
  ["its record", (fail) => vi.spyOn(Log.prototype, "append").mockImplementation(fail)],
  ["its errand to the site", (fail) => vi.spyOn(Outbox.prototype, "add").mockImplementation(fail)],
])("I1: an alarm of which %s cannot be written is not there at all, and can be raised again", async (_, breakIt) => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const before = await everything(tenant);
  const broken = breakIt(() => {
    throw new Error("disk");
  });
  const asked = { body: { title: "Fire", targets: { users: [device.userId] } }, headers: { "idempotency-key": "k" } };
  const refused = await tenant.call("POST", "/alarms", asked);
  expect([refused.status, refused.body]).toMatchObject([503, { code: "unavailable" }]);
  broken.mockRestore();
  expect(await everything(tenant)).toEqual(before);
  expect((await tenant.call("GET", "/alarms")).body).toEqual({ items: [] });

  const taken = await tenant.call("POST", "/alarms", asked);
  expect([taken.status, taken.headers.get("idempotency-replayed")]).toEqual([202, null]);
  expect(await device.next("alarm")).toMatchObject({ seq: 1 });
});

test("I1: what a site cannot write down it has not taken, and is brought again", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const real = Log.prototype.append;
  let refused = 0;
  const broken = vi.spyOn(Log.prototype, "append").mockImplementation(function (this: Log, record) {
    if (record.type !== "alarm.dispatched") return real.call(this, record);
    refused += 1;
    throw new Error("disk");
  });
  await tenant.raise({ users: [device.userId] });
  await vi.waitUntil(() => refused > 0);
  expect(await query(tenant.site(), "SELECT alarm_id FROM deliveries")).toEqual([]);
  broken.mockRestore();
  await device.settled();
  expect(device.of("alarm")).toEqual([]);

  await query(tenant.stub, "UPDATE outbox SET next_at = 0 WHERE topic = 'sites'");
  await fireTimers(tenant.stub, "sites");
  await device.next("alarm");
});

test("I8: every record has its row in the outbox, and keeps it while there is no history", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const alarmId = await tenant.raise({ users: [device.userId] });
  await device.next("alarm");
  device.send({ type: "receipt", alarmId });
  await device.next("alarmUpdate", ({ counts }) => counts.received === 1);
  await evictAllDurableObjects();
  for (const stub of [tenant.stub, tenant.site()]) {
    const records = await query(stub, "SELECT seq, entity FROM log ORDER BY seq");
    const rows = await query(stub, "SELECT log_seq AS seq, entity FROM outbox WHERE topic = 'history' ORDER BY id");
    expect(rows).toEqual(records);
    expect(records.length).toBeGreaterThan(1);
    expect(await query(stub, "SELECT name FROM timers WHERE name = 'kernel.history'")).toHaveLength(1);
  }
});
