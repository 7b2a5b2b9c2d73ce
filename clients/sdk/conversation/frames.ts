import * as z from "zod";
import {
  AcceptedFrame,
  MarksFrame,
  MessageFrame,
  RoomError,
  RoomPong,
  RoomState,
} from "../../../protocol/conversation/frames.ts";
import { Message } from "../../../protocol/conversation/rooms.ts";
import { lenient } from "../lenient.ts";

/** Known by everything but what happened: a newer server tells events that this client has no words for. */
const WithoutEvent = lenient(Message.omit({ event: true }));

/** A message as the server wrote it, in a document or a frame, or undefined when it makes no sense. */
export const readMessage = (value: unknown): Message | undefined => {
  const whole = lenient(Message).safeParse(value);
  if (whole.success) return whole.data;
  return WithoutEvent.safeParse(value).data;
};

const frames = {
  room: lenient(RoomState),
  accepted: lenient(AcceptedFrame),
  marks: lenient(MarksFrame),
  pong: lenient(RoomPong),
  // A code is open: a newer server may have added one.
  error: lenient(RoomError.extend({ code: z.string() })),
  message: lenient(MessageFrame.extend({ message: z.unknown() })),
} as const;

type FrameType = keyof typeof frames;
export type RoomFrame = { [T in FrameType]: z.output<(typeof frames)[T]> }[FrameType];

export type ReadRoomFrame =
  | { kind: "frame"; frame: RoomFrame }
  | { kind: "unknown" }
  | { kind: "undecodable"; message: string };

/** Decodes a text frame of the server. Unknown types and fields are allowed: the server may be newer. */
export const readRoomFrame = (text: string): ReadRoomFrame => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "undecodable", message: "not JSON" };
  }
  const named = z.object({ type: z.string() }).safeParse(json);
  if (!named.success) return { kind: "undecodable", message: "no type" };
  const { type } = named.data;
  if (!Object.hasOwn(frames, type)) return { kind: "unknown" };
  const decoded = frames[type as FrameType].safeParse(json);
  if (decoded.success) return { kind: "frame", frame: decoded.data };
  return { kind: "undecodable", message: `${type}: ${z.prettifyError(decoded.error)}` };
};
