import { closing } from "../socket/closing.ts";

/**
 * Why the server closes a conversation's socket. The numbers up to 4429 mean what they mean on the main socket. All are
 * between 4400 and 4499, where y-websocket does not come back by itself, except `restarting`.
 */
export const roomClosing = {
  ...closing,
  /** Malformed, oversized or of a type that only servers send. */
  undecodable: { code: 4400, reason: "undecodable frame" },
  /** It wrote in another one's name: a state of somebody's awareness, a client id of somebody else's text. */
  forged: { code: 4406, reason: "written in another one's name" },
  /** This epoch is over; connect again without `epoch` and with a new document. What it held can still be read. */
  epochEnded: { code: 4409, reason: "a new epoch has begun" },
  /** This epoch's document is gone: past its term, or made anew after an erasure. The client drops its copy. */
  epochGone: { code: 4410, reason: "this epoch is gone: drop your copy" },
} as const;

export type RoomClosing = (typeof roomClosing)[keyof typeof roomClosing];
