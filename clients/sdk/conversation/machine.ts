import { roomClosing } from "../../../protocol/conversation/closing.ts";
import type { ConversationState, Mark } from "../../../protocol/conversation/rooms.ts";
import { fullJitter } from "../back-off.ts";
import type { RoomFrame } from "./frames.ts";
import type { KeptRoom } from "./memory.ts";
import { accepted, command, marked, refused, sayMarks, sendNext, settle, spend, unanswered } from "./sending.ts";
import {
  change,
  type EndedWhy,
  keep,
  type RoomEffect,
  type RoomInput,
  type RoomMachineState,
  type RoomStatus,
  roomTimes,
  type Standing,
  type TimerName,
  type Turn,
  tell,
} from "./state.ts";

export const roomStatus = ({ phase, wasOnline, failures }: RoomMachineState): RoomStatus => {
  if (phase === "stopped" || phase === "ended" || phase === "online") return phase;
  return wasOnline || failures > 0 ? "offline" : "connecting";
};

/**
 * The whole behaviour of a Room, without a socket, a document, a timer or a clock.
 *
 * @param now milliseconds
 * @param random in [0, 1)
 * @throws RangeError when a command is given and too many wait
 */
export const step = (
  state: RoomMachineState,
  input: RoomInput,
  now: number,
  random: number,
): { state: RoomMachineState; effects: RoomEffect[] } => {
  const turn: Turn = { state, effects: [], now, random };
  take(turn, input);
  const status = roomStatus(turn.state);
  if (status !== roomStatus(state)) tell(turn, { name: "status", value: status });
  return { state: turn.state, effects: turn.effects };
};

const timers: readonly TimerName[] = ["reconnect", "deadline", "liveness", "answer", "pace", "marks", "refresh"];

const isUp = ({ phase }: RoomMachineState): boolean =>
  phase === "asking" || phase === "connecting" || phase === "greeting" || phase === "online";

const take = (turn: Turn, input: RoomInput) => {
  const { phase, connection, held, loaded, kept } = turn.state;
  if ("connection" in input && (input.connection !== connection || !isUp(turn.state))) return;
  switch (input.type) {
    case "start":
      if (phase !== "stopped" && phase !== "ended") return;
      change(turn, { phase: "loading", failures: 0, wasOnline: false, mustAsk: true });
      if (loaded) connect(turn);
      return;
    case "stop":
      return stop(turn, "stopped");
    case "wake":
      if (phase === "waiting" && !held) connect(turn);
      else if (phase === "online") ping(turn);
      return;
    case "loaded":
      return remember(turn, input.kept);
    case "asked":
      return asked(turn, input.state);
    case "opened":
      change(turn, { phase: "greeting", lastHeard: turn.now });
      spend(turn, { type: "hello" }, Number.NEGATIVE_INFINITY);
      return;
    case "heard":
      return heard(turn);
    case "text":
      heard(turn);
      return said(turn, input.frame);
    case "closed":
      return closed(turn, input.code);
    case "refused":
      return notOpened(turn, input);
    case "denied":
      // In a note an `error` follows that says why: what only did not fit must not be thrown away.
      if (turn.state.standing?.form === "note") return;
      // Something in the copy on this device never came from the server: it may not be shown as if it had.
      return anew(turn, true);
    case "tooLarge":
      return end(turn, "tooLarge");
    case "discardCopy":
      if (phase !== "ended" || kept.epoch === undefined) return;
      drop(turn, [kept.epoch]);
      return take(turn, { type: "start" });
    case "timer":
      return rang(turn, input.name);
    case "command":
      return command(turn, input.command);
    case "discard":
    case "tryAgain":
      return settle(turn, input.type, input.messageId);
    case "marked":
      return marked(turn, input);
  }
};

const remember = (turn: Turn, saved: KeptRoom | undefined) => {
  const { kept, phase } = turn.state;
  change(turn, { loaded: true });
  if (saved !== undefined)
    keep(turn, {
      ...(saved.epoch === undefined ? {} : { epoch: saved.epoch }),
      copies: saved.copies,
      queue: [...saved.queue, ...kept.queue],
      refused: [...saved.refused, ...kept.refused],
    });
  else if (kept.queue.length > 0) keep(turn, {});
  turn.effects.push({ type: "show" });
  // What this device has is shown while the line is still being opened.
  const { epoch } = turn.state.kept;
  if (epoch !== undefined) turn.effects.push({ type: "document", epoch });
  if (phase === "loading") connect(turn);
};

const connect = (turn: Turn) => {
  const connection = turn.state.connection + 1;
  const { epoch } = turn.state.kept;
  change(turn, { connection, held: false });
  turn.effects.push(
    { type: "clearTimer", name: "reconnect" },
    { type: "setTimer", name: "deadline", ms: roomTimes.openWithin },
  );
  if (turn.state.mustAsk || epoch === undefined) {
    change(turn, { phase: "asking" });
    turn.effects.push({ type: "ask", connection });
    return;
  }
  change(turn, { phase: "connecting" });
  turn.effects.push({ type: "connect", connection, epoch });
};

