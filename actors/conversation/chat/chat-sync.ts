import { write } from "../../kernel/write.ts";
import type { SyncFrame } from "../document/wire.ts";
import { deniedFrame, step1Frame, step2Frame } from "../document/wire.ts";
import type { RoomConnection } from "../sockets/room-connection.ts";
import type { ChatRoom } from "./chat-room.ts";

/** Said to a provider that wrote into a chat's document. */
const refusal = "read only: messages are sent as commands; nothing of this was taken";

/**
 * The document of a chat as a y-websocket provider follows it: the provider reads, the actor writes. Whatever the provider writes
 * is looked at, refused and reported to it, and never comes near the document (threats.md 5, T20).
 *
 * @returns `malformed` when the socket is to be closed
 */
export const syncChat = (
  room: ChatRoom,
  socket: WebSocket,
  connection: RoomConnection,
  frame: Extract<SyncFrame, { type: "step1" | "step2" | "update" }>,
): "malformed" | undefined => {
  const [number, generation] = connection.document;
  const document = room.document({ number, generation });
  try {
    if (frame.type === "step1") {
      write(socket, step2Frame(document.since(frame.stateVector)));
      // Its answer tells whether somebody wrote while offline: they must hear that it goes nowhere.
      write(socket, step1Frame(document.stateVector()));
      return undefined;
    }
    if (!document.has(frame.update)) write(socket, deniedFrame(refusal));
    return undefined;
  } catch {
    return "malformed";
  }
};
