import { evictAllDurableObjects } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { Courier } from "../../actors/site/delivery/courier.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// I1, T5: every actor is dropped from memory between any two steps of an alarm, its sockets kept; nothing is lost and the sockets
// are still served. A killed process, which loses sockets and unwritten receipts too, is test/system's.

const moments = ["the 202", "the arrival", "the receipts", "the answer", "the stand-down", "nothing"] as const;

test.each(moments)("T5: everything is there after an eviction after %s", async (moment) => {
  const evictAfter = (now: (typeof moments)[number]) => (now === moment ? evictAllDurableObjects() : undefined);
  const tenant = await Tenant.make();
  const home = await tenant.addSite("Head office");
  const atHome = await tenant.addDevice("at-home", { homeSiteId: home });
  const roaming = await tenant.addDevice("roaming");
  const stranger = await tenant.addDevice("stranger", { homeSiteId: home });
  const silent = await tenant.addPerson("silent");

  const alarmId = await tenant.raise({ users: [atHome.userId, roaming.userId, silent] });
  await evictAfter("the 202");
  await fireTimers(tenant.stub, "sites");
  const alarms = await Promise.all([atHome, roaming].map((device) => device.next("alarm")));
  expect(alarms.map((frame) => frame.alarmId)).toEqual([alarmId, alarmId]);
  await evictAfter("the arrival");

  for (const device of [atHome, roaming]) {
    device.send({ type: "receipt", alarmId });
    device.send({ type: "seen", alarmId });
  }
  // Receipts are written together after 100 ms: what devices are told shows that they were.
  await Promise.all([atHome, roaming].map((device) => device.next("alarmUpdate", ({ counts }) => counts.seen === 2)));
  await evictAfter("the receipts");

  atHome.send({ type: "respond", alarmId, response: "coming", etaMinutes: 4 });
  expect(await atHome.next("responseAccepted")).toMatchObject({ alarmId, response: "coming" });
  await evictAfter("the answer");

  expect((await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "over" } })).status).toBe(200);
  await evictAfter("the stand-down");
  await fireTimers(tenant.stub, "sites");
  const ends = await Promise.all([atHome, roaming].map((device) => device.next("standDown")));
  expect(ends.map((frame) => [frame.alarmId, frame.seq])).toEqual([
    [alarmId, 2],
    [alarmId, 2],
  ]);

  const found = await tenant.recipients(alarmId);
  expect(found.find(({ userId }) => userId === atHome.userId)).toMatchObject({
    state: "answered",
    response: "coming",
    etaMinutes: 4,
    deviceId: atHome.deviceId,
    receivedAt: expect.any(String),
    seenAt: expect.any(String),
  });
  expect(found.find(({ userId }) => userId === roaming.userId)).toMatchObject({
    state: "seen",
    deviceId: roaming.deviceId,
  });
  expect(
    found.find(({ userId }) => userId === silent),
    "I2",
  ).toMatchObject({ state: "notReached", reason: "noDevice" });
  expect(found.length).toBe(3);

  await Promise.all([atHome, roaming, stranger].map((device) => device.settled()));
  for (const device of [atHome, roaming])
    expect([device.of("alarm").length, device.of("standDown").length], "once").toEqual([1, 1]);
  expect([...stranger.of("alarm"), ...stranger.of("alarmUpdate"), ...stranger.of("standDown")], "I3").toEqual([]);
});

test("T5: receipts that were not yet written are asked for again, by the same number", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const alarmId = await tenant.raise({ users: [device.userId] });
  const first = await device.next("alarm");
  const neverWritten = vi.spyOn(Courier.prototype, "flush").mockReturnValue(undefined);
  device.send({ type: "receipt", alarmId });
  await device.settled();
  await evictAllDurableObjects();
  neverWritten.mockRestore();
  expect(await query(tenant.site(), "SELECT seq FROM log WHERE type = 'alarm.receipts'")).toEqual([]);

  await fireTimers(tenant.site(), "resend:%");
  expect(await device.next("alarm")).toEqual(first);
  device.send({ type: "receipt", alarmId });
  await device.next("alarmUpdate", ({ counts }) => counts.received === 1);
  await fireTimers(tenant.site(), "resend:%");
  await device.settled();
  expect(device.of("alarm").length, "not a third time").toBe(2);
});

test("I1: a device that was away gets what it missed, in order, from actors that were dropped meanwhile", async () => {
  const tenant = await Tenant.make();
  const before = await tenant.addDevice("device");
  const seen = await tenant.raise({ users: [before.userId] });
  const { seq } = await before.next("alarm");
  before.send({ type: "receipt", alarmId: seen });
  await before.next("alarmUpdate", ({ counts }) => counts.received === 1);
  before.close();

  const over = await tenant.raise({ everyone: true });
  await tenant.call("POST", `/alarms/${seen}/stand-down`, { body: { reason: "over" } });
  await tenant.call("POST", `/alarms/${over}/stand-down`, { body: { reason: "mistake" } });
  const open = await tenant.raise({ everyone: true });
  await fireTimers(tenant.stub, "sites");
  await evictAllDurableObjects();

  const after = await tenant.connect(before, seq);
  await after.settled();
  expect(after.of("welcome")).toMatchObject([{ seq: 5, resumed: true }]);
  const told = after.frames.flatMap((frame) =>
    frame.type === "alarm" || frame.type === "standDown" ? [[frame.seq, frame.type, frame.alarmId]] : [],
  );
  expect(told).toEqual([
    [2, "alarm", over],
    [3, "standDown", seen],
    [4, "standDown", over],
    [5, "alarm", open],
  ]);
});
