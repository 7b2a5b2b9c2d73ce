import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Recipient } from "../../protocol/alarms.ts";
import { type Detail, PushKey, PushPayload } from "../../protocol/channels.ts";
import type { Rung } from "../../protocol/course.ts";
import { Channel } from "../../protocol/terms.ts";
import type { Received, Receiver } from "./harness/receiver.ts";
import type { Receivers, Subscription } from "./harness/receivers.ts";
import { decode, eventually, idOf, type World } from "./world.ts";

/** Somebody with a telephone, a mailbox and a browser, logged in by a device session and without any socket. */
export interface Reachable {
  name: string;
  userId: string;
  token: string;
  phone: string;
  email: string;
  browser: Subscription;
}

const Enrolments = z.object({ enrolments: z.array(z.object({ userId: z.string(), code: z.string() })) });
const Token = z.looseObject({ token: z.string() });
let numbers = 10_000_000;

/**
 * Adds people by HTTP alone, as they would do it: enrolled, their browser subscribed, and each address proven by the code that
 * was sent to it.
 * @param proves the details that are proven; both when left out
 */
export const addReachable = async (
  world: World,
  receivers: Receivers,
  names: readonly string[],
  proves: readonly Detail[] = ["phone", "email"],
): Promise<Reachable[]> => {
  const rows = names.map((username) => ({
    username,
    permission: "responder",
    phone: `+316${numbers++}`,
    email: `${username}@example.org`,
  }));
  await world.addPeople(rows);
  const userIds = names.map((name) => idOf(world.people, name));
  const asked = await world.call("POST", "/device-enrolments", { userIds });
  const { enrolments } = decode(asked, 201, Enrolments);
  const make = async ({ username: name, phone, email }: (typeof rows)[number]): Promise<Reachable> => {
    const userId = idOf(world.people, name);
    const code = enrolments.find((enrolment) => enrolment.userId === userId)?.code;
    const device = { name: "browser", platform: "test" };
    const { token } = decode(await world.call("POST", "/device-sessions", { code, device }, null), 201, Token);
    const person = { name, userId, token, phone, email, browser: await receivers.push.subscribe() };
    await accepted(await world.call("PUT", "/me/push-subscription", person.browser, token), 204);
    for (const detail of proves) {
      await accepted(await world.call("POST", "/me/verifications", { detail }, token), 202);
      const provider = detail === "phone" ? receivers.sms : receivers.email;
      const { text } = await provider.takes(world.url, ({ to }) => to === person[detail]);
      const told = { detail, code: codeIn(text) };
      await accepted(await world.call("POST", "/me/verifications/confirm", told, token), 200);
    }
    return person;
  };
  const made: Reachable[] = [];
  for (let at = 0; at < rows.length; at += 12) made.push(...(await Promise.all(rows.slice(at, at + 12).map(make))));
  return made;
};

/** The six digits of a message that proves an address. */
export const codeIn = (text: string): string => {
  const code = /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0];
  if (code === undefined) throw new Error(`there is no code in ${text}`);
  return code;
};