/** The answer to a question before a line, or of one that is up and refreshes what it knows. */
const asked = (turn: Turn, state: ConversationState) => {
  const { phase, connection, own } = turn.state;
  const isThere = new Set(state.epochs.map(({ epoch }) => epoch)).add(state.epoch);
  // Past their term, or made anew after an erasure: nothing of them stays on this device.
  const gone = turn.state.kept.copies.filter((epoch) => !isThere.has(epoch));
  if (gone.length > 0) drop(turn, gone);
  turn.effects.push({ type: "epochs", state });
  const [first] = state.marks;
  change(turn, {
    mustAsk: false,
    marks: new Map(state.marks.map((mark) => [mark.userId, mark])),
    own: { read: Math.max(own.read, first?.read ?? 0), received: Math.max(own.received, first?.received ?? 0) },
    told: { read: first?.read ?? 0, received: first?.received ?? 0 },
  });
  tell(turn, { name: "marks", value: state.marks });
  const { form, mayWrite, epoch, lastSeq } = state;
  stands(turn, { form, state: state.state, mayWrite, epoch, lastSeq });
  if (phase === "asking") {
    open(turn, epoch);
    change(turn, { phase: "connecting" });
    turn.effects.push({ type: "connect", connection, epoch });
  } else if (phase === "online") sayMarks(turn);
};

const stands = (turn: Turn, standing: Standing) => {
  change(turn, { standing });
  tell(turn, { name: "standing", value: standing });
};

const open = (turn: Turn, epoch: string) => {
  const { kept } = turn.state;
  if (kept.epoch !== epoch || !kept.copies.includes(epoch))
    keep(turn, { epoch, copies: [...kept.copies.filter((one) => one !== epoch), epoch] });
  turn.effects.push({ type: "document", epoch });
};

const drop = (turn: Turn, epochs: readonly string[]) => {
  const { epoch, ...kept } = turn.state.kept;
  const copies = kept.copies.filter((one) => !epochs.includes(one));
  const { kept: _, ...rest } = turn.state;
  turn.state = {
    ...rest,
    kept: { ...kept, copies, ...(epoch === undefined || epochs.includes(epoch) ? {} : { epoch }) },
  };
  turn.effects.push({ type: "drop", epochs }, { type: "save" });
};

const said = (turn: Turn, frame: RoomFrame) => {
  switch (frame.type) {
    case "room": {
      const { form, state, mayWrite, epoch, lastSeq } = frame;
      const { phase, kept } = turn.state;
      stands(turn, { form, state, mayWrite, epoch, lastSeq });
      if (epoch !== kept.epoch) return anew(turn, false);
      if (phase === "greeting") greeted(turn);
      return;
    }
    case "accepted":
      return accepted(turn, frame);
    case "marks":
      return marksMoved(turn, frame.marks);
    case "error":
      refused(turn, frame);
      // "update": of what was written into a note's document.
      if (turn.state.standing?.form !== "note" || frame.ref !== "update") return;
      return frame.code === "too_large" ? end(turn, "tooLarge") : anew(turn, true);
    case "message":
    case "pong":
      return;
  }
};

const marksMoved = (turn: Turn, list: readonly Mark[]) => {
  const marks = new Map(turn.state.marks);
  for (const mark of list) marks.set(mark.userId, mark);
  change(turn, { marks });
  tell(turn, { name: "marks", value: [...marks.values()] });
};

const greeted = (turn: Turn) => {
  const { connection, wasOnline } = turn.state;
  change(turn, { phase: "online", wasOnline: true, onlineSince: turn.now, inFlight: false });
  turn.effects.push(
    { type: "clearTimer", name: "deadline" },
    { type: "setTimer", name: "liveness", ms: roomTimes.pingAfter },
    { type: "sync", connection },
  );
  if (wasOnline)
    turn.effects.push({ type: "setTimer", name: "refresh", ms: Math.round(turn.random * roomTimes.refreshSpread) });
  sayMarks(turn);
  sendNext(turn);
};

const heard = (turn: Turn) => {
  const { pingSentAt: _, ...rest } = turn.state;
  turn.state = { ...rest, lastHeard: turn.now };
};

/** Word for word what the platform answers by itself, without waking the room. */
const ping = (turn: Turn) => {
  change(turn, { pingSentAt: turn.now });
  turn.effects.push(
    { type: "send", frame: { type: "ping" } },
    { type: "setTimer", name: "liveness", ms: roomTimes.pongWithin },
  );
};

