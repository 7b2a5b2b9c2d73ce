import type { Environment, Settings } from "../../actors/kernel/environment.ts";
import { registryStub } from "../../actors/kernel/stubs.ts";
import type { TotalBacklog } from "../../actors/registry/backlog-board.ts";
import { pingHistory } from "../../history/ping.ts";
import type { Readiness } from "../../protocol/operations.ts";
import { historyOf } from "./history-client.ts";
import { withinMs } from "./within.ts";

const answerMs = 1_000;
/** How long an answer of libSQL holds, ms: health checks must not become its load. */
const pingFreshMs = 5_000;
/** An oldest row of this age means that the history is behind, ms. */
const behindMs = 60_000;

let pinged: { at: number; up: boolean } | undefined;

export const historyIsUp = async (env: Environment, settings: Settings): Promise<boolean> => {
  if (pinged !== undefined && Date.now() - pinged.at < pingFreshMs) return pinged.up;
  const history = historyOf(env, settings, answerMs);
  const up =
    history !== undefined &&
    (await pingHistory(history).then(
      () => true,
      () => false,
    ));
  pinged = { at: Date.now(), up };
  return up;
};

/** What the registry knows, or undefined when it does not answer: then no alarm would get through either. */
export const totalBacklog = (env: Environment): Promise<TotalBacklog | undefined> =>
  withinMs(answerMs, registryStub(env).backlog());

export const readiness = (backlog: TotalBacklog | undefined, historyUp: boolean, now: number): Readiness => {
  const age = backlog?.oldestAt === undefined ? 0 : Math.max(0, now - backlog.oldestAt);
  return {
    alarms: backlog === undefined ? "down" : "ok",
    history: !historyUp ? "down" : age > behindMs ? "behind" : "ok",
    outbox: { pending: backlog?.pending ?? 0, parked: backlog?.parked ?? 0, oldestSeconds: age / 1_000 },
  };
};
