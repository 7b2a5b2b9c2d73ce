/**
 * Issue 4, Proof, on real workerd and sqld with real HTTP receivers: every channel with its provider up, slow, answering 500 for a
 * while and for good, 429 with Retry-After, after the deadline, not at all, and refusing connections. Each message comes at least
 * once and every time under one id, it has one effect in the record, the next rung goes on in time, and a broken channel delays
 * neither another channel nor an alarm's sockets; what is given up is listed (I2, I11, P14). Not proved here: answers and what
 * ends an alarm (channels-answers.test.ts), crashes (channels-crash.test.ts), other providers' protocols (channel-network.test.ts).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Recipient } from "../../protocol/alarms.ts";
import { ChannelStatuses, DeadLetter } from "../../protocol/channels.ts";
import { page } from "../../protocol/lists.ts";
import { Channel } from "../../protocol/terms.ts";
import type { Device } from "./device.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import type { Mode, Received } from "./harness/receiver.ts";
import { type Receivers, startReceivers } from "./harness/receivers.ts";
import {
  addReachable,
  addScenario,
  cameTo,
  idsOf,
  isFor,
  type Reachable,
  raiseFor,
  receiverOf,
  recipientOf,
  rung,
  triesOf,
  untilRecipient,
  untilRecorded,
} from "./reachable-people.ts";
import { decode, World } from "./world.ts";

const channels = Channel.options;
/** A try takes at most so long (actors/tenant/channels/send.ts). */
const tryMs = 10_000;
/** Push services share one lane, and get less of it (adapters/patience.ts). */
const pushMs = 4_000;
/** How much later than its time something may happen on a machine with other work to do: far less than a try that hangs. */
const leewayMs = 3_000;

type Treatment = Exclude<Mode, { is: "down" }>;
/** What each provider does with one person's message, try by try; then it is up. */
const treatments = {
  up: [],
  slow: [{ is: "slow", afterMs: 1_500 }],
  error: [{ is: "error" }],
  limited: [{ is: "limited", retryAfter: "2" }],
  late: [{ is: "late", afterMs: tryMs + 1_000 }],
  dead: Array.from({ length: 5 }, () => ({ is: "error" as const })),
} satisfies Record<string, Treatment[]>;
type Case = keyof typeof treatments;
const cases = Object.keys(treatments) as Case[];

let receivers: Receivers;
let standby: InstallationUnderTest;
let world: World;
let watchers: Device[];
const people = new Map<string, Reachable>();
const personOf = (channel: Channel, kind: Case): Reachable => {
  const person = people.get(`${channel}-${kind}`);
  if (person === undefined) throw new Error(`there is no ${channel}-${kind}`);
  return person;
};

beforeAll(async () => {
  receivers = await startReceivers();
  standby = await startInstallation({ env: receivers.env });
  world = await World.make(standby, "ladder");
  const names = channels.flatMap((channel) => cases.map((kind) => `${channel}-${kind}`));
  for (const person of await addReachable(world, receivers, [...names, "witness", "usual"]))
    people.set(person.name, person);
  await world.addPeople(["ann", "bob", "cas"].map((username) => ({ username })));
  watchers = await world.addDevices(["ann", "bob", "cas"]);
  for (const channel of channels) receiverOf(receivers, channel).forget();
});

afterAll(async () => {
  world?.disconnectAll();
  await standby?.stop();
  await receivers?.stop();
});

const witness = (): Reachable => people.get("witness") as Reachable;
const usual = (): Reachable => people.get("usual") as Reachable;

/** A second alarm, meanwhile. @returns how long it took to every open socket, ms */
const alarmBySocket = async (): Promise<number> => {
  const targets = { users: watchers.map(({ userId }) => userId) };
  const from = performance.now();
  const { alarmId } = await world.raise({ title: "Meanwhile", targets });
  await Promise.all(watchers.map((device) => device.got((frame) => frame.alarmId === alarmId)));
  return performance.now() - from;
};

