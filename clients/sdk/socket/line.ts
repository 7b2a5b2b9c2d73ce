import { closing } from "../../../protocol/socket/closing.ts";
import { fullJitter } from "../back-off.ts";
import type { SocketStatus } from "./events.ts";
import { change, type SocketInput, type SocketState, type Turn, tell } from "./state.ts";

/** Times of the line, ms. A dead line is noticed after `pingAfter` + `pongWithin` = 18 s of silence. */
export const lineTimes = {
  firstBackOff: 250,
  mostBackOff: 10_000,
  /** From the connect to `welcome`. */
  openWithin: 15_000,
  pingAfter: 12_000,
  pongWithin: 6_000,
  /** A line that held this long had not failed: the back-off starts anew. */
  settled: 10_000,
  /** After 1012 everybody comes back at once: spread over the time 10,000 connections need. */
  restartSpread: 8_000,
  /** After 4429, and where the server refuses in a way that waiting may heal (403, 404, 429 without Retry-After). */
  slowFirst: 5_000,
  slowSpread: 10_000,
} as const;

export const statusOf = ({ phase, wasOnline, failures }: SocketState): SocketStatus => {
  if (phase === "stopped" || phase === "ended" || phase === "online") return phase;
  return wasOnline || failures > 0 ? "offline" : "connecting";
};

export const connect = (turn: Turn) => {
  const connection = turn.state.connection + 1;
  change(turn, { phase: "connecting", connection, held: false });
  turn.effects.push(
    { type: "clearTimer", name: "reconnect" },
    { type: "setTimer", name: "deadline", ms: lineTimes.openWithin },
    { type: "connect", connection },
  );
};

export const opened = (turn: Turn) => {
  change(turn, { phase: "greeting", lastHeard: turn.now });
  const { lastSeq } = turn.state.kept;
  const hello = { type: "hello" as const, ...(lastSeq === undefined ? {} : { lastSeq }) };
  turn.effects.push({ type: "send", frame: hello });
};

export const welcomed = (turn: Turn) => {
  change(turn, { phase: "online", wasOnline: true, onlineSince: turn.now });
  turn.effects.push(
    { type: "clearTimer", name: "deadline" },
    { type: "setTimer", name: "liveness", ms: lineTimes.pingAfter },
  );
};

/** Anything heard proves the line alive; only the timer looks at it, so a frame costs no timer. */
export const heard = (turn: Turn) => {
  const { pingSentAt: _, ...rest } = turn.state;
  turn.state = { ...rest, lastHeard: turn.now };
};

/** Asks now whether the line is alive: by the timer, or because the device woke up. */
export const ping = (turn: Turn) => {
  change(turn, { pingSentAt: turn.now });
  turn.effects.push(
    { type: "send", frame: { type: "ping" } },
    { type: "setTimer", name: "liveness", ms: lineTimes.pongWithin },
  );
};

export const checkLiveness = (turn: Turn) => {
  const { phase, pingSentAt, lastHeard } = turn.state;
  if (phase !== "online") return;
  const silent = turn.now - lastHeard;
  if (pingSentAt !== undefined) giveUp(turn, "no pong");
  else if (silent >= lineTimes.pingAfter) ping(turn);
  else turn.effects.push({ type: "setTimer", name: "liveness", ms: lineTimes.pingAfter - silent });
};

/** Our own end of a line that is silent or does not come up. */
export const giveUp = (turn: Turn, reason: string) => {
  turn.effects.push({ type: "close", code: 4000, reason });
  lost(turn);
  comeBackAfter(turn, backOff(turn));
};

export const closed = (turn: Turn, code: number) => {
  const settled = turn.state.phase === "online" && turn.now - turn.state.onlineSince >= lineTimes.settled;
  lost(turn);
  if (code === closing.sessionEnded.code) return end(turn);
  if (code === closing.undecodable.code || code === closing.noHello.code)
    tell(turn, { name: "error", value: { kind: "closed", message: `the server closed with ${code}` } });
  if (code === closing.restarting.code) return hold(turn, turn.random * lineTimes.restartSpread);
  if (code === closing.tooMany.code) return hold(turn, slow(turn));
  // At once to get the new rights; only on a line that held, or rights that change in a loop would make a storm.
  comeBackAfter(turn, code === closing.rightsChanged.code && settled ? 0 : backOff(turn));
};

/** The upgrade, or the ticket for it, was refused or got no answer. */
export const refusedLine = (turn: Turn, input: Extract<SocketInput, { type: "refused" }>) => {
  lost(turn);
  const { status, retryAfterSeconds } = input;
  if (status === 401) return end(turn);
  if (retryAfterSeconds !== undefined) {
    const ms = retryAfterSeconds * 1_000;
    return hold(turn, ms + turn.random * Math.max(1_000, ms / 4));
  }
  if (status === 403 || status === 404 || status === 429) return hold(turn, slow(turn));
  comeBackAfter(turn, backOff(turn));
};

const lost = (turn: Turn) => {
  const { phase, onlineSince, failures } = turn.state;
  const held = phase === "online" && turn.now - onlineSince >= lineTimes.settled;
  heard(turn);
  change(turn, { failures: held ? 1 : failures + 1, sent: {} });
  for (const name of ["deadline", "liveness", "answers"] as const) turn.effects.push({ type: "clearTimer", name });
};

const end = (turn: Turn): void => change(turn, { phase: "ended" });

const slow = (turn: Turn): number => lineTimes.slowFirst + turn.random * lineTimes.slowSpread;

const backOff = (turn: Turn): number =>
  fullJitter(turn.state.failures, turn.random, lineTimes.firstBackOff, lineTimes.mostBackOff);

/** Waiting that the server asked for: `wake` does not shorten it. */
const hold = (turn: Turn, ms: number) => {
  comeBackAfter(turn, Math.max(ms, backOff(turn)));
  change(turn, { held: true });
};

const comeBackAfter = (turn: Turn, ms: number) => {
  change(turn, { phase: "waiting", held: false });
  turn.effects.push({ type: "setTimer", name: "reconnect", ms: Math.round(ms) });
};
