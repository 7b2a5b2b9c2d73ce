import { type RoomClosing, roomClosing } from "../../../protocol/conversation/closing.ts";
import type { RoomClientFrame, RoomServerFrame } from "../../../protocol/conversation/frames.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Outcome, ProblemCode } from "../../../protocol/problems.ts";
import type { SocketIndex } from "../../kernel/socket-index.ts";
import { nameOf } from "../../kernel/timers.ts";
import { write } from "../../kernel/write.ts";
import type { ChatRoom, Taken, Written } from "../chat/chat-room.ts";
import { syncChat } from "../chat/chat-sync.ts";
import type { Command } from "../chat/message.ts";
import type { MessageStore } from "../chat/message-store.ts";
import { isStep2, readSyncFrame, type SyncFrame, updateFrame } from "../document/wire.ts";
import { epochName, type KeptEpoch } from "../epoch/epoch.ts";
import type { EpochStore } from "../epoch/epoch-store.ts";
import type { MemberStore } from "../member-store.ts";
import type { NoteDesk } from "../note/note-desk.ts";
import { AwarenessBoard } from "./awareness-board.ts";
import { decodeRoomFrame } from "./decode-room-frame.ts";
import { attachmentOf, commandBudgets, type RoomConnection, syncBudgets } from "./room-connection.ts";

export interface RoomDeskParts {
  conversationId: string;
  sockets: SocketIndex<RoomConnection>;
  members: MemberStore;
  messages: MessageStore;
  epochs: EpochStore;
  chat: ChatRoom;
  note: NoteDesk;
  /** A person's command, in a transaction of its own. */
  take(command: Command, connection: RoomConnection, now: number): Outcome<Taken>;
  /** A mark moved: the actor tells it in a moment. */
  marked(userId: string, to: { received?: number; read?: number }): void;
}

/** What is said on a conversation's sockets, and what they are answered. */
export class RoomDesk {
  #parts: RoomDeskParts;
  #awareness: AwarenessBoard;
  #commands = commandBudgets();
  #syncs = syncBudgets();

  constructor(parts: RoomDeskParts) {
    this.#parts = parts;
    this.#awareness = new AwarenessBoard(parts.sockets);
  }

  message(socket: WebSocket, message: string | ArrayBuffer): void {
    const connection = this.#parts.sockets.of(socket);
    if (connection === undefined) return;
    const now = Date.now();
    if (connection.expiresAt <= now) {
      this.close(socket, roomClosing.sessionEnded);
      return;
    }
    if (sizeOf(message) > this.#mostBytes(message)) {
      this.close(socket, roomClosing.undecodable);
      return;
    }
    try {
      if (typeof message === "string") this.#text(socket, connection, message, now);
      else this.#binary(socket, connection, new Uint8Array(message), now);
    } catch (error) {
      console.error(JSON.stringify({ event: "room frame", error: nameOf(error) }));
      if (typeof message === "string") this.#error(socket, "unavailable", "not available right now; try again");
      // A document's frame has no error to answer with: the client comes again and syncs.
      else this.close(socket, roomClosing.restarting);
    }
  }

  /** Whether this person may command once more now: by a socket or over HTTP, it is the same budget (T21). */
  mayCommand(userId: string, now: number): boolean {
    return this.#commands.spend(userId, now);
  }

  closed(socket: WebSocket): void {
    const connection = this.#parts.sockets.remove(socket);
    if (connection !== undefined) this.#awareness.left(connection);
  }

  close(socket: WebSocket, why: RoomClosing): void {
    this.closed(socket);
    try {
      socket.close(why.code, why.reason);
    } catch {
      // It was closed already.
    }
  }