/** All channels at once to one person. @returns when it came by each of them, ms since it was raised; rejects when one is late */
const alarmByChannels = async (which: readonly Channel[]) => {
  const scenarioId = await addScenario(
    world,
    which.map((channel) => rung(channel, 0, "responded")),
  );
  const before = new Map(which.map((channel) => [channel, cameTo(receivers, witness(), channel).length]));
  const { alarmId, at } = await raiseFor(world, scenarioId, [witness()]);
  const took = await Promise.all(
    which.map(async (channel) => {
      const isNew = () => cameTo(receivers, witness(), channel).length > (before.get(channel) ?? 0);
      await receiverOf(receivers, channel).takes((request) => isFor(witness(), channel)(request) && isNew(), leewayMs);
      return (cameTo(receivers, witness(), channel).at(-1)?.at ?? 0) - at;
    }),
  );
  return { alarmId, took };
};

const tries = (requests: readonly Received[]) => requests.map(({ status }) => status);

test("every channel, up, slow, 500, 429, late: at least once, one id, one effect, and the next rung in time", async () => {
  const next: Record<Channel, Channel> = { push: "sms", sms: "voice", voice: "email", email: "push" };
  for (const channel of channels)
    for (const kind of cases)
      receiverOf(receivers, channel).treat(isFor(personOf(channel, kind), channel), ...treatments[kind]);
  const nextAfterMs = 4_000;
  const raised = await Promise.all(
    channels.map(async (channel) => {
      const scenarioId = await addScenario(world, [rung(channel, 0), rung(next[channel], nextAfterMs / 1_000)]);
      const targets = cases.map((kind) => personOf(channel, kind));
      return { channel, ...(await raiseFor(world, scenarioId, targets)) };
    }),
  );

  // One without a scenario: the usual ladder, push after 5 seconds and SMS 15 later.
  const ordinary = await world.raise({ title: "Fire", targets: { users: [usual().userId] } });

  // While one message of each channel hangs and others are failing, what else there is to send is not held up.
  await Promise.all(
    channels.map((channel) =>
      receiverOf(receivers, channel).takes(isFor(personOf(channel, "limited"), channel), nextAfterMs + leewayMs),
    ),
  );
  expect(await alarmBySocket()).toBeLessThan(1_000);
  const { took } = await alarmByChannels(channels);
  for (const ms of took) expect(ms).toBeLessThan(leewayMs);

  for (const { channel, alarmId, at } of raised)
    for (const kind of cases) {
      const [person, what] = [personOf(channel, kind), `${channel} ${kind}`];
      const came = () => cameTo(receivers, person, channel);
      const ended = kind === "dead" ? "failed" : "sent";
      // Both: what the second provider has taken is written down a moment later.
      const settled = ({ channels: [first, second] = [] }: Recipient) =>
        first?.state === ended && second?.state === "sent";
      await untilRecipient(world, alarmId, person, settled, kind === "dead" ? 40_000 : 30_000);
      const expected: Record<Case, number[]> = {
        up: [200],
        slow: [200],
        error: [500, 200],
        limited: [429, 200],
        late: [200, 200],
        dead: [500, 500, 500, 500, 500],
      };
      expect(
        tries(came()).map((status) => (status === 201 || status === 202 ? 200 : status)),
        what,
      ).toEqual(expected[kind]);
      expect(
        [...(kind === "dead" && channel === "push" ? ["none"] : await idsOf(world, receivers, person, channel))],
        what,
      ).toHaveLength(1);
      const [first, second] = came();
      if (kind === "limited") expect((second?.at ?? 0) - (first?.at ?? 0), what).toBeGreaterThanOrEqual(2_000);
      if (kind === "late")
        expect((second?.at ?? 0) - (first?.at ?? 0), what).toBeGreaterThanOrEqual(channel === "push" ? pushMs : tryMs);

      const [other, ...more] = cameTo(receivers, person, next[channel]);
      expect(more, `${what}: one send of the next rung`).toEqual([]);
      expect((other?.at ?? 0) - at, `${what}: the next rung not too soon`).toBeGreaterThanOrEqual(nextAfterMs);
      expect((other?.at ?? 0) - at, `${what}: the next rung in time`).toBeLessThan(nextAfterMs + leewayMs);
      const own = await recipientOf(world, alarmId, person);
      const told = kind === "dead" ? "failed providerDown" : "sent";
      expect(triesOf(own), what).toEqual([`${channel} ${told}`, `${next[channel]} sent`]);
    }

  const raisedAt = Date.parse((await world.alarm(ordinary.alarmId)).raisedAt);
  for (const [channel, afterMs] of [
    ["push", 5_000],
    ["sms", 20_000],
  ] as const) {
    const { at } = await receiverOf(receivers, channel).takes(isFor(usual(), channel));
    expect(at - raisedAt, `the usual ladder, ${channel}`).toBeGreaterThanOrEqual(afterMs);
    expect(at - raisedAt, `the usual ladder, ${channel}`).toBeLessThan(afterMs + leewayMs);
  }

  // The record tells the same of everybody (I2, I8).
  for (const { alarmId } of raised) await untilRecorded(world, alarmId);
});

