import { expect, test } from "vitest";
import { OwnPresence } from "../../protocol/presence.ts";
import { closing } from "../../protocol/socket/closing.ts";
import { Tenant } from "./harness/tenant.ts";

// People between places: where their sockets belong, and where they are said to be (wire.md, Presence and Alarms). The rules for
// one site are presence.test.ts, those of targets targeting.test.ts.

test("I1, I2: somebody whose home changes is told to reconnect and gets open alarms, later ones and stand-downs at the new place", async () => {
  const tenant = await Tenant.make();
  const [from, to] = [await tenant.addSite("From"), await tenant.addSite("To")];
  const before = await tenant.addDevice("moves", { homeSiteId: from });
  const stays = await tenant.addDevice("stays", { homeSiteId: from });
  const open = await tenant.raise({ users: [before.userId, stays.userId] });
  await before.next("alarm");
  await stays.next("alarm");

  await tenant.call("PATCH", `/users/${before.userId}`, { body: { homeSiteId: to } });
  expect(await before.closed).toBe(closing.restarting.code);
  // The same token, which still names the former place.
  const after = await tenant.connect(before, 1);
  expect(await after.next("alarm")).toMatchObject({ alarmId: open, seq: 1 });
  after.send({ type: "receipt", alarmId: open });
  after.send({ type: "respond", alarmId: open, response: "enRoute" });
  await after.next("responseAccepted");
  await stays.next("alarmUpdate", ({ counts }) => counts.enRoute === 1);

  const later = await tenant.raise({ users: [before.userId] });
  // A repeat of the open one may come first: its hello and the message from the tenant crossed. It shows once (wire.md).
  await after.next("alarm", ({ alarmId }) => alarmId === later);
  for (const alarmId of [open, later]) {
    await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "over" } });
    expect((await after.next("standDown")).alarmId).toBe(alarmId);
  }
  await stays.next("standDown");
  await stays.settled();
  expect(stays.of("alarm").length, "I3").toBe(1);
  expect((await tenant.recipients(open)).find(({ userId }) => userId === before.userId)).toMatchObject({
    state: "answered",
  });
});

test("a ticket asked for with a token of the former place opens a socket at the new one", async () => {
  const tenant = await Tenant.make();
  const to = await tenant.addSite("To");
  const before = await tenant.addDevice("moves");
  await tenant.call("PATCH", `/users/${before.userId}`, { body: { homeSiteId: to } });
  await before.closed;
  const presence = await tenant.call("PUT", "/me/presence", {
    token: before.token,
    body: { siteId: to, present: true },
  });
  expect(OwnPresence.parse(presence.body).presence).toMatchObject([{ siteId: to, state: "present" }]);
  expect((await tenant.call("POST", "/socket-tickets", { token: before.token })).status).toBe(201);
});

test("P4: being present in another site ends presence in the former, and alarms follow", async () => {
  const tenant = await Tenant.make();
  const [here, there] = [await tenant.addSite("Here"), await tenant.addSite("There")];
  const device = await tenant.addDevice("walks", { homeSiteId: here });
  const say = async (siteId: string, present: boolean) => {
    device.send({ type: "presence", siteId, present });
    return (await device.next("presence")).presence;
  };
  const called = async (siteId: string) => {
    const answer = await tenant.call("POST", "/alarms", { body: { title: "Fire", targets: { sites: [siteId] } } });
    return (answer.body as { recipients: number }).recipients;
  };
  expect([await called(here), await called(there)], "unknown counts at home").toEqual([1, 0]);
  expect(await say(there, true)).toMatchObject([{ siteId: there, state: "present" }]);
  expect([await called(here), await called(there)]).toEqual([0, 1]);
  expect(await say(here, true)).toMatchObject([{ siteId: here, state: "present" }]);
  expect([await called(here), await called(there)]).toEqual([1, 0]);
  expect(await say(there, false), "absent there says nothing about here").toMatchObject([
    { siteId: there, state: "absent" },
  ]);
  expect(await called(here)).toBe(1);
  expect(await say(here, false)).toMatchObject([{ siteId: here, state: "absent" }]);
  expect([await called(here), await called(there)], "absent, though at home here").toEqual([0, 0]);

  device.send({ type: "presence", siteId: "site_unknown1", present: true });
  expect(await device.next("error")).toMatchObject({ code: "not_found", ref: "presence" });
});
