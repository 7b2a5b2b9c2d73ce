import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { limits } from "../../protocol/limits.ts";
import { closing } from "../../protocol/socket/closing.ts";
import { Device } from "./harness/device.ts";
import { origin, Tenant } from "./harness/tenant.ts";

// When the server closes a socket, and that it goes on serving the others (T20, T21). The ten seconds for `hello` (4408) pass in
// real time and are test/system's.

test("T20: two undecodable frames are answered, the third closes with 4400", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const other = await tenant.addDevice("other");
  device.sendText("{");
  expect(await device.next("error")).toMatchObject({ code: "invalid" });
  device.sendText('{"type":"presence","siteId":"site_0001","present":true,"latitude":52}');
  expect(await device.next("error")).toMatchObject({ code: "invalid", ref: "presence" });
  device.sendText("null");
  expect(await device.closed).toBe(closing.undecodable.code);
  await other.settled();
});

test("T21: a frame over 64 KiB closes at once", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  device.sendText(JSON.stringify({ type: "ping", x: "x".repeat(limits.frameBytes) }));
  expect(await device.closed).toBe(closing.undecodable.code);
});

test("T21: a socket that sends without end is closed with 4429, and the person's other one is served", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("device");
  const other = await tenant.connect(await tenant.enrol(device.userId));
  // Far more than the bucket can regain while they are read.
  for (let i = 0; i < limits.socketBurst * 4; i++) device.send({ type: "receipt", alarmId: "alm_nosuchalarm" });
  expect(await device.closed).toBe(closing.tooMany.code);
  await other.settled();
});

test("before hello nothing else is taken", async () => {
  const tenant = await Tenant.make();
  const who = await tenant.enrol(await tenant.addPerson("device"));
  const device = await Device.open(`${origin}/v1/${tenant.slug}/socket`, who);
  device.send({ type: "watch", board: "alarms" });
  expect(await device.next("error")).toMatchObject({ code: "invalid", ref: "watch" });
  device.send({ type: "hello" });
  await device.next("welcome");
});

test("T5: a socket whose attachment this code cannot read is told to come again, the others stay", async () => {
  const tenant = await Tenant.make();
  const [older, newer] = [await tenant.addDevice("older"), await tenant.addDevice("newer")];
  await runInDurableObject(tenant.site(), (_, state) => {
    for (const socket of state.getWebSockets()) {
      const attachment = socket.deserializeAttachment() as { userId: string };
      if (attachment.userId === older.userId) socket.serializeAttachment({ ...attachment, v: 0 });
    }
  });
  await evictDurableObject(tenant.site());
  await newer.settled();
  expect(await older.closed).toBe(closing.restarting.code);
});

test("a person's twenty-first socket closes the oldest", async () => {
  const tenant = await Tenant.make();
  const first = await tenant.addDevice("device");
  const rest: Device[] = [];
  for (let i = 0; i < limits.socketsPerPerson; i++) rest.push(await tenant.connect(first));
  expect(await first.closed).toBe(closing.tooMany.code);
  await Promise.all(rest.map((device) => device.settled()));
});
