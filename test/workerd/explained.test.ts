import { evictAllDurableObjects } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { TenantActor } from "../../actors/tenant/tenant-actor.ts";
import { limits } from "../../protocol/limits.ts";
import { fireTimers, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// I2: everybody ends in an explained state, by the clock of rows that the test moves. Issue 3, "Deliver": unreceipted sockets are
// sent to again. What the history shows of it is test/system's.

afterEach(() => {
  vi.restoreAllMocks();
});

test("I2: at the deadline each recipient without a receipt has a reason, and a late receipt goes above it", async () => {
  const tenant = await Tenant.make();
  const receipts = await tenant.addDevice("receipts");
  const silent = await tenant.addDevice("silent");
  const away = await tenant.enrol(await tenant.addPerson("away"));
  const never = await tenant.addPerson("never");
  // The way in is known only where somebody came in once.
  (await tenant.connect(away)).close();
  const alarmId = await tenant.raise({ users: [receipts.userId, silent.userId, away.userId, never] });
  await Promise.all([receipts.next("alarm"), silent.next("alarm")]);
  receipts.send({ type: "receipt", alarmId });
  await receipts.next("alarmUpdate", ({ counts }) => counts.received === 1);

  await query(tenant.site(), "UPDATE deliveries SET stored_at = stored_at - ?", limits.notReachedAfterMs + 1);
  await evictAllDurableObjects();
  await fireTimers(tenant.site(), "resend:%");
  await silent.next("alarmUpdate", ({ counts }) => counts.notReached === 3);

  const states = async () =>
    Object.fromEntries(
      (await tenant.recipients(alarmId)).map(({ userId, state, reason }) => [userId, reason ?? state]),
    );
  expect(await states()).toEqual({
    [receipts.userId]: "received",
    [silent.userId]: "noReceipt",
    [away.userId]: "notConnected",
    [never]: "noDevice",
  });
  expect(await query(tenant.site(), "SELECT name FROM timers WHERE name LIKE 'resend:%'"), "the end of it").toEqual([]);

  silent.send({ type: "receipt", alarmId });
  const back = await tenant.connect(away);
  await back.next("alarm");
  back.send({ type: "receipt", alarmId });
  await silent.next("alarmUpdate", ({ counts }) => counts.received === 3);
  expect(await states()).toMatchObject({ [silent.userId]: "received", [away.userId]: "received", [never]: "noDevice" });
});

test("I2: a stand-down explains those who have not received it by then", async () => {
  const tenant = await Tenant.make();
  const silent = await tenant.addDevice("silent");
  const never = await tenant.addPerson("never");
  const alarmId = await tenant.raise({ users: [silent.userId, never] });
  await silent.next("alarm");
  await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "falseAlarm" } });
  await silent.next("standDown");
  await vi.waitUntil(async () => (await tenant.recipients(alarmId)).every(({ state }) => state === "notReached"));
  const reasons = (await tenant.recipients(alarmId)).map(({ userId, reason }) => [userId, reason]);
  expect(Object.fromEntries(reasons)).toEqual({ [silent.userId]: "endedBefore", [never]: "noDevice" });
});

test("a socket without a receipt is sent to again, with the same number; one with a receipt is not", async () => {
  const tenant = await Tenant.make();
  const receipts = await tenant.addDevice("receipts");
  const silent = await tenant.addDevice("silent");
  const alarmId = await tenant.raise({ everyone: true });
  const first = await silent.next("alarm");
  await receipts.next("alarm");
  receipts.send({ type: "receipt", alarmId });
  await receipts.settled();

  const [timer] = await query(
    tenant.site(),
    "SELECT t.due_at - d.stored_at AS after FROM timers t, deliveries d WHERE t.name LIKE 'resend:%'",
  );
  expect(timer).toEqual({ after: limits.resendAfterMs[0] });
  await fireTimers(tenant.site(), "resend:%");
  expect(await silent.next("alarm")).toEqual(first);
  await receipts.settled();
  expect(receipts.of("alarm").length).toBe(1);
});

test("I11: a tenant that cannot be told is told later, and nothing is counted twice", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const alarmId = await tenant.raise({ users: [device.userId] });
  await device.next("alarm");
  await vi.waitUntil(async () => (await tenant.recipients(alarmId))[0]?.state === "sent");
  let refused = 0;
  const away = vi.spyOn(TenantActor.prototype, "progress").mockImplementation(() => {
    refused += 1;
    throw new Error("away");
  });
  device.send({ type: "seen", alarmId });
  await vi.waitUntil(() => refused > 0);
  expect(await query(tenant.site(), "SELECT name FROM timers WHERE name = 'tell'")).toHaveLength(1);
  away.mockRestore();
  await evictAllDurableObjects();

  await fireTimers(tenant.site(), "tell");
  await device.next("alarmUpdate", ({ counts }) => counts.seen === 1);
  expect(await tenant.recipients(alarmId)).toMatchObject([{ state: "seen" }]);
  await vi.waitUntil(
    async () => (await query(tenant.site(), "SELECT name FROM timers WHERE name = 'tell'")).length === 0,
  );
});
