import type { Environment, Settings } from "../../actors/kernel/environment.ts";
import { type History, openHistory } from "../../history/client.ts";

/**
 * The history for one request; undefined where none is configured.
 *
 * @param timeoutMs of one request to libSQL; the common limit when absent
 */
export const historyOf = (env: Environment, settings: Settings, timeoutMs?: number): History | undefined => {
  const { LIBSQL_URL: url, LIBSQL_AUTH_TOKEN: authToken } = settings;
  if (url === undefined) return undefined;
  const net = env.HISTORY_NET;
  return openHistory({
    url,
    ...(authToken === undefined ? {} : { authToken }),
    ...(net === undefined
      ? {}
      : { fetch: (input: Request | URL | string, init?: RequestInit) => net.fetch(input, init) }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
};
