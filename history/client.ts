import { createClient } from "@libsql/client/web";
import { drizzle } from "drizzle-orm/libsql/web";
import { limits } from "../protocol/limits.ts";

export interface HistoryOptions {
  /** `http:`, `https:` or `libsql:` (which is https). */
  url: string;
  authToken?: string;
  /** In workerd the `fetch` of a service binding, bound to it. The global one otherwise. */
  fetch?: typeof fetch;
  /** Time limit of one request, its body included, ms. */
  timeoutMs?: number;
}

/** Requests at once: a Worker may have six outgoing connections (platform.md A1). */
const concurrency = 6;

const httpUrl = (url: string): string => {
  // `ws:` would hold a socket, and with it a stream that sqld ends after 10 s (platform.md D).
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol === "http:" || protocol === "https:" || protocol === "libsql:") return url;
  throw new TypeError("the address of libSQL must begin with http:, https: or libsql:");
};

/**
 * Drizzle over libSQL's HTTP protocol: each call is one POST, nothing stays open in between. Opening does no I/O; throws a
 * TypeError on an address of another kind. In a Worker open one for each request, in an actor one for each instance.
 */
export const openHistory = (options: HistoryOptions) => {
  const send = options.fetch ?? fetch;
  const timeoutMs = options.timeoutMs ?? limits.historyTimeoutMs;
  const client = createClient({
    url: httpUrl(options.url),
    concurrency,
    // The library itself never gives up waiting.
    fetch: (request: Request) => send(request, { signal: AbortSignal.timeout(timeoutMs) }),
    ...(options.authToken === undefined ? {} : { authToken: options.authToken }),
  });
  return drizzle(client);
};
export type History = ReturnType<typeof openHistory>;
