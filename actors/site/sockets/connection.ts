import * as z from "zod";
import { limits } from "../../../protocol/limits.ts";
import { BoardName } from "../../../protocol/socket/client-frames.ts";

/** A board that a socket watches; `ref` is the site or alarm, or empty. */
export interface Watched {
  board: BoardName;
  ref: string;
}

/** What survives hibernation with a socket. Decoded when the actor wakes: an older version of this code may have written it. */
const Attachment = z.object({
  v: z.literal(1),
  sessionId: z.string(),
  userId: z.string(),
  deviceId: z.string(),
  hello: z.boolean(),
  watched: z.array(z.object({ board: BoardName, ref: z.string() })).default([]),
});

/** An open socket as the actor works with it. */
export interface Connection {
  sessionId: string;
  userId: string;
  deviceId: string;
  hello: boolean;
  watched: Watched[];
  /** When it was accepted, ms since 1970; 0 after a wake. */
  acceptedAt: number;
  badFrames: number;
  /** Messages it may still send, and when that was counted (a token bucket). */
  budget: number;
  countedAt: number;
}

export const newConnection = (
  who: { sessionId: string; userId: string; deviceId: string },
  now: number,
): Connection => ({
  sessionId: who.sessionId,
  userId: who.userId,
  deviceId: who.deviceId,
  hello: false,
  watched: [],
  acceptedAt: now,
  badFrames: 0,
  budget: limits.socketBurst,
  countedAt: now,
});

export const attachmentOf = ({
  sessionId,
  userId,
  deviceId,
  hello,
  watched,
}: Connection): z.input<typeof Attachment> => ({
  v: 1,
  sessionId,
  userId,
  deviceId,
  hello,
  watched,
});

/** The connection that an attachment describes, or undefined when it is not one of ours. */
export const readAttachment = (attachment: unknown, now: number): Connection | undefined => {
  const parsed = Attachment.safeParse(attachment);
  return parsed.success ? { ...newConnection(parsed.data, now), ...parsed.data, acceptedAt: 0 } : undefined;
};

/** Whether the socket may send one more message now (4429): a burst, then a steady rate. Pure but for the bucket. */
export const spend = (connection: Connection, now: number): boolean => {
  const gained = ((now - connection.countedAt) / 1_000) * limits.socketPerSecond;
  connection.budget = Math.min(limits.socketBurst, connection.budget + Math.max(0, gained));
  connection.countedAt = now;
  if (connection.budget < 1) return false;
  connection.budget -= 1;
  return true;
};
