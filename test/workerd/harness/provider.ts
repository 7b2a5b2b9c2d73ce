import { expect, vi } from "vitest";
import type { ChannelAdapter, ChannelMessage, SendResult } from "../../../actors/tenant/channels/channel.ts";
import type { Adapters } from "../../../actors/tenant/channels/settings.ts";
import { providers } from "../../../actors/tenant/channels/setup.ts";
import { Raised } from "../../../protocol/alarms.ts";
import type { Channel } from "../../../protocol/terms.ts";
import { fireTimers } from "./storage.ts";
import type { Enrolled, Tenant } from "./tenant.ts";

type Behaviour = (message: ChannelMessage, signal: AbortSignal) => Promise<SendResult> | SendResult;

/** A provider of one channel that does as the test says, and keeps everything it was given. */
export class Provider implements ChannelAdapter {
  readonly channel: Channel;
  readonly provider = "fake";
  readonly perSecond: number;
  readonly atOnce: number;
  readonly sent: ChannelMessage[] = [];
  /** The most that were with it at the same time. */
  most = 0;
  #now = 0;
  behave: Behaviour = () => ({ ok: true });

  constructor(channel: Channel, limits: { perSecond?: number; atOnce?: number } = {}) {
    this.channel = channel;
    this.perSecond = limits.perSecond ?? 1_000;
    this.atOnce = limits.atOnce ?? 50;
  }

  async send(message: ChannelMessage, signal: AbortSignal): Promise<SendResult> {
    this.sent.push(message);
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    try {
      return await this.behave(message, signal);
    } finally {
      this.#now -= 1;
    }
  }

  /** Takes receipts that carry its password; a key pressed is answered as a provider of voice would want it. */
  async readReceipt({ headers, bytes }: { url: string; headers: Headers; bytes: Uint8Array }) {
    if (headers.get("x-provider") !== "password") return undefined;
    const receipt = JSON.parse(new TextDecoder().decode(bytes)) as {
      state: "sent" | "delivered" | "failed";
      pressed?: "coming" | "notComing";
    };
    return receipt.pressed === undefined
      ? { receipt }
      : { receipt, answer: { contentType: "text/xml; charset=utf-8", body: "<Response/>" } };
  }

  async until(count: number): Promise<ChannelMessage[]> {
    await vi.waitUntil(() => this.sent.length >= count, { timeout: 10_000 });
    return this.sent;
  }
}

/** Puts these providers in the place of the installation's; undone by `vi.restoreAllMocks`. */
export const useProviders = <P extends Provider[]>(...list: P): P => {
  const adapters: Adapters = Object.fromEntries(list.map((one) => [one.channel, one]));
  vi.spyOn(providers, "of").mockReturnValue(adapters);
  vi.spyOn(providers, "pushKey").mockReturnValue("key-of-the-tests");
  vi.spyOn(providers, "privateHosts").mockReturnValue(new Set());
  return list;
};

/** An adapter that never answers, whatever its signal says. */
export const silence: Behaviour = () => new Promise<SendResult>(() => undefined);

/** A person whose telephone is proven, by the code that the provider was given. */
export const addReachable = async (
  tenant: Tenant,
  provider: Provider,
  username: string,
  facts: Record<string, unknown> = {},
): Promise<Enrolled> => {
  const detail = provider.channel === "email" ? "email" : "phone";
  reachable += 1;
  const address =
    detail === "email" ? { email: `${username}@example.org` } : { phone: `+316${String(reachable).padStart(8, "0")}` };
  const who = await tenant.enrol(await tenant.addPerson(username, { ...address, ...facts }));
  const before = provider.sent.length;
  await tenant.call("POST", "/me/verifications", { token: who.token, body: { detail } });
  const text = (await provider.until(before + 1))[before]?.text ?? "";
  // Written, or digit by digit as it is spoken.
  const code = /(?:[0-9](?:, )?){6}/.exec(text)?.[0].replaceAll(", ", "");
  const told = await tenant.call("POST", "/me/verifications/confirm", { token: who.token, body: { detail, code } });
  expect(told.status).toBe(200);
  return who;
};

let reachable = 0;

/** Raises an alarm whose ladder goes to a channel at once, and takes that rung. */
export const raiseBy = async (
  tenant: Tenant,
  channels: readonly Channel[],
  targets: object,
  { kind, ...facts }: Record<string, unknown> = {},
): Promise<string> => {
  const ladder = channels.map((channel) => ({ criterion: "responded", withinSeconds: 0, channel }));
  const scenario = {
    name: `Fire ${crypto.randomUUID()}`,
    title: "Fire in hall 3",
    message: "Go north",
    targets,
    ladder,
  };
  const { scenarioId } = (await tenant.call("POST", "/scenarios", { body: { ...scenario, ...facts } })).body as {
    scenarioId: string;
  };
  const asked = await tenant.call("POST", "/alarms", { body: { scenarioId, ...(kind === undefined ? {} : { kind }) } });
  const { alarmId } = Raised.parse(asked.body);
  await fireTimers(tenant.stub, "course%");
  return alarmId;
};

/** What was sent for alarms, without the codes that proved the addresses. */
export const calls = ({ sent }: Provider): ChannelMessage[] => sent.filter(({ purpose }) => purpose !== "verification");
