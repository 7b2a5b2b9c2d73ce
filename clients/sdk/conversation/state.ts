import type { RoomClientFrame, RoomState } from "../../../protocol/conversation/frames.ts";
import type { ConversationState, Mark } from "../../../protocol/conversation/rooms.ts";
import type { Trouble } from "../socket/events.ts";
import type { RoomFrame } from "./frames.ts";
import type { Command, KeptRoom, Refused } from "./memory.ts";

/** `offline` is a line that is being repaired; `ended` comes back by `start()` alone. */
export type RoomStatus = "stopped" | "connecting" | "online" | "offline" | "ended";
/**
 * Why a room ended: the session did, this person is no longer in it, there is no such conversation (for them), or what was written
 * here into a note is more than it holds. Then the text stays on this device until `discardCopy()`.
 */
export type EndedWhy = "session" | "rights" | "notFound" | "tooLarge";

/** How the room stands for this person, as told last. */
export type Standing = Pick<RoomState, "form" | "state" | "mayWrite" | "epoch" | "lastSeq">;

export type RoomEventSaid =
  | { name: "status"; value: RoomStatus }
  | { name: "standing"; value: Standing }
  | { name: "marks"; value: readonly Mark[] }
  | { name: "refused"; value: Refused }
  | { name: "ended"; value: EndedWhy }
  | { name: "error"; value: Trouble };

/** stopped -> loading -> asking (how the room stands) -> connecting -> greeting -> online; waiting between two lines. */
export type Phase = "stopped" | "loading" | "waiting" | "asking" | "connecting" | "greeting" | "online" | "ended";

export interface RoomMachineState {
  readonly phase: Phase;
  /** Number of the newest line: what an older one still says is ignored. */
  readonly connection: number;
  readonly wasOnline: boolean;
  readonly failures: number;
  readonly onlineSince: number;
  readonly lastHeard: number;
  readonly pingSentAt?: number;
  /** Waiting because the server asked for it. */
  readonly held: boolean;
  /** The next line is opened only after it was asked how the room stands: what is known may be wrong. */
  readonly mustAsk: boolean;
  readonly loaded: boolean;
  readonly kept: KeptRoom;
  readonly standing?: Standing;
  readonly marks: ReadonlyMap<string, Mark>;
  /** The first of the queue was sent on this line and is not answered. */
  readonly inFlight: boolean;
  /** Frames that may be sent at once now, counted at `pacedAt`. */
  readonly tokens: number;
  readonly pacedAt: number;
  /** How far this person has received and read here, and what the server was told of it on this line. */
  readonly own: { readonly received: number; readonly read: number };
  readonly told: { readonly received: number; readonly read: number };
}

export type TimerName = "reconnect" | "deadline" | "liveness" | "answer" | "pace" | "marks" | "refresh";

export type RoomInput =
  | { type: "start" | "stop" | "wake" }
  | { type: "loaded"; kept: KeptRoom | undefined }
  /** How the room stands, as HTTP says. */
  | { type: "asked"; connection: number; state: ConversationState }
  | { type: "opened"; connection: number }
  | { type: "text"; connection: number; frame: RoomFrame }
  | { type: "heard"; connection: number }
  | { type: "closed"; connection: number; code: number }
  | { type: "refused"; connection: number; status?: number; retryAfterSeconds?: number }
  /** The server does not have what this copy of the document has. */
  | { type: "denied"; connection: number }
  /** What this copy of a note has is more than may be sent. */
  | { type: "tooLarge"; connection: number }
  /** The person has seen that it does not fit, and lets go of it. */
  | { type: "discardCopy" }
  | { type: "timer"; name: TimerName }
  | { type: "command"; command: Command }
  | { type: "discard" | "tryAgain"; messageId: string }
  | { type: "marked"; received?: number; read?: number };

/** What is to be done, in this order. */
export type RoomEffect =
  | { type: "ask"; connection: number }
  | { type: "connect"; connection: number; epoch: string }
  | { type: "close"; code: number; reason: string }
  | { type: "send"; frame: RoomClientFrame }
  /** Opens the document of this epoch, and lets go of the one before. */
  | { type: "document"; epoch: string }
  /** The line is up: the document is brought up to date on it. */
  | { type: "sync"; connection: number }
  /** Copies of these are removed from this device. */
  | { type: "drop"; epochs: readonly string[] }
  /** The epochs that there are, newest first. */
  | { type: "epochs"; state: ConversationState }
  | { type: "save" }
  /** What is shown changed: the queue, or what was refused. */
  | { type: "show" }
  | { type: "tell"; event: RoomEventSaid }
  | { type: "setTimer"; name: TimerName; ms: number }
  | { type: "clearTimer"; name: TimerName };

/** One step under way. */
export interface Turn {
  state: RoomMachineState;
  readonly effects: RoomEffect[];
  /** Milliseconds. */
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

/** Times, ms, and numbers of the line. */
export const roomTimes = {
  firstBackOff: 500,
  mostBackOff: 20_000,
  openWithin: 15_000,
  /** The platform answers a ping without waking the room; a dead line is noticed after `pingAfter` + `pongWithin`. */
  pingAfter: 20_000,
  pongWithin: 8_000,
  settled: 10_000,
  /** After 1012 everybody comes back at once. */
  restartSpread: 8_000,
  slowFirst: 5_000,
  slowSpread: 10_000,
  /** A command without an answer is sent again. */
  answerWithin: 10_000,
  /** Marks are told at most this often. */
  marksEvery: 2_000,
  /** After a line came back, the marks of the others are asked for within this time: everybody else comes back too. */
  refreshSpread: 5_000,
  /** The server's budget is limits.roomBurst and roomPerSecond for all devices of a person: this one stays under it. */
  burst: 20,
  perSecond: 1.2,
} as const;

export const initialRoomState: RoomMachineState = {
  phase: "stopped",
  connection: 0,
  wasOnline: false,
  failures: 0,
  onlineSince: 0,
  lastHeard: 0,
  held: false,
  mustAsk: true,
  loaded: false,
  kept: { copies: [], queue: [], refused: [] },
  marks: new Map(),
  inFlight: false,
  tokens: roomTimes.burst,
  pacedAt: 0,
  own: { received: 0, read: 0 },
  told: { received: 0, read: 0 },
};

export const change = (turn: Turn, part: Partial<RoomMachineState>): void => {
  turn.state = { ...turn.state, ...part };
};

export const keep = (turn: Turn, part: Partial<KeptRoom>): void => {
  change(turn, { kept: { ...turn.state.kept, ...part } });
  // Before the memory is loaded a save would overwrite what is in it.
  if (turn.state.loaded) turn.effects.push({ type: "save" });
};

export const tell = (turn: Turn, event: RoomEventSaid): void => {
  turn.effects.push({ type: "tell", event });
};
