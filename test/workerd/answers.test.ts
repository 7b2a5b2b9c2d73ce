import { evictAllDurableObjects } from "cloudflare:test";
import { expect, test } from "vitest";
import { Raised } from "../../protocol/alarms.ts";
import { query } from "./harness/storage.ts";
import { type Call, Tenant } from "./harness/tenant.ts";

// I4 and I5 through the real entry: answers of several devices, and keys that raise once. That both hold when the process is
// killed between is test/system's.

test("I4: an answer on one device clears the person's others", async () => {
  const tenant = await Tenant.make();
  const phone = await tenant.addDevice("person");
  const tablet = await tenant.connect(await tenant.enrol(phone.userId));
  const colleague = await tenant.addDevice("colleague");
  const alarmId = await tenant.raise({ everyone: true });
  await Promise.all([phone, tablet, colleague].map((device) => device.next("alarm")));
  phone.send({ type: "respond", alarmId, response: "coming", etaMinutes: 2 });
  await phone.next("responseAccepted");
  for (const own of [phone, tablet])
    expect(await own.next("alarmUpdate", ({ you }) => you !== undefined)).toMatchObject({
      alarmId,
      you: { state: "answered", response: "coming" },
      counts: { coming: 1 },
    });
  await colleague.next("alarmUpdate", ({ counts }) => counts.coming === 1);
  await colleague.settled();
  expect(
    colleague.of("alarmUpdate").filter(({ you }) => you !== undefined),
    "not the colleague's",
  ).toEqual([]);
  expect(tablet.of("responseAccepted"), "only who answered is told so").toEqual([]);
});

test("I4, T9: two devices that answer at once: one order, the same for everybody and for the record", async () => {
  const tenant = await Tenant.make();
  const phone = await tenant.addDevice("person");
  const tablet = await tenant.connect(await tenant.enrol(phone.userId));
  const alarmId = await tenant.raise({ users: [phone.userId] });
  await Promise.all([phone.next("alarm"), tablet.next("alarm")]);
  phone.send({ type: "respond", alarmId, response: "coming" });
  tablet.send({ type: "respond", alarmId, response: "notComing" });
  await Promise.all([phone.next("responseAccepted"), tablet.next("responseAccepted")]);
  await Promise.all([phone.settled(), tablet.settled()]);
  const newest = [phone, tablet].map((device) => {
    const told = device.of("alarmUpdate").filter(({ you }) => you !== undefined);
    return told.toSorted((a, b) => a.version - b.version).at(-1)?.you?.response;
  });
  const [recipient] = await tenant.recipients(alarmId);
  expect(newest).toEqual([recipient?.response, recipient?.response]);
  const records = await query(tenant.stub, "SELECT body FROM log WHERE type = 'alarm.answered' ORDER BY seq");
  const versions = records.map(({ body }) => JSON.parse(String(body)) as { version: number; response: string });
  expect(versions.length).toBe(2);
  expect(versions[1]?.version).toBeGreaterThan(versions[0]?.version ?? 0);
  expect(versions[1]?.response).toBe(recipient?.response);
});

test("I4: the same answer again is accepted and is no second one; after the stand-down none is taken", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("person");
  const stranger = await tenant.addDevice("stranger");
  const alarmId = await tenant.raise({ users: [device.userId] });
  const say = (response: "coming" | "onScene") => device.send({ type: "respond", alarmId, response });
  say("coming");
  const first = await device.next("responseAccepted");
  say("coming");
  expect(await device.next("responseAccepted")).toEqual(first);
  expect(await query(tenant.stub, "SELECT seq FROM log WHERE type = 'alarm.answered'")).toHaveLength(1);
  await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "over" } });
  await device.next("standDown");
  say("onScene");
  expect(await device.next("error")).toMatchObject({ code: "conflict", ref: alarmId });
  const second = await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "mistake" } });
  expect([second.status, second.body]).toMatchObject([409, { code: "conflict" }]);

  stranger.send({ type: "respond", alarmId, response: "coming" });
  const refused = await stranger.next("error");
  stranger.send({ type: "respond", alarmId: "alm_nosuchalarm", response: "coming" });
  expect({ ...refused, ref: "" }, "I6: as an alarm that does not exist").toEqual({
    ...(await stranger.next("error")),
    ref: "",
  });
});

test("I5: the same key and body answer the same alarm, also after an eviction; another body is refused", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("person");
  const raise = (title: string, facts: Call = {}) =>
    tenant.call("POST", "/alarms", {
      body: { title, targets: { users: [device.userId] } },
      headers: { "idempotency-key": "key-1" },
      ...facts,
    });
  const first = await raise("Fire");
  expect([first.status, first.headers.get("idempotency-replayed")]).toEqual([202, null]);
  await evictAllDurableObjects();
  const again = await raise("Fire");
  expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([202, "true"]);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("location")).toBe(first.headers.get("location"));
  const other = await raise("Flood");
  expect([other.status, other.body]).toMatchObject([422, { code: "idempotency_key_reused" }]);

  const coordinator = await tenant.enrol(await tenant.addPerson("coordinator", { permission: "coordinator" }));
  const theirs = Raised.parse((await raise("Fire", { token: coordinator.token })).body);
  expect(theirs.alarmId, "a key is its person's own").not.toBe(Raised.parse(first.body).alarmId);

  await query(tenant.stub, "UPDATE keys SET expires_at = 1");
  expect((await raise("Flood")).headers.get("idempotency-replayed"), "forgotten after its term").toBe(null);
  const raised = await Promise.all([1, 2, 3].map((seq) => device.next("alarm", (frame) => frame.seq === seq)));
  expect(new Set(raised.map((frame) => frame.alarmId)).size).toBe(3);
});

test("I5: the same key many times at once raises one alarm", async () => {
  const tenant = await Tenant.make();
  const ids = await Promise.all(
    Array.from({ length: 10 }, () => tenant.raise({ everyone: true }, { "idempotency-key": "stuck-button" })),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await query(tenant.stub, "SELECT alarm_id FROM alarms")).toHaveLength(1);
});
