/**
 * Whom channels reach and whom never, on real workerd and sqld with real receivers that speak Messagebird's and Brevo's APIs: an
 * exercise is marked on each of them and leaves nobody outside the organisation alarmed (I9), a test alarm goes by its plan's own
 * channels to its own people, an address that nobody has proven gets nothing but its code, a browser hears nothing after its
 * person has logged out, and no push address leads into the operator's network (T19).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Raised } from "../../protocol/alarms.ts";
import { Contact } from "../../protocol/contacts.ts";
import { Channel } from "../../protocol/terms.ts";
import { TestRunReport } from "../../protocol/test-plans.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { type Receivers, startReceivers } from "./harness/receivers.ts";
import {
  accepted,
  addReachable,
  addScenario,
  cameTo,
  codeIn,
  countsOf,
  pushedTo,
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

let receivers: Receivers;
let standby: InstallationUnderTest;
let world: World;
let ria: Reachable;
let tom: Reachable;
/** Has proven nothing. */
let may: Reachable;
const none = { push: 0, sms: 0, voice: 0, email: 0 };
const everyWay = Channel.options.map((channel) => rung(channel, 0, "responded"));

beforeAll(async () => {
  receivers = await startReceivers({ sms: "messagebird", voice: "messagebird", email: "brevo" });
  standby = await startInstallation({ env: receivers.env });
  world = await World.make(standby, "kinds");
  [ria, tom] = (await addReachable(world, receivers, ["ria", "tom"])) as [Reachable, Reachable];
  [may] = (await addReachable(world, receivers, ["may"], [])) as [Reachable];
  for (const channel of Channel.options) receiverOf(receivers, channel).forget();
});

afterAll(async () => {
  await standby?.stop();
  await receivers?.stop();
});

/** The first words of what came for somebody, by channel. */
const marks = async (person: Reachable): Promise<Record<Channel, string | undefined>> => {
  const last = (channel: "sms" | "voice" | "email") =>
    receivers[channel]
      .messages(world.url)
      .filter(({ to }) => to === (channel === "email" ? person.email : person.phone))
      .at(-1);
  return {
    push: (await pushedTo(world, receivers, person)).at(-1)?.payload.title,
    sms: last("sms")?.text,
    voice: last("voice")?.text,
    email: last("email")?.subject,
  };
};

test("I9: an exercise says so first on every channel, and an exercise leaves people outside alone", async () => {
  const made = await world.call("POST", "/contacts", { name: "Neighbour", phone: "+31207654321" });
  const { contactId } = decode(made, 201, Contact);
  await accepted(await world.call("POST", `/contacts/${contactId}/verifications`, { detail: "phone" }), 202);
  const code = codeIn((await receivers.sms.takes(world.url, ({ to }) => to === "+31207654321")).text);
  const proven = await world.call("POST", `/contacts/${contactId}/verifications/confirm`, { detail: "phone", code });
  expect(decode(proven, 200, Contact).phoneVerified).toBe(true);
  receivers.sms.receiver.forget();
  const toNeighbour = () => receivers.sms.messages(world.url).filter(({ to }) => to === "+31207654321");

  const contacts = { type: "contacts", contactIds: [contactId] };
  const escalation = [{ name: "Neighbours", afterSeconds: 0, when: { type: "always" }, action: contacts }];
  const scenarioId = await addScenario(world, everyWay, { escalation });
  const exercise = await raiseFor(world, scenarioId, [ria], { kind: "exercise" });
  const all = ["push sent", "sms sent", "voice sent", "email sent"];
  await untilRecipient(world, exercise.alarmId, ria, (row) => String(triesOf(row)) === String(all));
  for (const [channel, said] of Object.entries(await marks(ria))) expect(said, channel).toMatch(/OEFENING\. /);
  const [pushed] = await pushedTo(world, receivers, ria);
  expect(pushed?.payload).toMatchObject({ kind: "exercise", title: "OEFENING. Brand" });
  expect(countsOf(receivers, ria)).toEqual({ push: 1, sms: 1, voice: 1, email: 1 });

  // The same scenario in earnest: the step does call, so its silence before was the exercise's.
  const actual = await raiseFor(world, scenarioId, [ria]);
  await receivers.sms.takes(world.url, ({ to, text }) => to === "+31207654321" && text.includes("Brand"));
  await untilRecipient(world, actual.alarmId, ria, (row) => String(triesOf(row)) === String(all));
  for (const [channel, said] of Object.entries(await marks(ria))) expect(said, channel).not.toContain("OEFENING");
  expect(toNeighbour()).toHaveLength(1);
  expect(toNeighbour()[0]?.text).not.toContain("/a/");
  for (const { alarmId } of [exercise, actual]) await untilRecorded(world, alarmId);

  // The end of each is told the same way, the exercise's with its mark.
  for (const { alarmId } of [exercise, actual])
    await accepted(await world.call("POST", `/alarms/${alarmId}/stand-down`, { reason: "over" }), 200);
  await receivers.email.takes(world.url, ({ subject }) => subject === "OEFENING. Einde alarm: Brand (kinds)");
  await receivers.sms.takes(world.url, ({ to, text }) => to === "+31207654321" && text.includes("Einde alarm"));
  expect(toNeighbour()).toHaveLength(2);
  for (const { alarmId } of [exercise, actual])
    await untilRecipient(world, alarmId, ria, (row) => triesOf(row).at(-1) === "email sent standDown");
});

