import type {
  AlarmFrame,
  AlarmUpdate,
  Board,
  LoneWorkerFrame,
  NoticeFrame,
  RollCallFrame,
  StandDownFrame,
} from "../../../protocol/socket/server-frames.ts";
import type { ReceivedFrame } from "./frames.ts";
import type { Answer } from "./memory.ts";

/** `offline` is a line that was up and is being repaired; `ended` comes back only by a new log-in and `start()`. */
export type SocketStatus = "stopped" | "connecting" | "online" | "offline" | "ended";

type Frame<T extends ReceivedFrame["type"]> = Extract<ReceivedFrame, { type: T }>;

export interface Trouble {
  /** `refused`: the server said so; `undecodable`: a message made no sense; `closed`: the server found fault with us;
   * `memory`: loading or saving failed; `listener`: a listener threw. */
  kind: "refused" | "undecodable" | "closed" | "memory" | "listener";
  message: string;
  code?: string;
  ref?: string;
  cause?: unknown;
}

/** What listeners of an AlarmSocket hear. */
export interface SocketEvents {
  status: SocketStatus;
  /** `resumed: false` means that whatever was on screen must be fetched anew. */
  welcome: Frame<"welcome">;
  /**
   * Once for each call. `ended`: its stand-down came first, so there is nothing to ring for. `again`: an alarm that was told
   * before is called anew, or is open again after its stand-down. `answered`: this person has answered, nothing to ring for
   * either; a re-alarm is then not told at all.
   */
  alarm: AlarmFrame & { ended: boolean; again?: "reAlarm" | "reopened"; answered?: true };
  alarmUpdate: AlarmUpdate;
  /** Once for each end of an alarm. */
  standDown: StandDownFrame;
  board: Board;
  presence: Frame<"presence">;
  availability: Frame<"availability">;
  /** Something for this person that is no alarm. */
  notice: NoticeFrame;
  /** A roll-call in which this person has a line. */
  rollCall: RollCallFrame;
  /** How the person's lone-worker session stands, after a check-in. */
  loneWorker: LoneWorkerFrame;
  /** The person's newest answer is safe with the server. */
  answerAccepted: Frame<"responseAccepted">;
  /** The server will never take this answer; it is no longer kept. */
  answerRejected: Answer & { code: string; message: string };
  error: Trouble;
}

export type SocketEvent = { [N in keyof SocketEvents]: { name: N; value: SocketEvents[N] } }[keyof SocketEvents];
