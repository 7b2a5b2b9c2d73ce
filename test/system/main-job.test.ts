/**
 * Proves issue 3, Proof (a), on real workerd and sqld: 200 devices on 3 sites, alarms by signed webhook and by user: each
 * target exactly once on screen, nobody else, the record complete in libSQL. Does not prove speed, nor what a crash does.
 */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { WireDevice } from "./wire-device.ts";
import { enrol, makeOrganisation, type WireOrganisation } from "./wire-organisation.ts";

let standby: InstallationUnderTest;
let org: WireOrganisation;
let devices: WireDevice[];

const withDevice = 180;

beforeAll(async () => {
  standby = await startInstallation();
  org = await makeOrganisation(standby.url, standby.operatorToken, { people: 190, sites: 3 });
  // 180 people with a device, 20 of them with a second one, and 10 people with none.
  const owners = [...org.people.slice(0, withDevice), ...org.people.slice(0, 20)].map((person) => person.userId);
  const tokens = await enrol(org, owners);
  devices = tokens.map((token, i) => new WireDevice(standby.url, org.tenant, token, owners[i] ?? ""));
  await Promise.all(devices.map((device) => device.connect()));
}, 120_000);

afterAll(() => standby.stop());

const onScreen = (alarmId: string) => devices.filter((device) => device.shown.has(alarmId));
const of = (people: WireOrganisation["people"]) => new Set(people.map((person) => person.userId));

/** Waits until exactly these people's devices show it, and checks that nobody else ever does. */
const expectShownTo = async (alarmId: string, userIds: ReadonlySet<string>) => {
  const wanted = devices.filter((device) => userIds.has(device.userId)).length;
  await expect.poll(() => onScreen(alarmId).length, { timeout: 10_000 }).toBe(wanted);
  for (const device of onScreen(alarmId)) expect(userIds.has(device.userId)).toBe(true);
};

test("P1, I2, I3: a site's alarm is shown once to each target and to nobody else; the record explains everybody", async () => {
  const site = org.sites[0] ?? "";
  const targets = org.people.filter((person) => person.homeSiteId === site);
  const raised = await org.call("POST", "/alarms", { title: "Brand", targets: { sites: [site] } });
  expect(raised.status).toBe(202);
  expect(raised.body.recipients).toBe(targets.length);
  const { alarmId } = raised.body;
  await expectShownTo(alarmId, of(targets));

  const [answerer] = onScreen(alarmId);
  const accepted = answerer?.next((frame) => frame.type === "responseAccepted");
  answerer?.say({ type: "seen", alarmId });
  answerer?.say({ type: "respond", alarmId, response: "coming", etaMinutes: 4 });
  expect(await accepted).toMatchObject({ alarmId, response: "coming" });
  const ended = await org.call("POST", `/alarms/${alarmId}/stand-down`, { reason: "over" });
  expect(ended.status).toBe(200);
  await expect
    .poll(() => onScreen(alarmId).every((d) => d.frames.some((f) => f.type === "standDown" && f.alarmId === alarmId)))
    .toBe(true);
  for (const device of devices)
    expect(device.frames.filter((f) => f.type === "alarm" && f.alarmId === alarmId).length).toBeLessThanOrEqual(1);

  const now = (await org.call("GET", `/alarms/${alarmId}`)).body;
  const record = async () => (await org.call("GET", `/history/alarms/${alarmId}`)).body;
  await expect.poll(async () => (await record())?.counts, { timeout: 20_000 }).toEqual(now.counts);
  const kept = await record();
  expect(kept).toMatchObject({ state: "ended", endReason: "over" });
  expect(kept.recipients).toHaveLength(targets.length);
  for (const recipient of kept.recipients) {
    expect(["received", "seen", "answered", "notReached"]).toContain(recipient.state);
    if (recipient.state === "notReached") expect(recipient.reason).toBe("noDevice");
    else expect(recipient.receivedAt).toBeDefined();
  }
  const types = kept.events.map((event: { type: string }) => event.type);
  for (const type of ["alarm.raised", "alarm.dispatched", "alarm.receipts", "alarm.answered", "alarm.stoodDown"])
    expect(types).toContain(type);
});

