/**
 * Issue 4, 6 and 7 on real workerd and sqld with real receivers that speak Twilio's and Postmark's APIs: what reaches somebody who
 * has no socket, and what they do then. A push message is opened by the RFC's own procedure; a link answers without log-in, once,
 * and is not used up by a mail scanner; a key pressed in a call answers; `delivered` is a receipt and stops the ladder; whoever has
 * answered is left alone by the other channels; a stand-down goes by the channel that reached. The history tells the same of each
 * (I2, I4, T13). Not proved here: that links die by the clock (test/workerd/answer-links.test.ts), providers that misbehave
 * (channels-ladder.test.ts).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { AnswerLink, LinkAnswered } from "../../protocol/channels.ts";
import type { Channel } from "../../protocol/terms.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import type { TakenMessage } from "./harness/provider-shapes.ts";
import { type Receivers, startReceivers } from "./harness/receivers.ts";
import {
  accepted,
  addReachable,
  addScenario,
  cameTo,
  countsOf,
  pushedTo,
  type Reachable,
  raiseFor,
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
const people = new Map<string, Reachable>();
/** Every alarm of this file, for the history. */
const alarms: string[] = [];
const names = ["ria", "tom", "may", "jan", "eva", "kim", "ben", "liz", "sam", "pim"];
const person = (name: string): Reachable => {
  const found = people.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

beforeAll(async () => {
  receivers = await startReceivers({ sms: "twilio", voice: "twilio", email: "postmark" });
  standby = await startInstallation({ env: receivers.env });
  world = await World.make(standby, "answers");
  for (const one of await addReachable(world, receivers, names)) people.set(one.name, one);
  for (const { receiver } of [receivers.sms, receivers.email]) receiver.forget();
});

afterAll(async () => {
  world?.disconnectAll();
  await standby?.stop();
  await receivers?.stop();
});

const raise = async (ladder: Parameters<typeof addScenario>[1], whom: readonly Reachable[], more: object = {}) => {
  const { alarmId } = await raiseFor(
    world,
    await addScenario(world, ladder, { message: "Ga naar buiten." }),
    whom,
    more,
  );
  alarms.push(alarmId);
  return alarmId;
};
const standDown = async (alarmId: string) =>
  accepted(await world.call("POST", `/alarms/${alarmId}/stand-down`, { reason: "falseAlarm" }), 200);
const taken = (channel: Exclude<Channel, "push">, { phone, email }: Reachable, after = ""): Promise<TakenMessage> => {
  const address = channel === "email" ? email : phone;
  return receivers[channel].takes(world.url, ({ to, text }) => to === address && text.includes(after));
};
const linkIn = ({ text }: TakenMessage): string => {
  const link = /https?:\/\/\S+\/a\/\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`there is no link in ${text}`);
  return link;
};
const tokenOf = (link: string): string => link.split("/").at(-1) ?? "";
const look = async (link: string) => (await fetch(link)).status;
const answer = (link: string, response: string) =>
  fetch(link, { method: "POST", body: new URLSearchParams({ response, etaMinutes: "", text: "onderweg" }) });

test("push: sealed for the browser and signed; its receipt stops the ladder, its link answers from the lock screen", async () => {
  const [ria, tom] = [person("ria"), person("tom")];
  const alarmId = await raise([rung("push", 0), rung("sms", 3)], [ria, tom]);
  await Promise.all([receivers.push.takes(ria.browser), receivers.push.takes(tom.browser)]);
  const [message, ...more] = await pushedTo(world, receivers, ria);
  expect(more).toEqual([]);
  expect(message).toEqual({
    payload: {
      v: 1,
      what: "alarm",
      tenant: "answers",
      alarmId,
      kind: "actual",
      urgency: "urgent",
      silent: false,
      title: "Brand",
      text: "Ga naar buiten.",
      token: expect.any(String),
    },
    ttl: "3600",
    urgency: "high",
    topic: alarmId,
    vapid: expect.objectContaining({ aud: expect.any(String), sub: "mailto:bhv@example.org" }),
  });
  const link = `/answer-links/${message?.payload.token}`;
  await accepted(await world.call("POST", `${link}/receipts`, { what: "received" }, null), 204);
  expect(await recipientOf(world, alarmId, ria)).toMatchObject({ state: "received", deviceId: "channel-push" });
  await accepted(await world.call("POST", `${link}/receipts`, { what: "seen" }, null), 204);
  expect(await recipientOf(world, alarmId, ria)).toMatchObject({ state: "seen" });

  // Tom's browser says nothing, so he is told by SMS; the ladder's moment has passed for both of them then.
  await taken("sms", tom);
  await untilRecipient(world, alarmId, tom, (row) => triesOf(row).includes("sms sent"));
  expect(triesOf(await recipientOf(world, alarmId, ria))).toEqual(["push delivered"]);
  expect(cameTo(receivers, ria, "sms")).toEqual([]);
  const answered = await world.call("POST", link, { response: "coming", etaMinutes: 4 }, null);
  expect(decode(answered, 200, LinkAnswered)).toMatchObject({ response: "coming" });
  const row = await recipientOf(world, alarmId, ria);
  expect(row).toMatchObject({ state: "answered", response: "coming", etaMinutes: 4 });
});

