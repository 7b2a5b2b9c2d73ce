import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import * as Y from "yjs";
import type { RoomFacts } from "../../../actors/kernel/room-messages.ts";
import { RoomServerFrame } from "../../../protocol/conversation/frames.ts";
import type { Message } from "../../../protocol/conversation/rooms.ts";
import { readServerFrame, step1 } from "../../core/y-frames.ts";
import { origin, type Tenant } from "./tenant.ts";

type Frame<T extends RoomServerFrame["type"]> = Extract<RoomServerFrame, { type: T }>;

let made = 0;

/** A conversation as the tenant opens it, told to its actor directly. */
export class Room {
  readonly tenant: Tenant;
  readonly conversationId: string;
  #facts: RoomFacts;

  private constructor(tenant: Tenant, conversationId: string, facts: RoomFacts) {
    this.tenant = tenant;
    this.conversationId = conversationId;
    this.#facts = facts;
  }

  static async open(tenant: Tenant, given: Partial<RoomFacts> = {}, userIds: string[] = []): Promise<Room> {
    made += 1;
    const conversationId = `cnv_room_${made}_${crypto.randomUUID().slice(0, 8)}`;
    const facts: RoomFacts = {
      form: "chat",
      kind: "everyone",
      title: "Everybody",
      timeZone: "Europe/Amsterdam",
      createdAt: Date.now(),
      closed: false,
      version: 1,
      ...given,
    };
    const room = new Room(tenant, conversationId, facts);
    await room.stub.receive([
      { kind: "facts", facts },
      { kind: "joined", userIds, at: Date.now() },
    ]);
    return room;
  }

  /** A conversation that the tenant itself has opened. */
  static at(tenant: Tenant, conversationId: string): Room {
    const facts = {
      form: "chat",
      kind: "group",
      title: "",
      timeZone: "",
      createdAt: 0,
      closed: false,
      version: 0,
    } as const;
    return new Room(tenant, conversationId, facts);
  }

  get stub() {
    return env.CONVERSATIONS.getByName(`${this.tenant.tenantId}.${this.conversationId}`);
  }

  async change(facts: Partial<RoomFacts>): Promise<void> {
    this.#facts = { ...this.#facts, ...facts, version: this.#facts.version + 1 };
    await this.stub.receive([{ kind: "facts", facts: this.#facts }]);
  }

  url(epoch?: string): string {
    const query = epoch === undefined ? "" : `?epoch=${epoch}`;
    return `${origin}/v1/${this.tenant.slug}/conversations/${this.conversationId}/sync${query}`;
  }

  upgrade(token: string, epoch?: string): Promise<Response> {
    return exports.default.fetch(this.url(epoch), {
      headers: { upgrade: "websocket", authorization: `Bearer ${token}` },
    });
  }

  async connect(token: string, epoch?: string): Promise<RoomSocket> {
    const { status, webSocket } = await this.upgrade(token, epoch);
    expect(status).toBe(101);
    if (webSocket === null) throw new Error("an upgrade was answered without a socket");
    return new RoomSocket(webSocket);
  }

  /** Somebody who talks and gets every message. */
  async talk(token: string): Promise<RoomSocket> {
    const socket = await this.connect(token);
    socket.send({ type: "hello", messages: true });
    await socket.next("room");
    return socket;
  }

  /** Somebody who has the document, as a y-websocket provider has it. */
  async follow(token: string, epoch?: string, doc = new Y.Doc()): Promise<RoomSocket> {
    const socket = await this.connect(token, epoch);
    socket.follow(doc);
    await socket.synced;
    return socket;
  }

  call(method: string, path: string, facts: { token?: string; body?: unknown } = {}) {
    return this.tenant.call(method, `/conversations/${this.conversationId}${path}`, facts);
  }
}

/** A socket of a conversation: text frames held against the schema, binary frames applied to a document. */
export class RoomSocket {
  readonly frames: RoomServerFrame[] = [];
  readonly denied: string[] = [];
  readonly awareness: { clientId: number; clock: number; state: unknown }[] = [];
  readonly closed: Promise<number>;
  readonly synced: Promise<void>;
  doc: Y.Doc | undefined;
  #socket: WebSocket;
  #taken = new Set<RoomServerFrame>();
  #waiting = new Set<() => void>();
  #isSynced: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    this.synced = new Promise((resolve) => {
      this.#isSynced = resolve;
    });
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code }) => {
        socket.close();
        resolve(code);
      });
    });
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.frames.push(RoomServerFrame.parse(JSON.parse(data)));
      else this.#binary(new Uint8Array(data as ArrayBuffer));
      for (const wake of this.#waiting) wake();
    });
    socket.accept();
  }

  follow(doc: Y.Doc): void {
    this.doc = doc;
    this.sendBytes(step1(Y.encodeStateVector(doc)));
  }

  send(frame: object): void {
    this.#socket.send(JSON.stringify(frame));
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.send(bytes);
  }

  close(): void {
    this.#socket.close(1000, "gone");
  }

  /** Sends a message and waits until it is stored. */
  async say(text: string, more: object = {}): Promise<{ messageId: string; seq: number }> {
    const messageId = `msg_${crypto.randomUUID()}`;
    this.send({ type: "send", messageId, text, ...more });
    const { seq } = await this.next("accepted", (frame) => frame.messageId === messageId);
    return { messageId, seq };
  }

  async next<T extends RoomServerFrame["type"]>(
    type: T,
    which: (frame: Frame<T>) => boolean = () => true,
  ): Promise<Frame<T>> {
    return this.until(() => {
      const found = this.frames.find(
        (frame): frame is Frame<T> => frame.type === type && !this.#taken.has(frame) && which(frame as Frame<T>),
      );
      if (found !== undefined) this.#taken.add(found);
      return found;
    });
  }

  /** Waits for what the arriving frames make true; the test's time limit is the limit. */
  async until<T>(look: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  /** Everything sent before now has come when this returns. */
  async settled(): Promise<void> {
    const ref = `bar_${crypto.randomUUID()}`;
    this.send({ type: "delete", messageId: ref });
    await this.next("error", (frame) => frame.ref === ref);
  }

  get shown(): Message[] {
    return this.doc?.getArray<Message>("messages").toArray() ?? [];
  }

  #binary(bytes: Uint8Array): void {
    const frame = readServerFrame(bytes);
    switch (frame.type) {
      case "update":
        Y.applyUpdate(this.doc ?? new Y.Doc(), frame.update, "server");
        if (frame.step2) this.#isSynced();
        return;
      case "step1":
        return;
      case "denied":
        this.denied.push(frame.reason);
        return;
      case "awareness":
        this.awareness.push(...frame.clients);
        return;
      case "queryAwareness":
        return;
    }
  }
}
