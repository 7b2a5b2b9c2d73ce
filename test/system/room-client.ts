import WebSocket from "ws";
import type { RoomServerFrame } from "../../protocol/conversation/frames.ts";
import type { Message } from "../../protocol/conversation/rooms.ts";

/** A client of a chat over a plain WebSocket: keeps what was not answered and says it again when it comes back. */
export class RoomClient {
  readonly userId: string;
  /** Answered sends, with their numbers. */
  readonly accepted = new Map<string, number>();
  /** Messages by their ids as they were first heard, in the order of arrival. */
  readonly heard = new Map<string, Message>();
  readonly frames: RoomServerFrame[] = [];
  #url: string;
  #token: string;
  #socket: WebSocket | undefined;
  #owed = new Map<string, object>();
  #lastSeq = 0;

  constructor(url: string, tenant: string, conversationId: string, token: string, userId: string) {
    this.#url = `${url.replace("http", "ws")}/v1/${tenant}/conversations/${conversationId}/sync`;
    this.#token = token;
    this.userId = userId;
  }

  get owed(): number {
    return this.#owed.size;
  }

  /** Opens the socket, waits for `room`, and sends again what was not answered. */
  async connect(): Promise<void> {
    const socket = new WebSocket(this.#url, { headers: { authorization: `Bearer ${this.#token}` } });
    this.#socket = socket;
    const ready = new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.on("message", (data: Buffer, isBinary) => {
        if (isBinary) return;
        const frame = JSON.parse(data.toString()) as RoomServerFrame;
        this.#take(frame);
        if (frame.type === "room") resolve();
      });
    });
    await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
    socket.on("error", () => undefined);
    socket.send(JSON.stringify({ type: "hello", messages: true, lastSeq: this.#lastSeq }));
    await ready;
    for (const frame of this.#owed.values()) socket.send(JSON.stringify(frame));
  }

  send(messageId: string, text: string): void {
    const frame = { type: "send", messageId, text };
    this.#owed.set(messageId, frame);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  close(): void {
    this.#socket?.terminate();
  }

  #take(frame: RoomServerFrame): void {
    this.frames.push(frame);
    if (frame.type === "accepted" && frame.of === "send") {
      this.accepted.set(frame.messageId, frame.seq);
      this.#owed.delete(frame.messageId);
    }
    if (frame.type === "message") {
      const { message } = frame;
      this.#lastSeq = Math.max(this.#lastSeq, message.seq);
      if (!this.heard.has(message.messageId)) this.heard.set(message.messageId, message);
    }
  }
}
