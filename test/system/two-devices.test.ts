/**
 * People with two devices that receipt in the same millisecond. Proved: I8 (the record in libSQL tells of each recipient
 * what the tenant itself tells, field by field, the device too), I2. Not proved: devices of one person on different sites.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Recipient } from "../../protocol/alarms.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { eventually, idOf, World } from "./world.ts";

let installation: InstallationUnderTest;
let world: World;

beforeAll(async () => {
  installation = await startInstallation();
  world = await World.make(installation, "two-devices");
  await world.addSite("North");
  const people = [...Array(40).keys()].map((n) => `p${n}`);
  await world.addPeople(people.map((username) => ({ username, homeSite: "North" })));
  await world.addDevices([...people, ...people]);
});

afterAll(async () => {
  world?.disconnectAll();
  await installation?.stop();
});

const byUser = (a: Recipient, b: Recipient): number => a.userId.localeCompare(b.userId);

test.each([1, 2, 3])("I2 I8 the record equals the tenant's own answer, field by field, alarm %i", async (n) => {
  const { alarmId } = await world.raise({ title: `Fire ${n}`, targets: { sites: [idOf(world.sites, "North")] } });
  await Promise.all(world.devices.map((device) => device.got((f) => f.type === "alarm" && f.alarmId === alarmId)));
  for (const device of world.devices) device.send({ type: "seen", alarmId });
  await world.devices[0]?.respond(alarmId, "coming", { etaMinutes: 3, text: "On my way" });
  // Counts level out before every second device's receipt is in; the lists are compared until they do.
  await eventually(
    async () => {
      const own = await world.recipients(alarmId);
      expect(own.filter(({ state }) => state !== "seen" && state !== "answered")).toEqual([]);
      expect((await world.record(alarmId)).recipients.sort(byUser)).toEqual(own.sort(byUser));
    },
    15_000,
    "the record to equal the tenant's answer",
  );
});
