import type { ChannelAdapter, ChannelMessage, SendResult } from "../../../actors/tenant/channels/channel.ts";
import type { Adapters } from "../../../actors/tenant/channels/settings.ts";
import { Channel } from "../../../protocol/terms.ts";

/** How a provider is today: it works, is slow, says try again, says never, or says nothing at all. */
export type Mood = "works" | "slow" | "busy" | "refuses" | "silent";

/** The world outside: everything that left by a channel, whether its provider took it or not. */
export class Providers {
  readonly said: { at: number; channel: Channel; message: ChannelMessage; taken: boolean }[] = [];
  readonly moods = new Map<Channel, Mood>();
  readonly adapters: Adapters;

  constructor() {
    this.adapters = Object.fromEntries(Channel.options.map((channel) => [channel, this.#adapter(channel)]));
  }

  reset(): void {
    this.said.length = 0;
    this.moods.clear();
  }

  #adapter(channel: Channel): ChannelAdapter {
    return {
      channel,
      provider: "simulated",
      perSecond: 50,
      atOnce: 10,
      send: (message) => this.#send(channel, message),
      readReceipt: () => Promise.resolve(undefined),
    };
  }

  async #send(channel: Channel, message: ChannelMessage): Promise<SendResult> {
    const mood = this.moods.get(channel) ?? "works";
    this.said.push({ at: Date.now(), channel, message, taken: mood === "works" || mood === "slow" });
    await new Promise<void>((resolve) => {
      if (mood !== "silent") setTimeout(resolve, mood === "slow" ? 4_000 : 60);
    });
    if (mood === "busy") return { ok: false, retry: true, reason: "busy" };
    return mood === "refuses" ? { ok: false, retry: false, reason: "refused" } : { ok: true };
  }
}
