import { arrived, compareNumbering, sawAlarm, stoodDown, updated } from "./alarms.ts";
import { accepted, rejected, respond, sendKept, waitForReplies } from "./answers.ts";
import { checkedIn, checkIn, checkInRefused, loneWorkerShown, rollCallShown } from "./check-ins.ts";
import type { Received, ReceivedFrame } from "./frames.ts";
import {
  checkLiveness,
  closed,
  connect,
  giveUp,
  heard,
  opened,
  ping,
  refusedLine,
  statusOf,
  welcomed,
} from "./line.ts";
import type { Saved } from "./memory.ts";
import {
  change,
  type Effect,
  initialState,
  keep,
  type SocketInput,
  type SocketState,
  type TimerName,
  type Turn,
  tell,
} from "./state.ts";
import {
  availabilityReplied,
  boardShown,
  presenceReplied,
  refused,
  sayAgain,
  stateAvailability,
  statePresence,
  unwatch,
  watch,
} from "./statements.ts";

/**
 * The whole behaviour of an AlarmSocket, without a socket, a timer or a clock.
 *
 * @param now milliseconds
 * @param random in [0, 1)
 */
export const step = (
  state: SocketState,
  input: SocketInput,
  now: number,
  random: number,
): { state: SocketState; effects: Effect[] } => {
  const turn: Turn = { state, effects: [], now, random };
  take(turn, input);
  const status = statusOf(turn.state);
  if (status !== statusOf(state)) tell(turn, { name: "status", value: status });
  return { state: turn.state, effects: turn.effects };
};

const timers: readonly TimerName[] = ["reconnect", "deadline", "liveness", "answers"];

const take = (turn: Turn, input: SocketInput) => {
  const { phase, connection, held, loaded } = turn.state;
  // A line that was given up may still speak; it is no longer ours.
  if ("connection" in input && (input.connection !== connection || !isLineUp(turn.state))) return;
  switch (input.type) {
    case "start":
      if (phase !== "stopped" && phase !== "ended") return;
      change(turn, { phase: "loading", failures: 0, wasOnline: false });
      if (loaded) connect(turn);
      return;
    case "stop":
      for (const name of timers) turn.effects.push({ type: "clearTimer", name });
      if (isLineUp(turn.state)) turn.effects.push({ type: "close", code: 1000, reason: "stopped" });
      return change(turn, { phase: "stopped", sent: {} });
    case "wake":
      if (phase === "waiting" && !held) connect(turn);
      else if (phase === "online") ping(turn);
      return;
    case "loaded":
      return remember(turn, input.saved);
    case "opened":
      return opened(turn);
    case "received":
      heard(turn);
      return received(turn, input.received);
    case "closed":
      return closed(turn, input.code);
    case "refused":
      return refusedLine(turn, input);
    case "timer":
      return rang(turn, input.name);
    case "respond":
      return respond(turn, input.answer);
    case "seen":
      return sawAlarm(turn, input.alarmId);
    case "checkIn":
      checkIn(turn, input.rollCallId, input.musterPointId);
      return waitForReplies(turn);
    case "checkedIn":
      checkedIn(turn, input.loneWorkerSessionId);
      return waitForReplies(turn);
    case "presence":
      return statePresence(turn, input.report);
    case "availability":
      return stateAvailability(turn, input.report);
    case "watch":
      return watch(turn, input.watching);
    case "unwatch":
      return unwatch(turn, input.board);
  }
};

const isLineUp = ({ phase }: SocketState): boolean =>
  phase === "connecting" || phase === "greeting" || phase === "online";

/** What was kept by an earlier run, together with what happened since the start of this one. */
const remember = (turn: Turn, saved: Saved | undefined) => {
  const { kept, phase } = turn.state;
  change(turn, { loaded: true });
  if (saved !== undefined) {
    const numbers = [saved.lastSeq, kept.lastSeq].filter((seq) => seq !== undefined);
    keep(turn, {
      ...(numbers.length === 0 ? {} : { lastSeq: Math.max(...numbers) }),
      shown: [...new Set([...saved.shown, ...kept.shown])],
      ended: [...new Set([...saved.ended, ...kept.ended])],
      answers: { ...saved.answers, ...kept.answers },
      numbers: { ...saved.numbers, ...kept.numbers },
      answered: [...new Set([...(saved.answered ?? []), ...(kept.answered ?? [])])],
      checkIns: { ...saved.checkIns, ...kept.checkIns },
      checkedIns: { ...saved.checkedIns, ...kept.checkedIns },
    });
  } else if (kept !== initialState.kept) keep(turn, {});
  if (phase === "loading") connect(turn);
};

const rang = (turn: Turn, name: TimerName) => {
  const { phase } = turn.state;
  switch (name) {
    case "reconnect":
      if (phase === "waiting") connect(turn);
      return;
    case "deadline":
      if (phase === "connecting" || phase === "greeting") giveUp(turn, "no welcome");
      return;
    case "liveness":
      return checkLiveness(turn);
    case "answers":
      return sendKept(turn);
  }
};

const received = (turn: Turn, message: Received) => {
  if (message.kind === "frame") handle(turn, message.frame);
  // Never dropped in silence: it may have been an alarm. A type that is not known at all is a newer server's.
  else if (message.kind === "undecodable")
    tell(turn, { name: "error", value: { kind: "undecodable", message: message.message } });
};

const handle = (turn: Turn, frame: ReceivedFrame) => {
  switch (frame.type) {
    case "welcome":
      if (turn.state.phase !== "greeting") return;
      welcomed(turn);
      compareNumbering(turn, frame);
      tell(turn, { name: "welcome", value: frame });
      sendKept(turn);
      return sayAgain(turn);
    case "alarm":
      return arrived(turn, frame);
    case "alarmUpdate":
      return updated(turn, frame);
    case "standDown":
      return stoodDown(turn, frame);
    case "responseAccepted":
      return accepted(turn, frame);
    case "presence":
      presenceReplied(turn, frame);
      return tell(turn, { name: "presence", value: frame });
    case "availability":
      availabilityReplied(turn, frame);
      return tell(turn, { name: "availability", value: frame });
    case "board":
      boardShown(turn, frame.board);
      return tell(turn, { name: "board", value: frame });
    case "notice":
      return tell(turn, { name: "notice", value: frame });
    case "rollCall":
      return rollCallShown(turn, frame);
    case "loneWorker":
      return loneWorkerShown(turn, frame);
    case "pong":
      return;
    case "error":
      return failed(turn, frame);
  }
};

const failed = (turn: Turn, frame: Extract<ReceivedFrame, { type: "error" }>) => {
  if (!refused(turn, frame) && rejected(turn, frame)) return;
  checkInRefused(turn, frame);
  const { code, message, ref } = frame;
  tell(turn, { name: "error", value: { kind: "refused", code, message, ...(ref === undefined ? {} : { ref }) } });
};