test("what was given up is listed with its reason, and counted by channel", async () => {
  const listed = await world.call("GET", "/channels/dead-letters?limit=200");
  const { items } = decode(listed, 200, page(DeadLetter));
  for (const channel of channels) {
    const { userId } = personOf(channel, "dead");
    expect(items.filter((letter) => letter.channel === channel)).toEqual([
      expect.objectContaining({ userId, purpose: "alarm", reason: "providerDown", attempts: 5 }),
    ]);
  }
  const { channels: statuses } = decode(await world.call("GET", "/channels"), 200, ChannelStatuses);
  for (const { channel, configured, provider, counts } of statuses) {
    expect([configured, provider]).toEqual([true, channel === "push" ? "webpush" : "webhook"]);
    expect(counts.failed).toBe(1);
    expect(counts.sent).toBeGreaterThanOrEqual(cases.length);
  }
});

test.each([
  { down: ["push", "voice"], up: ["sms", "email"] },
  { down: ["sms", "email"], up: ["push", "voice"] },
] satisfies { down: Channel[]; up: Channel[] }[])(
  "$down refuse connections: $up and sockets go on, and what waited comes when they are back",
  async ({ down, up }) => {
    for (const channel of down) await receiverOf(receivers, channel).set({ is: "down" });
    const scenarioId = await addScenario(
      world,
      channels.map((channel) => rung(channel, 0, "responded")),
    );
    const person = personOf(up[0] as Channel, "up");
    for (const channel of channels) receiverOf(receivers, channel).forget();
    const { alarmId, at } = await raiseFor(world, scenarioId, [person]);
    expect(await alarmBySocket()).toBeLessThan(1_000);
    for (const channel of up) {
      const { at: cameAt } = await receiverOf(receivers, channel).takes(isFor(person, channel), leewayMs);
      expect(cameAt - at).toBeLessThan(leewayMs);
    }
    const states = (wanted: string) => (row: Recipient) =>
      down.every((channel) =>
        row.channels?.some(
          (one) => one.channel === channel && [one.state, one.reason].filter(Boolean).join(" ") === wanted,
        ),
      );
    await untilRecipient(world, alarmId, person, states("waiting unreachable"));
    for (const channel of down) await receiverOf(receivers, channel).set({ is: "up" });
    await untilRecipient(world, alarmId, person, states("sent"), 30_000);
    for (const channel of channels) expect(cameTo(receivers, person, channel), channel).toHaveLength(1);
  },
);

test("a channel that hangs for everybody holds up no other: the ladder goes on beside it, the next alarm as well", async () => {
  // More people than go to one provider at once: its lane is full.
  const crowd = channels.flatMap((channel) => [personOf(channel, "up"), personOf(channel, "slow")]);
  for (const channel of channels) receiverOf(receivers, channel).forget();
  await receivers.sms.receiver.set({ is: "lost" });
  const scenarioId = await addScenario(world, [rung("sms", 0), rung("voice", 2), rung("email", 0)]);
  const { alarmId, at } = await raiseFor(world, scenarioId, crowd);
  await receivers.sms.receiver.comes(6, leewayMs);
  expect(await alarmBySocket()).toBeLessThan(1_000);
  const { took } = await alarmByChannels(["push", "voice", "email"]);
  for (const ms of took) expect(ms).toBeLessThan(leewayMs);
  for (const person of crowd)
    for (const channel of ["voice", "email"] as const) {
      const { at: cameAt } = await receiverOf(receivers, channel).takes(isFor(person, channel), tryMs);
      expect(cameAt - at).toBeGreaterThanOrEqual(2_000);
      expect(cameAt - at).toBeLessThan(2_000 + leewayMs);
    }
  await receivers.sms.receiver.set({ is: "up" });
  for (const person of crowd) {
    const wanted = ["sms sent", "voice sent", "email sent"];
    await untilRecipient(world, alarmId, person, (row) => String(triesOf(row)) === String(wanted), 30_000);
    expect(await idsOf(world, receivers, person, "sms")).toHaveProperty("size", 1);
  }
});
