import * as z from "zod";
import { Id, Time } from "../ids.ts";
import { ProblemCodes } from "../problems.ts";
import { ConversationForm, Epoch, Mark, Message, MessagePatch, NewMessage, NewReaction, ReadMark } from "./rooms.ts";

/**
 * What is said on a conversation's socket besides the y-websocket protocol. Binary frames are y-websocket's and text frames are
 * these: JSON objects with `type`. A client that never sends a text frame never gets one, so an unmodified y-websocket
 * provider, which cannot read them, can follow a room.
 */

/**
 * Asks for text frames. `messages`: also every message, new or changed, as a frame (for clients that do not keep the document);
 * with `lastSeq` those after it that were missed, as far as one page holds.
 */
export const RoomHello = z.strictObject({
  type: z.literal("hello"),
  messages: z.boolean().optional(),
  lastSeq: z.int().min(0).optional(),
});
export const SendFrame = z.strictObject({ type: z.literal("send"), ...NewMessage.shape });
export const EditFrame = z.strictObject({ type: z.literal("edit"), messageId: Id, ...MessagePatch.shape });
export const DeleteFrame = z.strictObject({ type: z.literal("delete"), messageId: Id });
export const ReactFrame = z.strictObject({ type: z.literal("react"), messageId: Id, ...NewReaction.shape });
/** Everything up to this number was read. */
export const ReadFrame = z.strictObject({ type: z.literal("read"), ...ReadMark.shape });
/** Everything up to this number has arrived on this device; said by the client by itself. */
export const ReceivedFrame = z.strictObject({ type: z.literal("received"), received: z.int().min(0) });
export const RoomPing = z.strictObject({ type: z.literal("ping") });

export const RoomClientFrame = z.discriminatedUnion("type", [
  RoomHello,
  SendFrame,
  EditFrame,
  DeleteFrame,
  ReactFrame,
  ReadFrame,
  ReceivedFrame,
  RoomPing,
]);
export type RoomClientFrame = z.infer<typeof RoomClientFrame>;

/** Answer to `hello`, and again whenever something of it changes. */
export const RoomState = z.strictObject({
  type: z.literal("room"),
  conversationId: Id,
  form: ConversationForm,
  state: z.enum(["open", "closed"]),
  mayWrite: z.boolean(),
  /** The epoch that is written now: whoever has the document of another one opens this one. */
  epoch: Epoch,
  /** The epoch whose document this socket has. */
  document: Epoch,
  lastSeq: z.int(),
  serverTime: Time,
  /** More was missed than one page holds: ask `GET …/messages`. */
  more: z.literal(true).optional(),
});
export type RoomState = z.infer<typeof RoomState>;

export const MessageFrame = z.strictObject({ type: z.literal("message"), message: Message });
/** The command is stored; sent again it is answered the same and does nothing. */
export const AcceptedFrame = z.strictObject({
  type: z.literal("accepted"),
  of: z.enum(["send", "edit", "delete", "react"]),
  messageId: Id,
  seq: z.int(),
  at: Time,
});
export const MarksFrame = z.strictObject({ type: z.literal("marks"), marks: z.array(Mark) });
/** `ref` is the message's id, or the type of the frame. */
export const RoomError = z.strictObject({
  type: z.literal("error"),
  code: ProblemCodes,
  message: z.string(),
  ref: z.string().optional(),
});
export const RoomPong = z.strictObject({ type: z.literal("pong") });

export const RoomServerFrame = z.discriminatedUnion("type", [
  RoomState,
  MessageFrame,
  AcceptedFrame,
  MarksFrame,
  RoomError,
  RoomPong,
]);
export type RoomServerFrame = z.infer<typeof RoomServerFrame>;