  closeWhere(which: (connection: RoomConnection) => boolean, why: RoomClosing): void {
    for (const [socket, connection] of [...this.#parts.sockets.entries()])
      if (which(connection)) this.close(socket, why);
  }

  /** Sends what was written: encoded once, to all. */
  tell({ epoch, update, messages, ended }: Written): void {
    if (ended !== undefined) this.#ended(ended);
    const bytes = updateFrame(update);
    const texts = messages.map((message) => JSON.stringify({ type: "message", message }));
    for (const [socket, { document, synced, telling }] of this.#parts.sockets.entries()) {
      if (synced && document[0] === epoch.number && document[1] === epoch.generation) write(socket, bytes);
      if (telling === "messages") for (const text of texts) write(socket, text);
    }
  }

  /** Documents that were made anew, or are gone: whoever has one drops it. */
  dropped(epochs: readonly KeptEpoch[]): void {
    for (const { number } of epochs)
      this.closeWhere(({ document, synced }) => document[0] === number && synced, roomClosing.epochGone);
    this.tellState();
  }

  /** How the conversation stands, to everybody who hears of it. */
  tellState(): void {
    for (const [socket, connection] of this.#parts.sockets.entries())
      if (connection.telling !== "document") this.#state(socket, connection);
  }

  tellAll(frame: RoomServerFrame): void {
    const text = JSON.stringify(frame);
    for (const [socket, { telling }] of this.#parts.sockets.entries()) if (telling !== "document") write(socket, text);
  }

  /**
   * Whoever comes back to a note answers with every deletion there ever was, and all they wrote offline, in one frame that cannot be
   * cut: as much as a note holds. A chat's document has no more deleted ranges than messages.
   */
  #mostBytes(message: string | ArrayBuffer): number {
    if (this.#parts.members.facts?.form !== "note") return limits.roomFrameBytes;
    const isAnswer = typeof message !== "string" && isStep2(new Uint8Array(message));
    return isAnswer ? limits.documentBytes : limits.noteFrameBytes;
  }

  /** Those who only follow the document cannot be told in words: the number they are closed with says it. */
  #ended({ number }: KeptEpoch): void {
    this.closeWhere(
      ({ document, synced, telling }) => document[0] === number && synced && telling === "document",
      roomClosing.epochEnded,
    );
    this.tellState();
  }

  // ---------------------------------------------------------------------------------- the document

  #binary(socket: WebSocket, connection: RoomConnection, bytes: Uint8Array, now: number): void {
    // A large answer counts for as many frames as it would fill (T21).
    const cost = Math.max(1, Math.ceil(bytes.byteLength / limits.noteFrameBytes));
    if (!this.#syncs.spend(connection.userId, now, cost)) {
      this.close(socket, roomClosing.tooMany);
      return;
    }
    const frame = readSyncFrame(bytes);
    if (frame === undefined) {
      this.close(socket, roomClosing.undecodable);
      return;
    }
    const wrong = this.#isGone(connection, frame) ? roomClosing.epochGone : this.#sync(socket, connection, frame, now);
    if (wrong !== undefined) this.close(socket, wrong);
  }

  /** It came before its document was made anew or removed, and asks only now: it must not get another one's contents (P18). */
  #isGone({ document: [number, generation] }: RoomConnection, { type }: SyncFrame): boolean {
    if (type === "awareness" || type === "queryAwareness") return false;
    return this.#parts.epochs.get(number)?.generation !== generation;
  }

  #sync(socket: WebSocket, connection: RoomConnection, frame: SyncFrame, now: number): RoomClosing | undefined {
    switch (frame.type) {
      case "awareness": {
        const wrong = this.#awareness.heard(socket, connection, frame.update);
        return wrong && (wrong === "forged" ? roomClosing.forged : roomClosing.undecodable);
      }
      case "queryAwareness":
        this.#awareness.joined(socket);
        return undefined;
      default: {
        const wrong = this.#document(socket, connection, frame, now);
        if (wrong === undefined && frame.type === "step1" && !connection.synced) {
          connection.synced = true;
          socket.serializeAttachment(attachmentOf(connection));
          this.#awareness.joined(socket);
        }
        return wrong;
      }
    }
  }

