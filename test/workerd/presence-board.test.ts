/**
 * Proves that a site's board is a snapshot and then only what changed (issue 5, 2), that applying the frames in order gives what the
 * site's presence is by HTTP, and that many changes are few frames; and that the tenant hears whose sockets are open. How fast it is under
 * load is load/k6/presence-churn.ts.
 */
import { expect, test, vi } from "vitest";
import { applySiteBoard } from "../../clients/sdk/presence/site-board.ts";
import { limits } from "../../protocol/limits.ts";
import { SitePresence } from "../../protocol/presence.ts";
import type { SiteBoard } from "../../protocol/socket/server-frames.ts";
import type { Device } from "./harness/device.ts";
import { fireTimers, kill } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

const boardsOf = (watcher: Device): SiteBoard[] =>
  watcher.of("board").flatMap((frame) => (frame.board === "site" ? [frame] : []));

const byId = (people: SitePresence["people"]) => people.toSorted((a, b) => (a.userId < b.userId ? -1 : 1));

const shownBy = (watcher: Device): SitePresence | undefined => {
  const shown = boardsOf(watcher).reduce<ReturnType<typeof applySiteBoard>>(applySiteBoard, undefined)?.presence;
  return shown && { ...shown, people: byId(shown.people) };
};

test("a watcher has the snapshot, then only people who changed; all frames together are what the site is", async () => {
  const tenant = await Tenant.make();
  const siteId = await tenant.addSite("Board");
  const { zoneId } = (await tenant.call("POST", `/sites/${siteId}/zones`, { body: { name: "Hall" } })).body as {
    zoneId: string;
  };
  const watcher = await tenant.addDevice("watcher", { permission: "coordinator" });
  const people: Device[] = [];
  for (let i = 0; i < 8; i++) people.push(await tenant.addDevice(`person${i}`));
  people[0]?.send({ type: "presence", siteId, present: true });
  await people[0]?.next("presence");
  watcher.send({ type: "watch", board: "site", siteId });
  await watcher.next("board");
  expect(boardsOf(watcher)).toMatchObject([{ full: true, people: [{ userId: people[0]?.userId }] }]);

  const began = Date.now();
  let changes = 0;
  for (let round = 0; round < 12; round++)
    for (const [i, person] of people.entries()) {
      const zone = (round + i) % 3 === 0 ? { zoneId } : {};
      person.send({ type: "presence", siteId, present: (round + i) % 4 !== 0, ...zone });
      await person.next("presence");
      changes += 1;
    }
  const now = async () => {
    const presence = SitePresence.parse((await tenant.call("GET", `/sites/${siteId}/presence`)).body);
    return { ...presence, people: byId(presence.people) };
  };
  const there = await now();
  await vi.waitFor(() => expect(shownBy(watcher)).toEqual(there), { timeout: 5_000 });
  const deltas = boardsOf(watcher).slice(1);
  expect(deltas.every(({ full }) => !full)).toBe(true);
  // Four a second and one to begin with, however many changes came.
  expect(deltas.length).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / limits.updateMs) + 1);
  expect(changes).toBe(96);

  // A change of availability is one of the board too, and somebody who goes elsewhere leaves it.
  const stays = there.people[0];
  const one = people.find(({ userId }) => userId === stays?.userId) as Device;
  one.send({ type: "availability", available: false });
  await one.next("availability");
  const elsewhere = await tenant.addSite("Elsewhere");
  const leaver = people.find(({ userId }) => userId === there.people[1]?.userId) as Device;
  leaver.send({ type: "presence", siteId: elsewhere, present: true });
  await leaver.next("presence");
  await vi.waitFor(async () => expect(shownBy(watcher)).toEqual(await now()), { timeout: 5_000 });
  expect(shownBy(watcher)?.people.some(({ userId }) => userId === leaver.userId)).toBe(false);
});

test("frames that are older than what is shown say nothing", () => {
  const counts = { present: 0, byZone: [], byRole: [] };
  const people: SitePresence["people"] = [];
  const frame = { type: "board" as const, board: "site" as const, siteId: "sit_aaaaaaaa", people, counts };
  const full = { ...frame, full: true, version: 10 };
  const shown = applySiteBoard(undefined, full);
  expect(applySiteBoard(shown, { ...frame, full: false, version: 9, counts: { ...counts, present: 1 } })).toBe(shown);
  expect(applySiteBoard(undefined, { ...frame, full: false, version: 9 })).toBeUndefined();
});

test("reach: an open socket is a sign until the site's actor was killed, also for a tenant that was killed itself", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("reachable");
  const sign = async () => (await tenant.stub.signsOf([device.deviceId]))[0] ?? 0;
  await vi.waitUntil(async () => (await sign()) > 0, { timeout: 10_000 });
  expect(await tenant.stub.signsOf(["dev_neverheardof"])).toEqual([0]);
  const grows = async () => {
    const before = await sign();
    await vi.waitUntil(() => Date.now() > before + 1);
    return (await sign()) > before;
  };
  expect(await grows()).toBe(true);
  await fireTimers(tenant.stub, "reach:write");
  await kill(tenant.stub);
  expect(await grows()).toBe(true);

  // All sockets are gone with it; its timer wakes it, and the tenant hears that nobody is connected there.
  await kill(tenant.site());
  await fireTimers(tenant.site(), "reach");
  await vi.waitUntil(async () => !(await grows()), { timeout: 10_000 });
  expect(await sign()).toBeGreaterThan(0);
});
