import type { RoomClientFrame } from "../../../protocol/conversation/frames.ts";
import type { RoomFrame } from "./frames.ts";
import type { Command } from "./memory.ts";
import { confirmed, discard, enqueue, refuseFirst, tried, tryAgain } from "./outbox.ts";
import { change, keep, roomTimes, type Turn, tell } from "./state.ts";

type Frame<T extends RoomFrame["type"]> = Extract<RoomFrame, { type: T }>;

/** Sends a text frame if the budget allows. @returns whether it was sent */
export const spend = (turn: Turn, frame: RoomClientFrame, reserve = 0): boolean => {
  const { tokens, pacedAt } = turn.state;
  const gained = (Math.max(0, turn.now - pacedAt) / 1_000) * roomTimes.perSecond;
  const have = Math.min(roomTimes.burst, tokens + gained);
  const may = have >= 1 + reserve;
  change(turn, { tokens: may ? have - 1 : have, pacedAt: turn.now });
  if (may) turn.effects.push({ type: "send", frame });
  return may;
};

/** Takes a command of the person. @throws RangeError when too many wait */
export const command = (turn: Turn, given: Command): void => {
  keep(turn, enqueue(turn.state.kept, given, turn.now));
  turn.effects.push({ type: "show" });
  sendNext(turn);
};

/** One at a time, in order: the next goes when the one before is confirmed or refused. */
export const sendNext = (turn: Turn): void => {
  const { phase, inFlight, kept } = turn.state;
  const [first] = kept.queue;
  if (phase !== "online" || inFlight || first === undefined) return;
  if (!spend(turn, first.command)) {
    turn.effects.push({ type: "setTimer", name: "pace", ms: Math.ceil(1_000 / roomTimes.perSecond) });
    return;
  }
  if (!first.tried) keep(turn, tried(turn.state.kept));
  change(turn, { inFlight: true });
  turn.effects.push({ type: "setTimer", name: "answer", ms: roomTimes.answerWithin });
};

export const unanswered = (turn: Turn): void => {
  change(turn, { inFlight: false });
  sendNext(turn);
};

export const accepted = (turn: Turn, { of, messageId }: Frame<"accepted">): void => {
  const after = confirmed(turn.state.kept, of, messageId);
  if (after === turn.state.kept) return;
  answered(turn);
  keep(turn, after);
  turn.effects.push({ type: "show" });
  sendNext(turn);
};

const answered = (turn: Turn): void => {
  change(turn, { inFlight: false });
  turn.effects.push({ type: "clearTimer", name: "answer" });
};

const passing = (code: string): boolean => code === "rate_limited" || code === "unavailable";

/** An error names the message, or where the frame could not be read at all, its type. */
export const refused = (turn: Turn, { code, message, ref }: Frame<"error">): void => {
  const [first] = turn.state.kept.queue;
  const isAbout =
    first !== undefined && turn.state.inFlight && [first.command.messageId, first.command.type].includes(ref ?? "");
  if (!isAbout) {
    tell(turn, { name: "error", value: { kind: "refused", code, message, ...(ref === undefined ? {} : { ref }) } });
    return;
  }
  answered(turn);
  if (passing(code)) {
    turn.effects.push({ type: "setTimer", name: "pace", ms: roomTimes.slowFirst });
    return;
  }
  keep(turn, refuseFirst(turn.state.kept, code));
  turn.effects.push({ type: "show" });
  tell(turn, { name: "refused", value: { command: first.command, at: first.at, code } });
  sendNext(turn);
};

export const settle = (turn: Turn, how: "discard" | "tryAgain", messageId: string): void => {
  const { kept } = turn.state;
  keep(turn, how === "discard" ? discard(kept, messageId) : tryAgain(kept, messageId, turn.now));
  turn.effects.push({ type: "show" });
  sendNext(turn);
};

/** Marks wait a moment, so that a person who scrolls says one thing. They leave room for what the person writes. */
export const marked = (turn: Turn, to: { received?: number; read?: number }): void => {
  const { own } = turn.state;
  const read = Math.max(own.read, to.read ?? 0);
  const received = Math.max(own.received, to.received ?? 0, read);
  if (read === own.read && received === own.received) return;
  change(turn, { own: { read, received } });
  if (turn.state.phase === "online")
    turn.effects.push({ type: "setTimer", name: "marks", ms: Math.round(roomTimes.marksEvery * turn.random) });
};

const reserved = 8;

export const sayMarks = (turn: Turn): void => {
  const { phase, own, told } = turn.state;
  if (phase !== "online") return;
  const isRead = own.read > told.read;
  if (!isRead && own.received <= told.received) return;
  const frame: RoomClientFrame =
    isRead && own.received <= own.read
      ? { type: "read", read: own.read }
      : { type: "received", received: own.received };
  if (!spend(turn, frame, reserved)) {
    turn.effects.push({ type: "setTimer", name: "marks", ms: roomTimes.slowFirst });
    return;
  }
  // What was read has arrived.
  const after =
    frame.type === "read"
      ? { read: own.read, received: Math.max(told.received, own.read) }
      : { ...told, received: own.received };
  change(turn, { told: after });
  if (own.read > after.read) turn.effects.push({ type: "setTimer", name: "marks", ms: roomTimes.marksEvery });
};
