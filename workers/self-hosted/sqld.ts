import { sqldBinary } from "./binaries.ts";
import type { PartDefinition } from "./process.ts";

/** What tells sqld's process of this data folder from all others. */
export function sqldMark(historyFolder: string): string {
  return `--db-path ${historyFolder} `;
}

/**
 * The libSQL server, for this machine alone and with a token. It is never given up: alarms work without it, and what the
 * actors have for it waits in their outboxes.
 */
export function sqldPart(input: { historyFolder: string; port: number; publicKey: string }): PartDefinition {
  const address = `127.0.0.1:${input.port}`;
  return {
    name: "sqld",
    command: sqldBinary(),
    args: ["--no-welcome", "--db-path", input.historyFolder, "--http-listen-addr", address],
    env: { SQLD_AUTH_JWT_KEY: input.publicKey, RUST_LOG: "warn,libsql_server::hrana::ws=off", NO_COLOR: "1" },
    announcesListening: false,
    isHealthy: async () => (await fetch(`http://${address}/health`, { signal: AbortSignal.timeout(2_000) })).ok,
    healthyWithinMs: 20_000,
    giveUpAfter: Number.POSITIVE_INFINITY,
    stopWithinMs: 10_000,
  };
}