const rang = (turn: Turn, name: TimerName) => {
  const { phase, pingSentAt, lastHeard, connection } = turn.state;
  switch (name) {
    case "reconnect":
      if (phase === "waiting") connect(turn);
      return;
    case "deadline":
      if (isUp(turn.state) && phase !== "online") giveUp(turn, "nothing came");
      return;
    case "liveness": {
      if (phase !== "online") return;
      const silent = turn.now - lastHeard;
      if (pingSentAt !== undefined) giveUp(turn, "no pong");
      else if (silent >= roomTimes.pingAfter) ping(turn);
      else turn.effects.push({ type: "setTimer", name: "liveness", ms: roomTimes.pingAfter - silent });
      return;
    }
    case "answer":
      return unanswered(turn);
    case "pace":
      return sendNext(turn);
    case "marks":
      return sayMarks(turn);
    case "refresh":
      if (phase === "online") turn.effects.push({ type: "ask", connection });
      return;
  }
};

const giveUp = (turn: Turn, reason: string) => {
  turn.effects.push({ type: "close", code: 4000, reason });
  lost(turn);
  comeBackAfter(turn, backOff(turn));
};

/** Another document is to be opened: at once on a line that held, else a server that says so in a loop would make a storm. */
const anew = (turn: Turn, dropping: boolean) => {
  const settled = turn.state.phase === "online" && turn.now - turn.state.onlineSince >= roomTimes.settled;
  const { epoch } = turn.state.kept;
  turn.effects.push({ type: "close", code: 1000, reason: "another epoch" });
  lost(turn);
  if (dropping && epoch !== undefined) drop(turn, [epoch]);
  change(turn, { mustAsk: true });
  comeBackAfter(turn, settled || turn.state.failures <= 1 ? 0 : backOff(turn));
};

const closed = (turn: Turn, code: number) => {
  const neverOpened = turn.state.phase === "connecting";
  switch (code) {
    case roomClosing.sessionEnded.code:
      return end(turn, "session");
    case roomClosing.rightsChanged.code:
      return end(turn, "rights");
    case roomClosing.epochEnded.code:
      return anew(turn, false);
    case roomClosing.epochGone.code:
      return anew(turn, true);
    case 4404:
      return end(turn, "notFound");
  }
  lost(turn);
  // A page does not hear why an upgrade was refused; the question before the next line does.
  if (neverOpened) change(turn, { mustAsk: true });
  if (code === roomClosing.restarting.code) return hold(turn, turn.random * roomTimes.restartSpread);
  if (code === roomClosing.tooMany.code) return hold(turn, slow(turn));
  if (code === roomClosing.undecodable.code || code === roomClosing.forged.code) {
    tell(turn, { name: "error", value: { kind: "closed", message: `the server closed with ${code}` } });
    return hold(turn, slow(turn));
  }
  comeBackAfter(turn, backOff(turn));
};

/** The upgrade, the ticket for it or the question before it was refused, or got no answer. */
const notOpened = (turn: Turn, input: Extract<RoomInput, { type: "refused" }>) => {
  const { status, retryAfterSeconds } = input;
  // Of a line that is up only the question was refused: its own end tells of a right that was lost.
  if (turn.state.phase === "online") return;
  if (status === 401) return end(turn, "session");
  if (status === 403) return end(turn, "rights");
  if (status === 404) return end(turn, "notFound");
  lost(turn);
  if (retryAfterSeconds !== undefined) {
    const ms = retryAfterSeconds * 1_000;
    return hold(turn, ms + turn.random * Math.max(1_000, ms / 4));
  }
  if (status === 429) return hold(turn, slow(turn));
  comeBackAfter(turn, backOff(turn));
};

const lost = (turn: Turn) => {
  const { phase, onlineSince, failures } = turn.state;
  const held = phase === "online" && turn.now - onlineSince >= roomTimes.settled;
  heard(turn);
  change(turn, { failures: held ? 1 : failures + 1, inFlight: false });
  for (const name of timers) turn.effects.push({ type: "clearTimer", name });
};

const stop = (turn: Turn, phase: "stopped" | "ended") => {
  for (const name of timers) turn.effects.push({ type: "clearTimer", name });
  if (isUp(turn.state)) turn.effects.push({ type: "close", code: 1000, reason: "stopped" });
  change(turn, { phase, inFlight: false });
};

const end = (turn: Turn, why: EndedWhy) => {
  stop(turn, "ended");
  // Whoever is no longer in it keeps nothing of it.
  if (why !== "session" && why !== "tooLarge" && turn.state.kept.copies.length > 0) drop(turn, turn.state.kept.copies);
  tell(turn, { name: "ended", value: why });
};

const slow = (turn: Turn): number => roomTimes.slowFirst + turn.random * roomTimes.slowSpread;

const backOff = (turn: Turn): number =>
  fullJitter(turn.state.failures, turn.random, roomTimes.firstBackOff, roomTimes.mostBackOff);

/** Waiting that the server asked for: `wake` does not shorten it. */
const hold = (turn: Turn, ms: number) => {
  comeBackAfter(turn, Math.max(ms, backOff(turn)));
  change(turn, { held: true });
};

const comeBackAfter = (turn: Turn, ms: number) => {
  change(turn, { phase: "waiting", held: false });
  turn.effects.push({ type: "setTimer", name: "reconnect", ms: Math.round(ms) });
};
