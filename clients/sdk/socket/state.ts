import type { AvailabilityReport, PresenceReport } from "../../../protocol/presence.ts";
import type { BoardName, ClientFrame } from "../../../protocol/socket/client-frames.ts";
import type { SocketEvent } from "./events.ts";
import type { Received } from "./frames.ts";
import type { Answer, Saved } from "./memory.ts";

export interface Watching {
  board: BoardName;
  siteId?: string | undefined;
  alarmId?: string | undefined;
  rollCallId?: string | undefined;
}

/** stopped -> loading -> connecting -> greeting (hello sent) -> online; waiting between two connections; ended for good. */
export type Phase = "stopped" | "loading" | "waiting" | "connecting" | "greeting" | "online" | "ended";

export interface SocketState {
  readonly phase: Phase;
  /** Number of the newest connection: what an older one still says is ignored. */
  readonly connection: number;
  readonly wasOnline: boolean;
  /** Failures in a row; forgotten once a line has held for a while. */
  readonly failures: number;
  readonly onlineSince: number;
  readonly lastHeard: number;
  readonly pingSentAt?: number;
  /** Waiting because the server asked for it: nothing may shorten that. */
  readonly held: boolean;
  readonly loaded: boolean;
  readonly kept: Saved;
  /** Answers sent on this connection, with how many replies are still to come. */
  readonly sent: Readonly<Record<string, { answer: Answer; outstanding: number }>>;
  /** Newest version told of each alarm and roll-call. */
  readonly versions: ReadonlyMap<string, number>;
  /** Alarms the person has seen, as long as the server has not shown that it knows. */
  readonly seen: readonly string[];
  /** Statements without a reply yet, in the order they were made. */
  readonly presence: readonly PresenceReport[];
  readonly availability?: AvailabilityReport;
  readonly watching: readonly (Watching & { shown: boolean })[];
}

export type TimerName = "reconnect" | "deadline" | "liveness" | "answers";

/** What happens to a socket. Those of a line carry the number of their connection. */
export type SocketInput =
  | { type: "start" | "stop" | "wake" }
  | { type: "loaded"; saved: Saved | undefined }
  | { type: "opened"; connection: number }
  | { type: "received"; connection: number; received: Received }
  | { type: "closed"; connection: number; code: number }
  | { type: "refused"; connection: number; status?: number; retryAfterSeconds?: number }
  | { type: "timer"; name: TimerName }
  | { type: "respond"; answer: Answer }
  | { type: "seen"; alarmId: string }
  | { type: "checkIn"; rollCallId: string; musterPointId?: string | undefined }
  | { type: "checkedIn"; loneWorkerSessionId: string }
  | { type: "presence"; report: PresenceReport }
  | { type: "availability"; report: AvailabilityReport }
  | { type: "watch"; watching: Watching }
  | { type: "unwatch"; board: Watching["board"] };

/** What is to be done about it, in this order. */
export type Effect =
  | { type: "connect"; connection: number }
  | { type: "close"; code: number; reason: string }
  | { type: "send"; frame: ClientFrame }
  | { type: "save" }
  | { type: "tell"; event: SocketEvent }
  | { type: "setTimer"; name: TimerName; ms: number }
  | { type: "clearTimer"; name: TimerName };

/** One step under way: the state so far and what is to be done. */
export interface Turn {
  state: SocketState;
  readonly effects: Effect[];
  readonly now: number;
  /** In [0, 1). */
  readonly random: number;
}

export const initialState: SocketState = {
  phase: "stopped",
  connection: 0,
  wasOnline: false,
  failures: 0,
  onlineSince: 0,
  lastHeard: 0,
  held: false,
  loaded: false,
  kept: { shown: [], ended: [], answers: {} },
  sent: {},
  versions: new Map(),
  seen: [],
  presence: [],
  watching: [],
};

export const change = (turn: Turn, part: Partial<SocketState>): void => {
  turn.state = { ...turn.state, ...part };
};

export const keep = (turn: Turn, part: Partial<Saved>): void => {
  change(turn, { kept: { ...turn.state.kept, ...part } });
  // Before the memory is loaded a save would overwrite what is in it; `loaded` saves what came together.
  if (turn.state.loaded) turn.effects.push({ type: "save" });
};

export const tell = (turn: Turn, event: SocketEvent): void => {
  turn.effects.push({ type: "tell", event });
};

/** Sends when the line is up. What must arrive is kept elsewhere and sent again after `welcome`. */
export const say = (turn: Turn, frame: ClientFrame): void => {
  if (turn.state.phase === "online") turn.effects.push({ type: "send", frame });
};

/** Ids remembered of one kind. More than anybody gets while a server may still send them again. */
export const remembered = 500;

export const remember = (list: readonly string[], id: string): string[] => [...list, id].slice(-remembered);

export const without = <T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