  #document(
    socket: WebSocket,
    connection: RoomConnection,
    frame: Extract<SyncFrame, { type: "step1" | "step2" | "update" }>,
    now: number,
  ): RoomClosing | undefined {
    if (this.#parts.members.facts?.form !== "note")
      return syncChat(this.#parts.chat, socket, connection, frame) && roomClosing.undecodable;
    const answer = this.#parts.note.sync(socket, connection, frame, now);
    if (answer === undefined) return undefined;
    if ("close" in answer) return answer.close;
    const { code, reason } = answer.denied;
    if (connection.telling !== "document") this.#error(socket, code, reason, "update");
    return undefined;
  }

  // ---------------------------------------------------------------------------------- commands

  #text(socket: WebSocket, connection: RoomConnection, text: string, now: number): void {
    if (!this.mayCommand(connection.userId, now)) {
      this.close(socket, roomClosing.tooMany);
      return;
    }
    const decoded = decodeRoomFrame(text);
    if (!decoded.ok) {
      this.#error(socket, "invalid", decoded.message, decoded.ref);
      return;
    }
    const { frame } = decoded;
    switch (frame.type) {
      case "ping":
        this.#say(socket, { type: "pong" });
        return;
      case "hello":
        this.#hello(socket, connection, frame);
        return;
      case "read":
        this.#parts.marked(connection.userId, { read: frame.read });
        return;
      case "received":
        this.#parts.marked(connection.userId, { received: frame.received });
        return;
      default:
        this.#command(socket, connection, frame, now);
        return;
    }
  }

  #hello(socket: WebSocket, connection: RoomConnection, frame: Extract<RoomClientFrame, { type: "hello" }>): void {
    connection.telling = frame.messages === true ? "messages" : "events";
    socket.serializeAttachment(attachmentOf(connection));
    const missed =
      frame.messages === true && frame.lastSeq !== undefined && frame.lastSeq < this.#parts.chat.lastSeq
        ? this.#parts.messages.page({ after: frame.lastSeq }, limits.pageMax)
        : [];
    const last = missed.at(-1)?.seq;
    this.#state(socket, connection, last !== undefined && last < this.#parts.chat.lastSeq);
    for (const message of missed) this.#say(socket, { type: "message", message });
  }

  #command(socket: WebSocket, connection: RoomConnection, frame: Command, now: number): void {
    const taken = this.#parts.take(frame, connection, now);
    if (!taken.ok) {
      const { code, detail, errors } = taken.refusal;
      const why = detail ?? errors?.map(({ path, message }) => `${path} ${message}`).join("; ") ?? "not taken";
      this.#error(socket, code, why, frame.messageId);
      return;
    }
    const { message, written } = taken.value;
    if (written !== undefined) this.tell(written);
    const { messageId, seq, at } = message;
    this.#say(socket, { type: "accepted", of: frame.type, messageId, seq, at });
  }

  #state(socket: WebSocket, connection: RoomConnection, more = false): void {
    const { conversationId, members, epochs, chat } = this.#parts;
    const { facts } = members;
    const epoch = epochs.peek();
    if (facts === undefined || epoch === undefined) return;
    this.#say(socket, {
      type: "room",
      conversationId,
      form: facts.form,
      state: facts.closed ? "closed" : "open",
      mayWrite: members.rights(connection.person).mayWrite,
      epoch: epochName(epoch),
      document: epochName({ number: connection.document[0], generation: connection.document[1] }),
      lastSeq: chat.lastSeq,
      serverTime: toTime(Date.now()),
      ...(more ? { more } : {}),
    });
  }

  #say(socket: WebSocket, frame: RoomServerFrame): void {
    write(socket, JSON.stringify(frame));
  }

  #error(socket: WebSocket, code: ProblemCode, message: string, ref?: string): void {
    this.#say(socket, { type: "error", code, message, ...(ref === undefined ? {} : { ref }) });
  }
}

/** Bytes of a message; of a text at least, which is enough to be sure that a small one is small. */
const sizeOf = (message: string | ArrayBuffer): number => {
  if (typeof message !== "string") return message.byteLength;
  return message.length * 3 <= limits.roomFrameBytes ? message.length : new TextEncoder().encode(message).byteLength;
};
