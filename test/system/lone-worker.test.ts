/**
 * Proves: a lone worker's deadline survives SIGKILL (I1, I11). Killed before it, it is raised at its time by a server that nobody has
 * asked anything; killed over it, it is raised as soon as the server is back; in both cases once. A session that was ended raises
 * nothing. In real time, with the shortest interval there is. The rules at every moment: test/core/lone-worker.test.ts.
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { LoneWorkerSession } from "../../protocol/lone-workers.ts";
import type { Device } from "./device.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { World } from "./world.ts";

let standby: InstallationUnderTest;
let world: World;

beforeAll(async () => {
  standby = await startInstallation();
  world = await World.make(standby, "alone");
  const people = ["responder", "before", "over", "safe"];
  await world.addPeople(people.map((username) => ({ username, permission: "responder" })));
  await world.addDevices(people);
}, 120_000);

afterAll(() => standby.stop());

const deviceOf = (username: string): Device => {
  const found = world.devices.find(({ userId }) => userId === world.people.get(username));
  if (found === undefined) throw new Error(`${username} has no device`);
  return found;
};

test("I11: a deadline is kept through a kill before it, and made up for after a kill over it", {
  timeout: 150_000,
}, async () => {
  const responder = deviceOf("responder");
  const made = await world.call("POST", "/scenarios", {
    name: "Lone worker",
    title: "No sign of {raisedBy}",
    targets: { users: [responder.userId] },
  });
  const { scenarioId } = z.looseObject({ scenarioId: z.string() }).parse(JSON.parse(made.text));
  const start = async (username: string) => {
    const body = { scenarioId, intervalMinutes: 1, warnSeconds: 10 };
    const answer = await world.call("POST", "/me/lone-worker-sessions", body, deviceOf(username).token);
    expect(answer.status, answer.text).toBe(201);
    return LoneWorkerSession.parse(JSON.parse(answer.text));
  };
  const raisedBy = (username: string) => (frame: { type: string; raisedBy?: unknown }) =>
    frame.type === "alarm" && z.looseObject({ id: z.string() }).parse(frame.raisedBy).id === deviceOf(username).userId;

  const before = await start("before");
  const safe = await start("safe");
  await standby.restartWorkerd();
  await Promise.all(world.devices.map((device) => device.reconnect()));
  const ended = await world.call(
    "DELETE",
    `/lone-worker-sessions/${safe.loneWorkerSessionId}`,
    undefined,
    deviceOf("safe").token,
  );
  expect(ended.status).toBe(204);
  // Later than the first by more than a restart takes.
  await pause(Math.max(0, Date.parse(before.startedAt) + 10_000 - Date.now()));
  const over = await start("over");

  const warned = (frame: { type: string }) => frame.type === "notice";
  await deviceOf("before").got(warned, 60_000);
  const first = await responder.got(raisedBy("before"), 30_000);
  const late = Date.now() - Date.parse(before.dueAt);
  expect(late, "not before its time").toBeGreaterThanOrEqual(0);
  expect(late, "and not long after it, ms").toBeLessThan(3_000);

  await standby.killWorkerd();
  await pause(Math.max(0, Date.parse(over.dueAt) + 1_000 - Date.now()));
  await standby.startWorkerd();
  const back = Date.now();
  // Devices come back to their site's actor; the tenant's is asked by nobody.
  await responder.reconnect();
  const second = await responder.got(raisedBy("over"), 30_000);
  expect(Date.now() - back, "ms after the server is back").toBeLessThan(5_000);

  const alarms = z
    .looseObject({ items: z.array(z.looseObject({ alarmId: z.string() })) })
    .parse(JSON.parse((await world.call("GET", "/alarms")).text)).items;
  expect(alarms.map(({ alarmId }) => alarmId).sort()).toEqual([first.alarmId, second.alarmId].sort());
  expect(responder.shown).toHaveLength(2);
});
