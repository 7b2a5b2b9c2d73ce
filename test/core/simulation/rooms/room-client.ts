import * as Y from "yjs";
import type { RoomServerFrame } from "../../../../protocol/conversation/frames.ts";
import type { Message } from "../../../../protocol/conversation/rooms.ts";
import { readServerFrame, step1 } from "../../y-frames.ts";
import type { ServerSocket } from "../socket.ts";

/** What a client has sent and not been answered yet: it sends it again when it comes back. */
export interface Owed {
  messageId: string;
  frame: object;
}

/** A person's client of a room: talks, gets messages, follows the document, and writes down what it was told. */
export class RoomClient {
  readonly userId: string;
  readonly sessionId: string;
  socket: ServerSocket | undefined;
  /** Documents by their epoch, as they were when the line was lost, too. */
  readonly docs = new Map<string, Y.Doc>();
  epoch: string | undefined;
  lastSeq = 0;
  owed: Owed[] = [];
  /** Answered sends: the number that the server said is theirs. */
  readonly accepted = new Map<string, number>();
  /** Every message as it was first received. */
  readonly heard = new Map<string, Message>();
  readonly closes: number[] = [];
  say: (frame: string | Uint8Array) => void = () => undefined;

  constructor(userId: string) {
    this.userId = userId;
    this.sessionId = `ses_${userId}`;
  }

  #opened = false;

  attach(socket: ServerSocket): void {
    this.socket = socket;
    this.#opened = false;
    socket.onText = (text) => this.#hear(JSON.parse(text) as RoomServerFrame);
    socket.onBytes = (bytes) => this.#sync(bytes);
    socket.onClosed = (code) => {
      this.closes.push(code);
      this.socket = undefined;
      // The copy of an epoch that is gone is dropped, as docs/protocol.md says.
      if (code === 4410 && this.epoch !== undefined) this.docs.delete(this.epoch);
      if (code === 4410 || code === 4409) this.epoch = undefined;
    };
  }

  /** Says hello, opens the document and sends again what was not answered. */
  begin(): void {
    this.say(JSON.stringify({ type: "hello", messages: true, lastSeq: this.lastSeq }));
  }

  send(messageId: string, frame: object): void {
    this.owed.push({ messageId, frame });
    if (this.socket !== undefined) this.say(JSON.stringify(frame));
  }

  get doc(): Y.Doc | undefined {
    return this.epoch === undefined ? undefined : this.docs.get(this.epoch);
  }

  #hear(frame: RoomServerFrame): void {
    switch (frame.type) {
      case "room": {
        if (!this.#opened) {
          this.#opened = true;
          this.epoch = frame.document;
          const doc = this.docs.get(frame.document) ?? new Y.Doc();
          this.docs.set(frame.document, doc);
          queueMicrotask(() => this.say(step1(Y.encodeStateVector(doc))));
        }
        return;
      }
      case "message": {
        const { message } = frame;
        this.lastSeq = Math.max(this.lastSeq, message.seq);
        if (!this.heard.has(message.messageId)) this.heard.set(message.messageId, message);
        return;
      }
      case "accepted":
        if (frame.of === "send") this.accepted.set(frame.messageId, frame.seq);
        this.owed = this.owed.filter(({ messageId }) => messageId !== frame.messageId);
        return;
      case "error":
        this.owed = this.owed.filter(({ messageId }) => messageId !== frame.ref);
        return;
      default:
        return;
    }
  }

  #sync(bytes: Uint8Array): void {
    const frame = readServerFrame(bytes);
    if (frame.type === "update" && this.doc !== undefined) Y.applyUpdate(this.doc, frame.update, "server");
  }
}