test("a test alarm goes by its plan's channels alone, marked, and its report tells what each handset and provider said", async () => {
  for (const channel of Channel.options) receiverOf(receivers, channel).forget();
  const plan = {
    name: "Monthly",
    every: "month",
    day: 1,
    at: "12:00",
    channels: ["sms", "email"],
    audience: { users: [ria.userId, tom.userId, may.userId] },
    title: "Proefalarm",
  };
  const { testPlanId } = decode(
    await world.call("POST", "/test-plans", plan),
    201,
    z.looseObject({ testPlanId: z.string() }),
  );
  const { alarmId } = decode(await world.call("POST", `/test-plans/${testPlanId}/run`), 202, Raised);
  const sms = await receivers.sms.takes(world.url, ({ to }) => to === ria.phone);
  await receivers.email.takes(world.url, ({ to }) => to === tom.email);
  expect((await receivers.sms.report(sms, "delivered")).status).toBe(200);
  await untilRecipient(world, alarmId, tom, (row) => String(triesOf(row)) === "sms sent,email sent");
  await untilRecipient(world, alarmId, ria, (row) => String(triesOf(row)) === "sms delivered,email sent");
  for (const person of [ria, tom]) {
    const { sms: text, email } = await marks(person);
    expect([text, email]).toEqual([expect.stringMatching(/^TEST\. /), expect.stringMatching(/^TEST\. /)]);
    expect(countsOf(receivers, person)).toEqual({ ...none, sms: 1, email: 1 });
  }
  const report = await world.call("GET", `/test-plans/${testPlanId}/runs/${alarmId}`);
  const { items } = decode(report, 200, TestRunReport);
  const told = (userId: string) =>
    items.find((item) => item.userId === userId)?.channels.map(({ outcome, reason }) => reason ?? outcome);
  expect([ria, tom, may].map(({ userId }) => told(userId))).toEqual([
    ["reached", "sent"],
    ["sent", "sent"],
    ["notVerified", "notVerified"],
  ]);
});

test("nothing is sent to an address that nobody has proven, and the record says why", async () => {
  const { alarmId } = await raiseFor(world, await addScenario(world, everyWay), [may]);
  const expected = ["push sent", "sms skipped notVerified", "voice skipped notVerified", "email skipped notVerified"];
  await untilRecipient(world, alarmId, may, (row) => String(triesOf(row)) === String(expected));
  expect(countsOf(receivers, may)).toEqual({ ...none, push: 1 });
  // A number that was proven and is changed by an administrator has to be proven again.
  await accepted(await world.call("PATCH", `/users/${tom.userId}`, { phone: "+31600000001" }), 200);
  const sms = await raiseFor(world, await addScenario(world, [rung("sms", 0)]), [tom]);
  await untilRecipient(world, sms.alarmId, tom, (row) => String(triesOf(row)) === "sms skipped notVerified");
  expect(receivers.sms.messages(world.url).filter(({ to }) => to === "+31600000001")).toEqual([]);
  const row = (await untilRecorded(world, alarmId)).get(may.userId);
  expect(row && triesOf(row)).toEqual(expected);
});

test("after logging out nothing arrives in that browser any more; a browser that unsubscribed is forgotten", async () => {
  const scenarioId = await addScenario(world, [rung("push", 0)]);
  const before = cameTo(receivers, ria, "push").length;
  await accepted(await world.call("DELETE", "/sessions/current", undefined, ria.token), 204);
  receivers.push.unsubscribe(tom.browser);
  const { alarmId } = await raiseFor(world, scenarioId, [ria, tom, may]);
  await untilRecipient(world, alarmId, may, (row) => String(triesOf(row)) === "push sent");
  expect(triesOf(await recipientOf(world, alarmId, ria))).toEqual(["push skipped noSubscription"]);
  await untilRecipient(world, alarmId, tom, (row) => String(triesOf(row)) === "push failed gone");
  expect(cameTo(receivers, ria, "push")).toHaveLength(before);
  // 410 is for good: the next alarm does not even try.
  const next = await raiseFor(world, scenarioId, [tom]);
  await untilRecipient(world, next.alarmId, tom, (row) => String(triesOf(row)) === "push skipped noSubscription");
});

test("T19: a push address that leads into the operator's network is refused when it is given", async () => {
  const { keys } = await receivers.push.subscribe();
  const { port } = new URL(receivers.push.receiver.url);
  for (const endpoint of [
    "http://push.example.org/1",
    "https://10.0.0.1/1",
    "https://[::1]/1",
    "https://intranet/1",
    "https://printer.local/1",
    `https://localhost:${port}/1`,
    `http://127.0.0.1:${Number(port) + 1}/1`,
    "https://somebody:secret@push.example.org/1",
  ]) {
    const answer = await world.call("PUT", "/me/push-subscription", { endpoint, keys }, may.token);
    expect([endpoint, answer.status, JSON.parse(answer.text).errors?.[0]?.path]).toEqual([endpoint, 422, "endpoint"]);
  }
  const endpoint = "https://push.example.org/1";
  await accepted(await world.call("PUT", "/me/push-subscription", { endpoint, keys }, may.token), 204);
});
