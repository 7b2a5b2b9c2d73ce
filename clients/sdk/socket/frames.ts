import * as z from "zod";
import {
  AlarmBoard,
  AlarmFrame,
  AlarmsBoard,
  AlarmUpdate,
  AvailabilityAnswer,
  LoneWorkerFrame,
  NoticeFrame,
  Pong,
  PresenceAnswer,
  ResponseAccepted,
  RollCallBoard,
  RollCallFrame,
  SiteBoard,
  SocketError,
  StaffingBoard,
  StandDownFrame,
  Welcome,
} from "../../../protocol/socket/server-frames.ts";
import { lenient } from "../lenient.ts";

/** An error's code is open: a newer server may have added one. */
const OpenError = SocketError.extend({ code: z.string() });

const frames = {
  welcome: lenient(Welcome),
  alarm: lenient(AlarmFrame),
  alarmUpdate: lenient(AlarmUpdate),
  standDown: lenient(StandDownFrame),
  responseAccepted: lenient(ResponseAccepted),
  presence: lenient(PresenceAnswer),
  availability: lenient(AvailabilityAnswer),
  board: z.union([
    lenient(AlarmsBoard),
    lenient(AlarmBoard),
    lenient(SiteBoard),
    lenient(RollCallBoard),
    lenient(StaffingBoard),
  ]),
  notice: lenient(NoticeFrame),
  rollCall: lenient(RollCallFrame),
  loneWorker: lenient(LoneWorkerFrame),
  pong: lenient(Pong),
  error: lenient(OpenError),
} as const;

type FrameType = keyof typeof frames;
export type ReceivedFrame = { [T in FrameType]: z.output<(typeof frames)[T]> }[FrameType];

/** What came in: a frame, or one of a type this client does not know yet, or one that makes no sense. */
export type Received =
  | { kind: "frame"; frame: ReceivedFrame }
  | { kind: "unknown" }
  | { kind: "undecodable"; message: string };

/** Decodes a message of the server. Unknown types and unknown fields are allowed: the server may be newer. */
export const readFrame = (data: unknown): Received => {
  if (typeof data !== "string") return { kind: "undecodable", message: "not text" };
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return { kind: "undecodable", message: "not JSON" };
  }
  const type = z.object({ type: z.string() }).safeParse(json);
  if (!type.success) return { kind: "undecodable", message: "no type" };
  if (!Object.hasOwn(frames, type.data.type)) return { kind: "unknown" };
  const decoded = frames[type.data.type as FrameType].safeParse(json);
  if (decoded.success) return { kind: "frame", frame: decoded.data };
  return { kind: "undecodable", message: `${type.data.type}: ${z.prettifyError(decoded.error)}` };
};