/** Throws with the answer's text when it is another status. */
export const accepted = async (answer: { status: number; text: string }, status: number): Promise<void> => {
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.text}`);
};

export const receiverOf = (receivers: Receivers, channel: Channel): Receiver =>
  channel === "push" ? receivers.push.receiver : receivers[channel].receiver;

/** Whether a request to a channel's provider is for this person. */
export const isFor =
  (person: Pick<Reachable, "phone" | "email" | "browser">, channel: Channel) =>
  ({ path, body }: Received): boolean => {
    if (channel === "push") return path === new URL(person.browser.endpoint).pathname;
    const text = new TextDecoder().decode(body);
    return text.includes(channel === "email" ? person.email : person.phone.slice(1));
  };

/** What came for a person by a channel, taken or not. */
export const cameTo = (receivers: Receivers, person: Reachable, channel: Channel): Received[] =>
  receiverOf(receivers, channel).received.filter(isFor(person, channel));

/** Everything that came for a person, by channel: how many requests. */
export const countsOf = (receivers: Receivers, person: Reachable): Record<string, number> =>
  Object.fromEntries(Channel.options.map((channel) => [channel, cameTo(receivers, person, channel).length]));

/** The ids that a person's requests by a channel carry (signed webhooks, push): by it the other side knows a repeat. */
export const idsOf = async (
  world: World,
  receivers: Receivers,
  person: Reachable,
  channel: Channel,
): Promise<Set<string | null>> => {
  if (channel !== "push")
    return new Set(cameTo(receivers, person, channel).map(({ headers }) => headers.get("webhook-id")));
  const payloads = await pushedTo(world, receivers, person);
  return new Set(payloads.map(({ payload }) => payload.token ?? null));
};

/** Push messages that a person's browser took, opened with its keys and checked for who signed them (RFC 8291, 8292). */
export const pushedTo = async (world: World, receivers: Receivers, { browser }: Reachable) => {
  const { publicKey } = PushKey.parse(await (await fetch(`${world.url}/v1/push-key`)).json());
  const messages = await receivers.push.messages(browser, publicKey);
  return messages.map(({ payload, ...rest }) => ({ payload: PushPayload.parse(payload), ...rest }));
};

export const rung = (channel: Channel, withinSeconds: number, criterion: Rung["criterion"] = "received"): Rung => ({
  channel,
  withinSeconds,
  criterion,
});

/** A scenario with this ladder. @returns its id */
export const addScenario = async (
  world: World,
  ladder: readonly Rung[],
  more: Record<string, unknown> = {},
): Promise<string> => {
  const body = {
    name: `scenario ${crypto.randomUUID()}`,
    title: "Brand",
    targets: { everyone: true },
    ladder,
    ...more,
  };
  const made = await world.call("POST", "/scenarios", body);
  return decode(made, 201, z.looseObject({ scenarioId: z.string() })).scenarioId;
};

/** Raises an alarm of a scenario for these people. @returns its id, and when it was raised */
export const raiseFor = async (
  world: World,
  scenarioId: string,
  people: readonly { userId: string }[],
  more: object = {},
): Promise<{ alarmId: string; at: number }> => {
  const targets = { users: people.map(({ userId }) => userId) };
  const { alarmId } = await world.raise({ scenarioId, targets, ...more });
  return { alarmId, at: Date.parse((await world.alarm(alarmId)).raisedAt) };
};

/** What channels did for somebody, as the list of recipients tells it: `sms sent`, `voice skipped noNumber`. */
export const triesOf = ({ channels }: Pick<Recipient, "channels">): string[] =>
  (channels ?? []).map(({ channel, state, reason }) => [channel, state, reason].filter(Boolean).join(" "));

export const recipientOf = async (
  world: World,
  alarmId: string,
  { userId }: { userId: string },
): Promise<Recipient> => {
  const found = (await world.recipients(alarmId)).find((recipient) => recipient.userId === userId);
  if (found === undefined) throw new Error("is no recipient");
  return found;
};

/** Waits until a person's row is as wanted. */
export const untilRecipient = (
  world: World,
  alarmId: string,
  person: { userId: string; name?: string },
  wanted: (recipient: Recipient) => boolean,
  within = 15_000,
): Promise<Recipient> => {
  const attempt = async (): Promise<Recipient> => {
    const recipient = await recipientOf(world, alarmId, person);
    if (!wanted(recipient)) throw new Error(`it is ${JSON.stringify(recipient)}`);
    return recipient;
  };
  return eventually(attempt, within, `the state of ${person.name ?? person.userId}`);
};

/** Waits until the history tells of every recipient what the tenant itself tells (I2, I8). @returns its rows by user id */
export const untilRecorded = async (world: World, alarmId: string): Promise<Map<string, Recipient>> => {
  const byId = (list: readonly Recipient[]) => new Map(list.map((recipient) => [recipient.userId, recipient]));
  const attempt = async (): Promise<Map<string, Recipient>> => {
    const own = byId(await world.recipients(alarmId));
    const kept = byId((await world.record(alarmId)).recipients);
    for (const [userId, recipient] of own) {
      const same = isDeepStrictEqual(recipient, kept.get(userId));
      if (!same) throw new Error(`${JSON.stringify(kept.get(userId))} is not ${JSON.stringify(recipient)}`);
    }
    if (kept.size !== own.size) throw new Error(`${kept.size} recipients are not ${own.size}`);
    return kept;
  };
  return eventually(attempt, 30_000, `the record of ${alarmId}`);
};
