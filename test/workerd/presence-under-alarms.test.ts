/**
 * Proves that presence which gives way to alarms is still what alarms go by (decision 0010, P4, I7): whoever was answered is found, or
 * left alone, by the next alarm, also while another alarm goes out; many reports are few calls and all are taken; a report that came
 * before the person went elsewhere does not bring them back. When reports wait: test/core/presence-gives-way.test.ts. How fast it is
 * under load: load/k6/presence-churn.ts.
 */
import { afterEach, expect, test, vi } from "vitest";
import { TenantActor } from "../../actors/tenant/tenant-actor.ts";
import type { Device } from "./harness/device.ts";
import { query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const crowd = (tenant: Tenant, siteId: string, count: number): Promise<Device[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => tenant.addDevice(`person${i}`, { homeSiteId: siteId })));

const say = (device: Device, siteId: string, present: boolean): void =>
  device.send({ type: "presence", siteId, present });

test("decision 0010: an alarm raised after the answer has whoever came and not who left, while another alarm goes out", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Head office");
  const devices = await crowd(tenant, siteId, 12);
  for (const device of devices) say(device, siteId, true);
  for (const device of devices) await device.next("presence");
  const [mover, ...others] = devices as [Device, ...Device[]];
  for (let round = 0; round < 6; round++) {
    const present = round % 2 === 1;
    // Receipts of this one are under way while the report is taken.
    const first = await tenant.raise({ everyone: true });
    for (const device of others) {
      await device.next("alarm", ({ alarmId }) => alarmId === first);
      device.send({ type: "receipt", alarmId: first });
    }
    say(mover, siteId, present);
    await mover.next("presence");
    const alarmId = await tenant.raise({ sites: [siteId] });
    const recipients = (await tenant.recipients(alarmId)).map(({ userId }) => userId);
    expect(recipients.includes(mover.userId)).toBe(present);
    expect(recipients).toHaveLength(present ? 12 : 11);
  }
});

test("many reports that come together are few calls to the tenant, and each is taken", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Turn of a shift");
  const devices = await crowd(tenant, siteId, 20);
  const calls = vi.spyOn(TenantActor.prototype, "presenceChanged");
  for (const device of devices) {
    say(device, siteId, true);
    say(device, siteId, false);
    say(device, siteId, true);
  }
  for (const device of devices) for (let i = 0; i < 3; i++) await device.next("presence");
  const taken = calls.mock.calls.flatMap(([changes]) => changes);
  expect(taken).toHaveLength(60);
  expect(calls.mock.calls.length).toBeLessThanOrEqual(20);
  const rows = "SELECT user_id, state, at FROM presence WHERE state = 'present' ORDER BY user_id";
  const there = await query(tenant.site(siteId), rows);
  expect(there.map(({ user_id }) => user_id)).toEqual(devices.map(({ userId }) => userId).sort());
  expect(await query(tenant.stub, rows)).toEqual(there);
});

test("I7: of two sites the later report holds, in both and at the tenant, also when the earlier one had to wait", async () => {
  const tenant = await Tenant.make();
  const [here, there] = [await tenant.addSite("Here"), await tenant.addSite("There")];
  const device = await tenant.addDevice("walker", { homeSiteId: here });
  const stateAt = async (siteId: string) =>
    (await query(tenant.site(siteId), "SELECT state FROM presence WHERE user_id = ?", device.userId))[0]?.state;
  for (let round = 0; round < 5; round++) {
    say(device, here, true);
    say(device, here, true);
    await device.next("presence");
    say(device, there, true);
    await device.next("presence");
    await device.next("presence");
    await vi.waitFor(async () => {
      expect([await stateAt(here), await stateAt(there)]).toEqual(["absent", "present"]);
      const [known] = await query(tenant.stub, "SELECT site_id FROM presence WHERE user_id = ?", device.userId);
      expect(known?.site_id).toBe(there);
    });
  }
});
