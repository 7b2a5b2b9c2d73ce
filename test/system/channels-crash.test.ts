/**
 * I1, I11 on real workerd and sqld: workerd is killed with SIGKILL in the middle of a rung of the fallback ladder, while messages
 * are on their way, before others have left, and before the next rung; started on the same data it goes on by itself. Everybody is
 * reached by every rung, each person's message under one id however often it came, an answer that was given is kept, and nobody
 * who has answered is called again. Links of before work after, and die by the clock. Not proved here: power loss.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Channel } from "../../protocol/terms.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { type Receivers, startReceivers } from "./harness/receivers.ts";
import {
  addReachable,
  addScenario,
  cameTo,
  idsOf,
  pushedTo,
  type Reachable,
  raiseFor,
  recipientOf,
  rung,
  triesOf,
  untilRecipient,
  untilRecorded,
} from "./reachable-people.ts";
import { World } from "./world.ts";

let receivers: Receivers;
let standby: InstallationUnderTest;
let world: World;
let people: Reachable[];

beforeAll(async () => {
  // Three a second: a rung over twelve people takes four seconds, in the middle of which there is always something to kill.
  receivers = await startReceivers({ perSecond: 3 });
  standby = await startInstallation({ env: receivers.env });
  world = await World.make(standby, "crash");
  people = await addReachable(
    world,
    receivers,
    Array.from({ length: 12 }, (_, i) => `person-${i}`),
  );
  for (const { receiver } of [receivers.sms, receivers.email]) receiver.forget();
});

afterAll(async () => {
  await standby?.stop();
  await receivers?.stop();
});

const linkTo = (person: Reachable): string => {
  const message = receivers.sms.messages(world.url).find(({ to }) => to === person.phone);
  const link = /https?:\/\/\S+\/a\/\S+/.exec(message?.text ?? "")?.[0];
  if (link === undefined) throw new Error(`${person.name} got no link`);
  return link;
};

test("I1, I11: killed in the middle of rungs, everybody is reached by each under one id, and the ladder goes on", async () => {
  const scenarioId = await addScenario(world, [rung("sms", 0), rung("voice", 6), rung("email", 2)]);
  await receivers.sms.receiver.set({ is: "slow", afterMs: 1_000 });
  const { alarmId, at } = await raiseFor(world, scenarioId, people);
  // Two have left and are not answered yet, ten have not.
  await receivers.sms.receiver.comes(2);
  await standby.killWorkerd();
  const beforeKill = receivers.sms.receiver.received.length;
  expect(beforeKill).toBeLessThan(people.length);
  const onTheWay = people.filter((person) => cameTo(receivers, person, "sms").length > 0);
  await receivers.sms.receiver.set({ is: "up" });
  await standby.startWorkerd();

  // Somebody answers between two crashes, by a link of before.
  const [answerer] = onTheWay as [Reachable];
  const said = await fetch(linkTo(answerer), { method: "POST", body: new URLSearchParams({ response: "coming" }) });
  expect(said.status).toBe(200);

  // The next rung has come, and is cut off as well.
  await receivers.voice.receiver.comes(3);
  const firstCall = Math.min(...receivers.voice.receiver.received.map((request) => request.at));
  expect(firstCall - at).toBeGreaterThanOrEqual(6_000);
  expect(firstCall - at, "the crash before it did not put the rung off").toBeLessThan(10_000);
  await standby.killWorkerd();
  expect(receivers.voice.receiver.received.length).toBeLessThan(people.length);
  await standby.startWorkerd();

  const others = people.filter((person) => person !== answerer);
  for (const person of others) {
    const row = await untilRecipient(world, alarmId, person, (one) => triesOf(one).length === 3 && isSent(one), 60_000);
    expect(triesOf(row)).toEqual(["sms sent", "voice sent", "email sent"]);
    for (const channel of ["sms", "voice", "email"] as const)
      expect(await idsOf(world, receivers, person, channel), `${person.name} ${channel}`).toHaveProperty("size", 1);
  }
  // What was on its way came again, under the same id: at least once, not at most once.
  const repeated = onTheWay.filter((person) => person !== answerer);
  expect(repeated.length).toBeGreaterThan(0);
  for (const person of repeated) expect(cameTo(receivers, person, "sms").length).toBe(2);
  const row = await recipientOf(world, alarmId, answerer);
  expect(row).toMatchObject({ state: "answered", response: "coming", deviceId: "channel-sms" });
  for (const channel of ["voice", "email"] as const) expect(cameTo(receivers, answerer, channel)).toEqual([]);
  const kept = await untilRecorded(world, alarmId);
  expect(kept.get(answerer.userId)).toMatchObject({ state: "answered", response: "coming" });
});

const isSent = (row: Parameters<typeof triesOf>[0]) => triesOf(row).every((one) => one.endsWith(" sent"));

/** A small seeded generator (mulberry32): the same seed gives the same moments again. */
const randomOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

