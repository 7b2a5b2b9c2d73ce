import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { expect } from "vitest";
import { readSyncMessage, writeSyncStep1 } from "y-protocols/sync";
import * as Y from "yjs";
import type { ConversationActor } from "../../../actors/conversation/conversation-actor.ts";
import { updateFrame } from "../../../actors/conversation/document/wire.ts";
import type { RoomPerson } from "../../../actors/kernel/room-messages.ts";
import { RoomServerFrame } from "../../../protocol/conversation/frames.ts";

export const person = (userId: string, permission: RoomPerson["permission"] = "coordinator"): RoomPerson => ({
  userId,
  permission,
  roleIds: [],
  homeSiteId: "sit_1",
  enabled: true,
});

let opened = 0;

/** A Yjs client on a note's socket that speaks by y-protocols' own functions, as a y-websocket provider does. */
export class NoteClient {
  readonly doc: Y.Doc;
  readonly closed: Promise<number>;
  code: number | undefined;
  /** How many updates were told to it. */
  updates = 0;
  /** How often the server asked what it has. */
  asked = 0;
  /** What was said to it in words, after `hello`. */
  readonly said: RoomServerFrame[] = [];
  /** Answers nothing any more. */
  silent = false;
  #denials: string[] = [];
  #losing = false;
  #lost: Uint8Array | undefined;
  #synced = false;
  #socket: WebSocket;
  #waiting = new Set<() => void>();

  private constructor(socket: WebSocket, doc: Y.Doc) {
    this.#socket = socket;
    this.doc = doc;
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code }) => {
        socket.close();
        this.code = code;
        resolve(code);
      });
    });
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.said.push(RoomServerFrame.parse(JSON.parse(data)));
      else this.#heard(new Uint8Array(data as ArrayBuffer));
      for (const wake of this.#waiting) wake();
    });
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === this) return;
      this.#lost = update;
      if (!this.#losing) this.send(updateFrame(update));
    });
    socket.accept();
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    writeSyncStep1(encoder, doc);
    this.send(encoding.toUint8Array(encoder));
  }

  static async open(
    stub: DurableObjectStub<ConversationActor>,
    person: RoomPerson,
    doc = new Y.Doc(),
  ): Promise<NoteClient> {
    opened += 1;
    const admitted = { sessionId: `ses_${opened}`, deviceId: "dev_1", expiresAt: Number.MAX_SAFE_INTEGER, person };
    const answer = await stub.fetch("http://conversation/sync", {
      headers: { upgrade: "websocket", "x-standby-admitted": JSON.stringify(admitted) },
    });
    expect(answer.status).toBe(101);
    if (answer.webSocket === null) throw new Error("an upgrade was answered without a socket");
    answer.webSocket.binaryType = "arraybuffer";
    const client = new NoteClient(answer.webSocket, doc);
    await client.#when(() => client.#synced);
    return client;
  }

  get text(): string {
    return this.doc.getText("content").toString();
  }

  send(bytes: Uint8Array): void {
    this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
  }

  /** Begins to hear words as well. */
  async hello(): Promise<void> {
    this.#socket.send(JSON.stringify({ type: "hello" }));
    await this.#when(() => this.said.length > 0);
  }

  /** The error that it is told of what it wrote. */
  async error(): Promise<Extract<RoomServerFrame, { type: "error" }>> {
    const find = () => this.said.find((frame) => frame.type === "error");
    await this.#when(() => find() !== undefined);
    const found = find();
    if (found?.type !== "error") throw new Error("no error");
    return found;
  }

  /** @returns the update that was made of it */
  write(text: string, at = 0): Uint8Array {
    this.doc.getText("content").insert(at, text);
    return this.#lost ?? new Uint8Array();
  }

  /** What is written meanwhile does not get to the server. */
  lose(writing: () => Uint8Array): Uint8Array {
    this.#losing = true;
    const update = writing();
    this.#losing = false;
    return update;
  }

  until(text: string): Promise<void> {
    return this.#when(() => this.text === text);
  }

  /** Waits for what the arriving frames make true; the test's time limit is the limit. */
  untilTrue(holds: () => boolean): Promise<void> {
    return this.#when(holds);
  }

  async denied(): Promise<string> {
    await this.#when(() => this.#denials.length > 0);
    return this.#denials.shift() ?? "";
  }

  #heard(bytes: Uint8Array): void {
    const decoder = decoding.createDecoder(bytes);
    const kind = decoding.readVarUint(decoder);
    if (kind === 2) {
      decoding.readVarUint(decoder);
      this.#denials.push(decoding.readVarString(decoder));
    }
    if (kind !== 0) return;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    const type = readSyncMessage(decoder, encoder, this.doc, this);
    if (type === 0) this.asked += 1;
    if (type === 1) this.#synced = true;
    if (type === 2) this.updates += 1;
    if (encoding.length(encoder) > 1 && !this.silent) this.send(encoding.toUint8Array(encoder));
  }

  async #when(holds: () => boolean): Promise<void> {
    while (!holds())
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
  }
}
