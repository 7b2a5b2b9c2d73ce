/**
 * Proves, on real workerd and sqld: an offer that was accepted is accepted after SIGKILL, and by nobody else (I1, I4); of twenty who
 * accept at once one has the shift; the warning of a shift that nobody has comes by itself after a kill (I11); and shifts and
 * certificates are in the history as the actor has them, each version once (I8). The rules: test/core/rosters.test.ts.
 */
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "@libsql/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Shift, ShiftOffer, Shifts } from "../../protocol/rosters.ts";
import type { Device } from "./device.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { World } from "./world.ts";

let standby: InstallationUnderTest;
let world: World;
const names = Array.from({ length: 20 }, (_, i) => `aider${i}`);
const hour = 3_600_000;

beforeAll(async () => {
  standby = await startInstallation();
  world = await World.make(standby, "roster");
  await world.addSite("HQ");
  await world.addRole("Aid");
  await world.addPeople([
    ...names.map((username) => ({ username, permission: "responder", roles: ["Aid"] })),
    { username: "lead", permission: "coordinator" },
  ]);
  await world.addDevices([...names, "lead"]);
}, 120_000);

afterAll(() => standby.stop());

const deviceOf = (username: string): Device => {
  const found = world.devices.find(({ userId }) => userId === world.people.get(username));
  if (found === undefined) throw new Error(`${username} has no device`);
  return found;
};

const idOf = (map: ReadonlyMap<string, string>, name: string): string => map.get(name) ?? "none";

const addShift = async (hours: number, facts: object = {}) => {
  const startsAt = new Date(Date.now() + hours * hour).toISOString();
  const endsAt = new Date(Date.now() + (hours + 4) * hour).toISOString();
  const shift = { siteId: idOf(world.sites, "HQ"), roleId: idOf(world.roles, "Aid"), startsAt, endsAt, ...facts };
  const answer = await world.call("POST", "/rosters/shifts", { shifts: [shift] });
  expect(answer.status, answer.text).toBe(201);
  return Shifts.parse(JSON.parse(answer.text)).shifts[0] as Shift;
};

const shiftNow = async (shiftId: string) =>
  Shift.parse(JSON.parse((await world.call("GET", `/rosters/shifts/${shiftId}`)).text));

test("I1, I4: of all who accept at once one has the shift, also after a kill; the history says the same (I8)", {
  timeout: 120_000,
}, async () => {
  const giver = deviceOf("aider0");
  const { shiftId } = await addShift(30, { userId: giver.userId });
  const made = await world.call("POST", `/rosters/shifts/${shiftId}/offers`, {}, giver.token);
  const { offerId } = ShiftOffer.parse(JSON.parse(made.text));
  const others = names.slice(1).map(deviceOf);
  await Promise.all(others.map((device) => device.got((frame) => frame.type === "notice", 20_000)));
  const accept = (device: Device) => world.call("POST", `/shift-offers/${offerId}/accept`, undefined, device.token);
  const answers = await Promise.all(others.map(accept));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(18);
  const winner = others[answers.findIndex(({ status }) => status === 200)] as Device;

  await standby.restartWorkerd();
  expect((await shiftNow(shiftId)).userId).toBe(winner.userId);
  expect((await accept(winner)).status, "said again, it is the same").toBe(200);
  for (const other of others.filter((one) => one !== winner).slice(0, 3))
    expect((await accept(other)).status).toBe(409);

  const validUntil = "2099-03-31";
  const roleId = idOf(world.roles, "Aid");
  const saved = await world.call("PUT", `/users/${winner.userId}/qualifications`, {
    qualifications: [{ roleId, validUntil }],
  });
  expect(saved.status, saved.text).toBe(200);
  const { url, authToken } = standby.history;
  const history = createClient({ url, ...(authToken === undefined ? {} : { authToken }) });
  const rows = async (sql: string) => (await history.execute(sql)).rows.map((row) => ({ ...row }));
  await expect
    .poll(() => rows(`SELECT user_id, version, deleted FROM shifts WHERE shift_id = '${shiftId}'`), { timeout: 30_000 })
    .toEqual([{ user_id: winner.userId, version: 2, deleted: 0 }]);
  await expect
    .poll(() => rows(`SELECT qualifications, version FROM qualifications WHERE user_id = '${winner.userId}'`), {
      timeout: 30_000,
    })
    .toEqual([{ qualifications: JSON.stringify([{ roleId, validUntil }]), version: 1 }]);
  const events = await rows("SELECT body FROM events WHERE type = 'shift.offered' ORDER BY at, event_id");
  expect(events.map(({ body }) => z.looseObject({ state: z.string() }).parse(JSON.parse(String(body))).state)).toEqual([
    "open",
    "accepted",
  ]);
  history.close();
});

test("I11: of a shift that nobody has those who lead are warned once, by a server that was killed meanwhile", {
  timeout: 120_000,
}, async () => {
  const lead = deviceOf("lead");
  await lead.reconnect();
  const about = (shiftId: string, notice: string) => (frame: { type: string }) => {
    const said = z.looseObject({ notice: z.string(), ref: z.string() }).safeParse(frame);
    return frame.type === "notice" && said.data?.ref === shiftId && said.data.notice === notice;
  };
  // The time of the warning is seconds away: the installation is down when it comes.
  const { shiftId, startsAt } = await addShift(24 + 3 / 3_600);
  await standby.killWorkerd();
  await pause(Math.max(0, Date.parse(startsAt) - 24 * hour + 500 - Date.now()));
  await standby.startWorkerd();
  // The notice may have gone to nobody, for nobody was back; that it was given is with the shift.
  await expect.poll(async () => (await shiftNow(shiftId)).warnedAt, { timeout: 30_000 }).toBeDefined();
  await lead.reconnect();
  const winner = deviceOf("aider5");
  const filled = await world.call("PATCH", `/rosters/shifts/${shiftId}`, { userId: winner.userId });
  expect(filled.status, filled.text).toBe(200);
  await lead.got(about(shiftId, "shiftFilled"), 30_000);
  expect(await shiftNow(shiftId)).not.toHaveProperty("warnedAt");
});