test("T13: looking at a link, as mail scanners do, uses nothing up; the first answer does, and all look alike then", async () => {
  const may = person("may");
  const alarmId = await raise([rung("email", 0)], [may]);
  const link = linkIn(await taken("email", may));
  await untilRecipient(world, alarmId, may, (row) => triesOf(row).includes("email sent"));
  const before = await recipientOf(world, alarmId, may);
  for (const method of ["GET", "HEAD", "GET"]) expect((await fetch(link, { method })).status).toBe(200);
  const shown = decode(await world.call("GET", `/answer-links/${tokenOf(link)}`, undefined, null), 200, AnswerLink);
  expect(shown).toMatchObject({ organisation: "answers", title: "Brand", kind: "actual", locale: "nl" });
  expect(await recipientOf(world, alarmId, may)).toMatchObject({ state: before.state, channels: before.channels });

  const thanks = await answer(link, "notComing");
  expect(thanks.status).toBe(200);
  const row = await recipientOf(world, alarmId, may);
  expect(row).toMatchObject({ state: "answered", response: "notComing", text: "onderweg" });
  expect((await answer(link, "coming")).status).toBe(410);
  expect(await look(link)).toBe(410);
  const invented = `${tokenOf(link).slice(0, -4)}AAAA`;
  const [used, unknown] = await Promise.all(
    [tokenOf(link), invented].map((token) =>
      world.call("POST", `/answer-links/${token}`, { response: "coming" }, null),
    ),
  );
  expect([used?.status, used?.text]).toEqual([410, unknown?.text]);
  expect(await recipientOf(world, alarmId, may)).toMatchObject({ response: "notComing" });
});

test("a key pressed in a call answers; that a handset has the SMS is a receipt, and no rung follows it", async () => {
  const [jan, eva, kim] = [person("jan"), person("eva"), person("kim")];
  const alarmId = await raise([rung("sms", 0), rung("voice", 3)], [jan, eva, kim]);
  const sms = await taken("sms", jan);
  expect((await receivers.sms.report(sms, "delivered")).status).toBe(200);
  const row = await untilRecipient(world, alarmId, jan, ({ state }) => state === "received");
  expect(row).toMatchObject({ deviceId: "channel-sms" });
  // Twice is harmless, and "sent" that overtakes it takes nothing back (I4).
  await receivers.sms.report(sms, "delivered");
  await receivers.sms.report(sms, "sent");
  expect(await recipientOf(world, alarmId, jan)).toEqual(row);

  const said = await receivers.voice.report(await taken("voice", eva), "coming");
  expect(said.headers.get("content-type")).toMatch(/^text\/xml/);
  expect(await said.text()).toContain("<Say");
  const pressed = await recipientOf(world, alarmId, eva);
  expect(pressed).toMatchObject({ state: "answered", response: "coming", deviceId: "channel-voice" });
  expect(triesOf(pressed)).toEqual(["sms sent", "voice delivered"]);
  await receivers.voice.report(await taken("voice", kim), "notComing");
  expect(await recipientOf(world, alarmId, kim)).toMatchObject({ state: "answered", response: "notComing" });
  expect(cameTo(receivers, jan, "voice")).toEqual([]);

  // Somebody else's signature says nothing.
  const forged = await fetch(sms.receiptUrl, {
    method: "POST",
    body: new URLSearchParams({ MessageStatus: "failed" }),
  });
  expect(forged.status).toBe(401);
});

