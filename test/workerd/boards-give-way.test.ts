/**
 * Proves, with real sockets: a site's board waits while an alarm goes out, as long as it may and no longer, and the board of the alarm
 * itself does not (issue 5, live boards); the counts of a site are those of the people who are listed, whoever is given a role, is
 * disabled or goes. When a turn comes: test/core/giving-way.test.ts. The counts by themselves: test/core/headcounts.test.ts. How fast
 * it is under load: load/k6/presence-churn.ts.
 */

import { runInDurableObject } from "cloudflare:test";
import { afterEach, expect, test, vi } from "vitest";
import { giveWayMs } from "../../actors/kernel/giving-way.ts";
import { Desk } from "../../actors/tenant/desk.ts";
import type { TenantActor } from "../../actors/tenant/tenant-actor.ts";
import { SitePresence } from "../../protocol/presence.ts";
import { holdClock } from "./harness/clock.ts";
import { Tenant } from "./harness/tenant.ts";

// Held, so that an alarm is on its way until it was received, however slow the machine is.
holdClock("2092-01-07T09:00:00Z");
afterEach(() => {
  vi.restoreAllMocks();
});

test("a site's board lets an alarm go first, for a bounded time; the alarm's own board waits for nothing", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Head office");
  const watcher = await tenant.addDevice("watcher", { permission: "coordinator" });
  const person = await tenant.addDevice("person");
  person.send({ type: "presence", siteId, present: true });
  await person.next("presence");
  watcher.send({ type: "watch", board: "site", siteId });
  await watcher.next("board");
  const looks = vi.spyOn(Desk.prototype, "alarmGoesOut");
  const goesOut = () => looks.mock.results.at(-1)?.value as boolean | undefined;

  const alarmId = await tenant.raise({ users: [person.userId] });
  await person.next("alarm", (frame) => frame.alarmId === alarmId);
  watcher.send({ type: "watch", board: "alarm", alarmId });
  await watcher.next("board", ({ board }) => board === "alarm");
  const from = performance.now();
  person.send({ type: "availability", available: false });
  const late = await watcher.next("board", ({ board }) => board === "site");
  expect(late).toMatchObject({ full: false, people: [{ userId: person.userId, available: false }] });
  // Five waits, of which each may be a millisecond or two short.
  expect(performance.now() - from).toBeGreaterThanOrEqual(0.9 * giveWayMs);
  // Looked at again and again, and pushed although the alarm was still on its way.
  expect(looks.mock.results.length).toBeGreaterThanOrEqual(5);
  expect(goesOut()).toBe(true);

  looks.mockClear();
  person.send({ type: "receipt", alarmId });
  const told = await watcher.next("board", (frame) => frame.board === "alarm" && frame.alarm.counts.received === 1);
  expect(told.board).toBe("alarm");
  expect(looks).not.toHaveBeenCalled();
  person.send({ type: "availability", available: true });
  await watcher.next("board", ({ board }) => board === "site");
  expect(looks.mock.results.map(({ value }) => value as boolean)).toEqual(looks.mock.results.map(() => false));
});

test("the counts of a site are those of the people who are listed, whoever changes how, and after the tenant failed", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Head office");
  const { zoneId } = (await tenant.call("POST", `/sites/${siteId}/zones`, { body: { name: "Hall" } })).body as {
    zoneId: string;
  };
  const roleIds: string[] = [];
  for (const name of ["First aid", "Fire warden"])
    roleIds.push(((await tenant.call("POST", "/roles", { body: { name } })).body as { roleId: string }).roleId);
  const [aid, warden] = roleIds as [string, string];
  const [a, b, c] = [
    await tenant.addDevice("anna", { roleIds: [aid] }),
    await tenant.addDevice("bram", { roleIds: [aid, warden] }),
    await tenant.addDevice("cato"),
  ];
  const check = async (present: number) => {
    const shown = SitePresence.parse((await tenant.call("GET", `/sites/${siteId}/presence`)).body);
    const count = (ids: string[]) => {
      const all: Record<string, number> = {};
      for (const id of ids) all[id] = (all[id] ?? 0) + 1;
      return all;
    };
    expect(shown.counts.present).toBe(present);
    expect(shown.people).toHaveLength(present);
    expect(Object.fromEntries(shown.counts.byRole.map((one) => [one.roleId, one.present]))).toEqual(
      count(shown.people.flatMap((one) => one.roleIds)),
    );
    expect(Object.fromEntries(shown.counts.byZone.map((one) => [one.zoneId, one.present]))).toEqual({
      [zoneId]: 0,
      ...count(shown.people.flatMap((one) => one.zoneIds)),
    });
  };
  await check(0);
  for (const device of [a, b, c]) {
    device.send({ type: "presence", siteId, zoneId, present: true });
    await device.next("presence");
  }
  await check(3);
  await tenant.call("PATCH", `/users/${c.userId}`, { body: { roleIds: [warden] } });
  await check(3);
  await tenant.call("PATCH", `/users/${b.userId}`, { body: { enabled: false } });
  await check(2);
  await tenant.call("PATCH", `/users/${b.userId}`, { body: { enabled: true } });
  a.send({ type: "presence", siteId, zoneId, present: false });
  await a.next("presence");
  await check(3);

  // A transaction that fails after memory was changed: what was kept is read anew.
  vi.spyOn(Desk.prototype, "presenceChanged").mockImplementationOnce(() => {
    throw new Error("failed by a test");
  });
  await runInDurableObject(tenant.stub, (actor: TenantActor) => {
    const place = { userId: c.userId, siteId, state: "absent" as const, zoneIds: [], since: Date.now() };
    expect(() => actor.presenceChanged([{ ...place, at: Date.now() + 1 }])).toThrow("failed by a test");
  });
  await check(3);
  c.send({ type: "presence", siteId, present: false });
  await c.next("presence");
  await check(2);
});