test("P2, I5: a signed webhook reaches a role; the same webhook-id again raises nothing, also after a restart", async () => {
  const role = org.roles[0] ?? "";
  const targets = { roles: [role] };
  const integration = (
    await org.call("POST", "/integrations", { name: "Panel", kind: "webhook", alarm: { title: "Paniek", targets } })
  ).body;
  const body = JSON.stringify({ type: "duress", data: { message: "Balie" } });
  const post = (id: string, secret: string = integration.secret) => {
    const at = new Date();
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": new Webhook(secret).sign(id, at, body),
    };
    return org.call("POST", `/hooks/${integration.integrationId}`, body, "", headers);
  };
  const raised = await post("msg_1");
  expect(raised.status, raised.text).toBe(202);
  const wanted = of(org.people.filter((person) => person.roleIds.includes(role)));
  await expectShownTo(raised.body.alarmId, wanted);
  expect((await post("msg_1")).body).toEqual(raised.body);
  expect((await post("msg_2", `whsec_${btoa("x".repeat(32))}`)).body.code).toBe("invalid_signature");

  await standby.restartWorkerd();
  expect((await post("msg_1")).body).toEqual(raised.body);
  await Promise.all(devices.map((device) => device.connect()));
  expect((await org.call("GET", "/alarms?limit=200")).body.items).toHaveLength(2);
});

test("somebody who moves to another site is there for its alarms, and gets them once", async () => {
  const [first, second] = [org.sites[0] ?? "", org.sites[1] ?? ""];
  const mover = devices[0];
  mover?.say({ type: "presence", siteId: second, present: true });
  await mover?.next((frame) => frame.type === "presence");
  const there = (await org.call("POST", "/alarms", { title: "A", targets: { sites: [second] } })).body.alarmId;
  const former = (await org.call("POST", "/alarms", { title: "B", targets: { sites: [first] } })).body.alarmId;
  const moved = mover?.userId ?? "";
  const home = (site: string) => of(org.people.filter((person) => person.homeSiteId === site));
  await expectShownTo(there, home(second).add(moved));
  const left = home(first);
  left.delete(moved);
  await expectShownTo(former, left);
});

test("resume: a device that was away gets its alarms and stand-downs in order, after its lastSeq", async () => {
  const device = devices[5];
  if (device === undefined) throw new Error("no device");
  device.cut();
  await expect.poll(() => device.open).toBe(false);
  const before = device.frames.length;
  const targets = { users: [device.userId] };
  const ids: string[] = [];
  for (const title of ["one", "two"]) ids.push((await org.call("POST", "/alarms", { title, targets })).body.alarmId);
  await org.call("POST", `/alarms/${ids[0]}/stand-down`, { reason: "falseAlarm" });
  const welcome = await device.connect();
  expect(welcome).toMatchObject({ resumed: true });
  // A repeat carries the same seq (wire.md): the stand-down's own sending may still meet the socket that just resumed.
  const missedNow = () => {
    const seen = new Set<number | undefined>();
    return device.frames
      .slice(before)
      .filter((f) => (f.type === "alarm" || f.type === "standDown") && !seen.has(f.seq) && seen.add(f.seq));
  };
  await expect.poll(() => missedNow().filter((f) => f.type === "standDown").length).toBe(1);
  const missed = missedNow();
  expect(missed.map((frame) => [frame.type, frame.alarmId])).toEqual([
    ["alarm", ids[0]],
    ["alarm", ids[1]],
    ["standDown", ids[0]],
  ]);
  const seqs = missed.map((frame) => frame.seq ?? 0);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
});

test("I6: another tenant's ids and tokens answer byte for byte like unknown ones", async () => {
  const other = await makeOrganisation(standby.url, standby.operatorToken, { people: 2, sites: 1 });
  const alarmId = (await org.call("GET", "/alarms?limit=1")).body.items[0].alarmId;
  for (const [known, unknown] of [
    [`/alarms/${alarmId}`, "/alarms/alm_0000000000000000"],
    [`/users/${org.people[0]?.userId}`, "/users/usr_0000000000000000"],
    [`/sites/${org.sites[0]}`, "/sites/sit_0000000000000000"],
    [`/alarms/${alarmId}/recipients`, "/alarms/alm_0000000000000000/recipients"],
    [`/history/alarms/${alarmId}`, "/history/alarms/alm_0000000000000000"],
  ]) {
    const [foreign, random] = [await other.call("GET", known ?? ""), await other.call("GET", unknown ?? "")];
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe(random.text);
  }
  expect((await other.call("GET", "/me", undefined, org.admin)).body.code).toBe("unauthenticated");
  const aimed = await other.call("POST", "/alarms", { title: "X", targets: { users: [org.people[0]?.userId] } });
  expect(aimed.body).toMatchObject({ status: 422, code: "invalid", errors: [{ path: "targets.users.0" }] });
});
