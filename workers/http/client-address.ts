import * as z from "zod";

const Connection = z.object({ cf: z.object({ clientIp: z.string() }) });

/** `192.0.2.1:4711` or `[2001:db8::1]:4711`, as workerd writes a peer: the port says nothing about who it is. */
export const withoutPort = (peer: string): string =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(peer)?.[1] ?? /^([^:]+):\d+$/.exec(peer)?.[1] ?? peer;

/**
 * The client's address, for the access log (P8). Cloudflare sets CF-Connecting-IP and workerd on one machine sets
 * `request.cf.clientIp`; in each the other is absent (workers/self-hosted takes the header away), so neither can be forged.
 */
export const clientAddress = (request: Request): { ip?: string } => {
  const peer = request.headers.get("CF-Connecting-IP") ?? Connection.safeParse(request).data?.cf.clientIp;
  return peer ? { ip: withoutPort(peer) } : {};
};