test("I1, I5, I11: killed six times at random moments, each alarm climbs its whole ladder, each send has one id", async () => {
  const seed = Date.now() % 1_000_000;
  const random = randomOf(seed);
  const scenarioId = await addScenario(
    world,
    Channel.options.map((channel, i) => rung(channel, i === 0 ? 0 : 1, "responded")),
  );
  const raise = (key: string, trio: Reachable[]) =>
    world.raise({ scenarioId, targets: { users: trio.map(({ userId }) => userId) } }, key);
  const raised: { alarmId: string; trio: Reachable[] }[] = [];
  for (let i = 0; i < 6; i++) {
    const trio = [0, 1, 2].map((n) => people[(i * 3 + n) % people.length] as Reachable);
    const first = raise(`crash-${seed}-${i}`, trio).catch(() => undefined);
    await pause(random() * 1_800);
    await standby.killWorkerd();
    await first;
    await standby.startWorkerd();
    // Whoever heard nothing says it again, with the same key.
    raised.push({ alarmId: (await raise(`crash-${seed}-${i}`, trio)).alarmId, trio });
  }
  const expected = Channel.options.map((channel) => `${channel} sent`);
  for (const { alarmId, trio } of raised)
    for (const person of trio) {
      const what = `seed ${seed}, ${person.name}`;
      await untilRecipient(world, alarmId, person, (row) => String(triesOf(row)) === String(expected), 60_000);
      for (const channel of ["sms", "voice", "email"] as const) {
        const ofAlarm = cameTo(receivers, person, channel).filter(({ body }) => textOf(body).includes(alarmId));
        expect(new Set(ofAlarm.map(({ headers }) => headers.get("webhook-id"))).size, `${what} ${channel}`).toBe(1);
      }
      const pushed = (await pushedTo(world, receivers, person)).filter(({ payload }) => payload.alarmId === alarmId);
      expect(new Set(pushed.map(({ payload }) => payload.token)).size, what).toBe(1);
    }
  for (const { alarmId } of raised) await untilRecorded(world, alarmId);
});

const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);

test("T13: an hour after it was written a link is dead, though its alarm goes on; a newer one of it lives", async () => {
  const [older, newer] = people.slice(-2) as [Reachable, Reachable];
  receivers.sms.receiver.forget();
  const { alarmId } = await raiseFor(world, await addScenario(world, [rung("sms", 0)]), [older, newer]);
  for (const person of [older, newer]) await receivers.sms.takes(world.url, ({ to }) => to === person.phone);
  await untilRecipient(world, alarmId, older, isSent);
  const links = { older: linkTo(older), newer: linkTo(newer) };
  expect((await fetch(links.older)).status).toBe(200);
  // An hour passes for one of the two, in the file where it stands: no clock of the test's reaches the real process.
  await standby.killWorkerd();
  expect(sentAnHourAgo(alarmId, older.userId)).toBe(1);
  await standby.startWorkerd();
  expect((await fetch(links.older)).status).toBe(410);
  const answer = { method: "POST", body: new URLSearchParams({ response: "coming" }) };
  expect((await fetch(links.older, answer)).status).toBe(410);
  expect((await fetch(links.newer, answer)).status).toBe(200);
  expect(await recipientOf(world, alarmId, older)).not.toHaveProperty("response");
});

/** @returns how many sends it was true of */
const sentAnHourAgo = (alarmId: string, userId: string): number => {
  const files = readdirSync(standby.dataFolder, { recursive: true, encoding: "utf8" });
  let changed = 0;
  for (const file of files.filter((name) => name.startsWith("objects") && name.endsWith(".sqlite"))) {
    const database = new DatabaseSync(join(standby.dataFolder, file));
    if (database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'sends'").get() !== undefined)
      changed += Number(
        database
          .prepare("UPDATE sends SET created_at = created_at - 3600000 WHERE alarm_id = ? AND recipient = ?")
          .run(alarmId, userId).changes,
      );
    database.close();
  }
  return changed;
};
