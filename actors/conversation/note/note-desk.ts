import { type RoomClosing, roomClosing } from "../../../protocol/conversation/closing.ts";
import type { ProblemCode } from "../../../protocol/problems.ts";
import type { SocketIndex } from "../../kernel/socket-index.ts";
import { write } from "../../kernel/write.ts";
import { deniedFrame, type SyncFrame, step1Frame, step2Frame, updateFrame } from "../document/wire.ts";
import type { MemberStore } from "../member-store.ts";
import type { RoomConnection } from "../sockets/room-connection.ts";
import { UnfitUpdate } from "./note-document.ts";
import type { NoteRoom, Taken } from "./note-room.ts";

export interface NoteDeskParts {
  sockets: SocketIndex<RoomConnection>;
  members: MemberStore;
  room: NoteRoom;
  transaction<T>(change: () => T): T;
}

/** What a writer is told of an update that was not taken: reported by its provider, and as an error to those who asked for text. */
export interface Denied {
  code: ProblemCode;
  reason: string;
}

/** What an update leads to: its socket is closed, or its person is told. */
export type NoteAnswer = { close: RoomClosing } | { denied: Denied } | undefined;

const denials: Record<"readOnly" | "full", Denied> = {
  readOnly: { code: "forbidden", reason: "read only for you: nothing of this was taken" },
  full: { code: "too_large", reason: "this note is full: nothing of this was taken" },
};

/**
 * The document of a note as y-websocket providers write it together. Each update is looked at, stored and only then sent on: the platform
 * holds what is sent back until what was written before is on disk.
 */
export class NoteDesk {
  #parts: NoteDeskParts;

  constructor(parts: NoteDeskParts) {
    this.#parts = parts;
  }

  sync(
    socket: WebSocket,
    connection: RoomConnection,
    frame: Extract<SyncFrame, { type: "step1" | "step2" | "update" }>,
    now: number,
  ): NoteAnswer {
    const { room } = this.#parts;
    if (frame.type === "step1") {
      try {
        write(socket, step2Frame(room.document.since(frame.stateVector)));
      } catch {
        return { close: roomClosing.undecodable };
      }
      // What was written while offline comes as its answer.
      write(socket, step1Frame(room.document.stateVector()));
      return undefined;
    }
    const taken = this.#take(frame.update, connection, now);
    switch (taken.outcome) {
      case "held":
        return undefined;
      case "written":
        this.tell(taken.update, socket);
        return undefined;
      case "lacking":
        // Written before our question was answered: the answer brings it all. An answer that has holes itself is none.
        if (frame.type === "step2") return { close: roomClosing.undecodable };
        write(socket, step1Frame(room.document.stateVector()));
        return undefined;
      case "readOnly":
      case "full":
        write(socket, deniedFrame(denials[taken.outcome].reason));
        return { denied: denials[taken.outcome] };
      case "forged":
        return { close: roomClosing.forged };
      case "malformed":
        return { close: roomClosing.undecodable };
    }
  }

  /** Sends what was written: encoded once, to everybody who has the document. */
  tell(update: Uint8Array, but?: WebSocket): void {
    const bytes = updateFrame(update);
    for (const [socket, { synced }] of this.#parts.sockets.entries())
      if (synced && socket !== but) write(socket, bytes);
  }

  #take(update: Uint8Array, { userId, person }: RoomConnection, now: number): Taken {
    const { mayWrite } = this.#parts.members.rights(person);
    try {
      return this.#parts.transaction(() => this.#parts.room.take(update, { userId, mayWrite }, now));
    } catch (error) {
      if (error instanceof UnfitUpdate) return { outcome: "malformed" };
      throw error;
    }
  }
}
