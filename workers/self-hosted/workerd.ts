import { workerdBinary } from "./binaries.ts";
import type { PartDefinition } from "./process.ts";

/** After this many starts in a row without an answer, the reason is the same each time: say it and end. */
const GIVE_UP_AFTER = 6;

/** What tells workerd's process of this data folder from all others. */
export function workerdMark(configFile: string): string {
  return ` ${configFile} `;
}

/**
 * The runtime of the Worker and its actors.
 * @param variables what the Worker is given. Only through the environment: command lines can be read by every user.
 */
export function workerdPart(input: {
  configFile: string;
  host: string;
  port: number;
  variables: Record<string, string>;
}): PartDefinition {
  const address = localAddress(input.host, input.port);
  return {
    name: "workerd",
    command: workerdBinary(),
    args: ["serve", "--control-fd=3", input.configFile, "standby"],
    env: input.variables,
    announcesListening: true,
    isHealthy: async () => (await fetch(`http://${address}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok,
    healthyWithinMs: 20_000,
    giveUpAfter: GIVE_UP_AFTER,
    // Enough for requests under way. Whoever keeps a socket open comes back by itself, so nobody is waited for.
    stopWithinMs: 1_000,
  };
}

/** Where this machine itself reaches what listens on `host`. */
function localAddress(host: string, port: number): string {
  if (host === "*" || host === "0.0.0.0") return `127.0.0.1:${port}`;
  return host.includes(":") ? `[${host === "::" ? "::1" : host}]:${port}` : `${host}:${port}`;
}
