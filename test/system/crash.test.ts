/**
 * Proves issue 3, Proof (b) (I1, I4, I5, T4): workerd is killed with SIGKILL at random moments during raises and answers, 20
 * seeds. Every 202 is in the record and was received after reconnecting; every acknowledged answer is kept; nothing was
 * received that was never raised; a raise whose answer was lost is repeated with its key and makes one alarm. Does not prove
 * anything about power loss: the operating system survives.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { WireDevice } from "./wire-device.ts";
import { enrol, makeOrganisation, type WireOrganisation } from "./wire-organisation.ts";

const seeds = Array.from({ length: 20 }, (_, i) => i + 1);
let standby: InstallationUnderTest;
let org: WireOrganisation;
let devices: WireDevice[];

/** A small seeded generator (mulberry32): the same seed gives the same moments again. */
const randomOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

beforeAll(async () => {
  standby = await startInstallation();
  org = await makeOrganisation(standby.url, standby.operatorToken, { people: 24, sites: 3 });
  const owners = org.people.map((person) => person.userId);
  const tokens = await enrol(org, owners);
  devices = tokens.map((token, i) => new WireDevice(standby.url, org.tenant, token, owners[i] ?? ""));
  await Promise.all(devices.map((device) => device.connect()));
}, 120_000);

afterAll(() => standby.stop());

/** Everything that was ever accepted, over all seeds: a later crash must not lose an earlier promise. */
const accepted = new Map<string, { key: string; title: string }>();
const answered = new Map<string, string>();
/** Raises that a kill cut off: without any, the kills would have come between the work and proved little. */
let cutOff = 0;

test.each(seeds)("seed %i: what was acknowledged survives SIGKILL", { timeout: 60_000 }, async (seed) => {
  const random = randomOf(seed);
  const pending: { key: string; title: string }[] = [];
  let over = false;

  const raise = async (key: string, title: string) => {
    const answer = await org.call("POST", "/alarms", { title, targets: { everyone: true } }, undefined, {
      "idempotency-key": key,
    });
    expect(answer.status, answer.text).toBe(202);
    accepted.set(answer.body.alarmId, { key, title });
  };
  const raising = (async () => {
    for (let i = 0; i < 6 && !over; i++) {
      const one = { key: `seed-${seed}-${i}`, title: `seed ${seed} alarm ${i}` };
      await raise(one.key, one.title).catch(() => pending.push(one));
      await new Promise((resolve) => setTimeout(resolve, random() * 20));
    }
  })();
  for (const device of devices) {
    const seen = device.frames.length;
    void device
      .next((frame) => frame.type === "alarm" && device.frames.length > seen, 3_000)
      .then((frame) => {
        // An alarm whose receipt was lost with the process comes again, also during a later seed: one person, one answer to it.
        const letters = `${frame.alarmId}${device.userId}`;
        const response =
          [...letters].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 2 ? "coming" : "notComing";
        void device
          .next((f) => f.type === "responseAccepted" && f.alarmId === frame.alarmId, 3_000)
          .then(() => answered.set(`${frame.alarmId} ${device.userId}`, response))
          .catch(() => undefined);
        device.say({ type: "respond", alarmId: frame.alarmId, response });
      })
      .catch(() => undefined);
  }
  await new Promise((resolve) => setTimeout(resolve, random() * 120));
  await standby.killWorkerd();
  over = true;
  await raising;
  await standby.startWorkerd();
  await Promise.all(devices.map((device) => device.connect()));
  cutOff += pending.length;
  // A client that heard nothing says it again, with the same key.
  for (const one of pending) await raise(one.key, one.title);

  for (const device of devices)
    await expect
      .poll(() => [...accepted.keys()].filter((id) => !device.shown.has(id)), {
        timeout: 15_000,
        message: `seed ${seed}`,
      })
      .toEqual([]);
  for (const device of devices)
    for (const [alarmId, frame] of device.shown) {
      const known = accepted.get(alarmId);
      expect(known?.title, `seed ${seed}: received and never raised, or raised twice`).toBe(frame.title);
    }
  for (const [what, response] of answered) {
    const [alarmId, userId] = what.split(" ");
    const list = await org.call("GET", `/alarms/${alarmId}/recipients?limit=200`);
    const mine = list.body.items.find((recipient: { userId: string }) => recipient.userId === userId);
    expect(mine, `seed ${seed} ${what}`).toMatchObject({ state: "answered", response });
    answered.delete(what);
    kept.push([alarmId ?? "", userId ?? "", response]);
  }
});

const kept: [string, string, string][] = [];

test("I8: the history has every alarm once, with everybody's receipt and every acknowledged answer", {
  timeout: 90_000,
}, async () => {
  expect(cutOff, "raises were cut off by kills").toBeGreaterThan(0);
  expect(kept.length, "answers were acknowledged before crashes").toBeGreaterThan(20);
  const titles = [...accepted.values()].map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
  for (const alarmId of accepted.keys()) {
    // Everybody is also the administrator, who has a session and no socket.
    await expect
      .poll(async () => (await org.call("GET", `/history/alarms/${alarmId}`)).body?.counts, { timeout: 30_000 })
      .toMatchObject({ recipients: devices.length + 1, received: devices.length });
  }
  for (const [alarmId, userId, response] of kept) {
    const record = (await org.call("GET", `/history/alarms/${alarmId}`)).body;
    const mine = record.recipients.find((recipient: { userId: string }) => recipient.userId === userId);
    expect(mine).toMatchObject({ state: "answered", response });
    const ids = record.events.map((event: { eventId: string }) => event.eventId);
    expect(new Set(ids).size).toBe(ids.length);
  }
});
