import * as z from "zod";
import type { Environment } from "../../../actors/kernel/environment.ts";
import type { ChannelMessage } from "../../../actors/tenant/channels/channel.ts";
import { adaptersOf } from "../../../actors/tenant/channels/settings.ts";
import { Channel } from "../../../protocol/terms.ts";

/**
 * A Worker that is nothing but the adapters: it sends what it is told to, and answers with the result. With PUT it asks an
 * address by the way that `fetch` takes, or by CHANNEL_NET, past every check.
 */
const Order = z.object({ channel: Channel, message: z.custom<ChannelMessage>(), deadlineMs: z.number() });
const Unchecked = z.object({ address: z.string(), named: z.boolean() });

export default {
  async fetch(request: Request, env: Environment): Promise<Response> {
    if (request.method === "GET") return new Response("ok");
    if (request.method === "PUT") {
      const { address, named } = Unchecked.parse(await request.json());
      const asked = named ? env.CHANNEL_NET?.fetch(address) : fetch(address);
      return new Response(await asked?.then(({ status }) => String(status)).catch(() => "refused"));
    }
    const { channel, message, deadlineMs } = Order.parse(await request.json());
    const settings = { OPERATOR_TOKEN: "", PASSWORD_PEPPER: "", JURISDICTION: "" as const };
    const adapters = adaptersOf(env, { ...settings, PUBLIC_URL: "https://standby.example.org" });
    return Response.json((await adapters[channel]?.send(message, AbortSignal.timeout(deadlineMs))) ?? null);
  },
};