test("whoever has answered by one channel is left alone by the others: what waits is cancelled", async () => {
  const ben = person("ben");
  const unavailable = Array.from({ length: 5 }, () => ({ is: "error" as const }));
  receivers.email.receiver.treat(({ body }) => new TextDecoder().decode(body).includes(ben.email), ...unavailable);
  const alarmId = await raise([rung("email", 0), rung("sms", 0), rung("voice", 60)], [ben]);
  const link = linkIn(await taken("sms", ben));
  await untilRecipient(world, alarmId, ben, (row) => triesOf(row).includes("email waiting providerDown"));
  expect((await answer(link, "coming")).status).toBe(200);
  const row = await recipientOf(world, alarmId, ben);
  expect(row).toMatchObject({ state: "answered", response: "coming" });
  expect(triesOf(row)).toEqual(["email cancelled", "sms delivered"]);
  calledNoMore.push([ben, countsOf(receivers, ben)]);
});
/** People who must hear nothing more, with what had come for them. */
const calledNoMore: [Reachable, Record<string, number>][] = [];

test("a stand-down reaches each by the channel that reached them, ends every link, and nobody else hears a thing", async () => {
  const [liz, sam, pim] = [person("liz"), person("sam"), person("pim")];
  const alarmId = await raise([rung("push", 0), rung("sms", 1), rung("voice", 1), rung("email", 1)], [liz, pim]);
  const other = await raise([rung("email", 60)], [sam]);
  await receivers.push.takes(liz.browser);
  const token = (await pushedTo(world, receivers, liz)).at(-1)?.payload.token;
  // The browser has it: nothing else is tried for her.
  await accepted(await world.call("POST", `/answer-links/${token}/receipts`, { what: "received" }, null), 204);
  const link = linkIn(await taken("email", pim));
  await untilRecipient(world, alarmId, pim, (row) => triesOf(row).at(-1) === "email sent");
  const [calledByPush, before] = [cameTo(receivers, liz, "push").length, countsOf(receivers, pim)];
  // A handset's word on an earlier rung is surer than that a provider took a later one.
  await receivers.sms.report(await taken("sms", pim), "delivered");
  // Ended before the rung's time: sam never heard of it, and never will.
  await standDown(other);
  await standDown(alarmId);
  const sms = await taken("sms", pim, "Einde alarm");
  expect(sms.text).toBe("answers: Einde alarm: Brand. Het was een vals alarm.");
  await receivers.push.receiver.takes(() => cameTo(receivers, liz, "push").length > calledByPush);
  const last = (await pushedTo(world, receivers, liz)).at(-1);
  expect(last?.payload).toMatchObject({ what: "standDown", alarmId, title: "Einde alarm: Brand" });
  expect(last?.payload.token).toBeUndefined();
  expect(last?.topic).toBe(alarmId);
  const row = await untilRecipient(world, alarmId, pim, (one) => triesOf(one).at(-1) === "sms sent standDown");
  expect(triesOf(row)).toEqual(["push sent", "sms delivered", "voice sent", "email sent", "sms sent standDown"]);
  expect(countsOf(receivers, pim)).toEqual({ ...before, sms: (before.sms ?? 0) + 1 });
  expect(countsOf(receivers, liz)).toEqual({ push: calledByPush + 1, sms: 0, voice: 0, email: 0 });
  expect(countsOf(receivers, sam)).toEqual({ push: 0, sms: 0, voice: 0, email: 0 });
  expect(await look(link)).toBe(410);
  expect((await answer(link, "coming")).status).toBe(410);
  calledNoMore.push([sam, countsOf(receivers, sam)]);
});

test("I2, I8: the history tells of each recipient what the alarm itself tells, channel by channel", async () => {
  for (const [one, before] of calledNoMore) expect(countsOf(receivers, one), one.name).toEqual(before);
  for (const alarmId of alarms) if ((await world.alarm(alarmId)).state === "open") await standDown(alarmId);
  for (const alarmId of alarms) {
    for (const row of await world.recipients(alarmId))
      await untilRecipient(world, alarmId, row, ({ state, reason }) =>
        ["received", "seen", "answered"].includes(state) ? true : reason !== undefined,
      );
    for (const { name, channels = [] } of (await untilRecorded(world, alarmId)).values()) {
      const reached = channels.filter(({ state, reason }) => reason === undefined && /sent|delivered/.test(state));
      const surest = reached.filter(({ state }) => state === "delivered");
      const told = channels.filter(({ reason }) => reason === "standDown");
      expect(
        told.map(({ channel }) => channel),
        name,
      ).toEqual((surest.length > 0 ? surest : reached).slice(-1).map(({ channel }) => channel));
    }
  }
});
