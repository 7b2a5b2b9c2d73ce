import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { writeSyncStep1, writeUpdate } from "y-protocols/sync";
import * as Y from "yjs";
import type { Admitted, RoomFacts, RoomMessage, RoomPerson } from "../../../actors/kernel/room-messages.ts";

/** Somebody as the edge hands them on. */
export const person = (userId: string, permission: RoomPerson["permission"] = "responder"): RoomPerson => ({
  userId,
  permission,
  roleIds: [],
  enabled: true,
});

/** A conversation's actor by itself, told what it is by the test in the tenant's place. */
export class BareRoom {
  readonly tenantId = `tnt_${crypto.randomUUID().slice(0, 8)}`;
  readonly conversationId = `cnv_${crypto.randomUUID().slice(0, 8)}`;

  get stub() {
    return env.CONVERSATIONS.getByName(`${this.tenantId}.${this.conversationId}`);
  }

  static async open(userIds: string[], facts: Partial<RoomFacts> = {}): Promise<BareRoom> {
    const room = new BareRoom();
    const now = Date.now();
    await room.hear(
      {
        kind: "facts",
        facts: {
          form: "chat",
          kind: "group",
          title: "Night watch",
          timeZone: "Europe/Amsterdam",
          createdAt: now,
          closed: false,
          version: 1,
          ...facts,
        },
      },
      { kind: "joined", userIds, at: now },
    );
    return room;
  }

  async hear(...messages: RoomMessage[]): Promise<void> {
    await this.stub.receive(messages);
  }

  /** @returns the message's id */
  async send(userId: string, text: string, over: { messageId?: string; photoId?: string } = {}): Promise<string> {
    const messageId = over.messageId ?? `msg_${crypto.randomUUID().slice(0, 12)}`;
    const outcome = await this.stub.command(person(userId), { type: "send", text, ...over, messageId });
    if (!outcome.ok) throw new Error(outcome.refusal.code);
    return messageId;
  }

  async epoch(userId: string): Promise<string> {
    const outcome = await this.stub.state(person(userId));
    if (!outcome.ok) throw new Error(outcome.refusal.code);
    return outcome.value.epoch;
  }

  async evict(): Promise<void> {
    await evictDurableObject(this.stub);
  }

  async follow(userId: string, facts: { epoch?: string; doc?: Y.Doc } = {}): Promise<Follower> {
    const admitted: Admitted = {
      sessionId: `ses_${crypto.randomUUID().slice(0, 8)}`,
      deviceId: "dev_00000001",
      expiresAt: Date.now() + 400 * 24 * 3_600_000,
      person: person(userId),
    };
    const answer = await this.stub.fetch("http://conversation/sync", {
      headers: {
        upgrade: "websocket",
        "x-standby-admitted": JSON.stringify(admitted),
        ...(facts.epoch === undefined ? {} : { "x-standby-epoch": facts.epoch }),
      },
    });
    if (answer.webSocket === null) throw new Error(`an upgrade was answered with ${answer.status}`);
    return new Follower(answer.webSocket, facts.doc ?? new Y.Doc());
  }
}

/** A socket that speaks y-websocket's protocol, byte for byte as its provider does, and nothing else. */
export class Follower {
  readonly doc: Y.Doc;
  /** The code the server closed it with. */
  readonly closed: Promise<number>;
  /** What it was refused with. */
  readonly denied: Promise<string>;
  readonly synced: Promise<void>;
  #socket: WebSocket;

  constructor(socket: WebSocket, doc: Y.Doc) {
    this.#socket = socket;
    this.doc = doc;
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code }) => resolve(code));
    });
    const denied = Promise.withResolvers<string>();
    const synced = Promise.withResolvers<void>();
    this.denied = denied.promise;
    this.synced = synced.promise;
    socket.addEventListener("message", ({ data }) => {
      const decoder = decoding.createDecoder(new Uint8Array(data as ArrayBuffer));
      const kind = decoding.readVarUint(decoder);
      if (kind === 2) {
        decoding.readVarUint(decoder);
        denied.resolve(decoding.readVarString(decoder));
      }
      if (kind !== 0) return;
      const type = decoding.readVarUint(decoder);
      const bytes = decoding.readVarUint8Array(decoder);
      if (type === 0) this.#frame((encoder) => writeStep2(encoder, Y.encodeStateAsUpdate(doc, bytes)));
      else Y.applyUpdate(doc, bytes);
      if (type === 1) synced.resolve();
    });
    // Else the platform hands out blobs.
    socket.binaryType = "arraybuffer";
    socket.accept();
  }

  sync(): void {
    this.#frame((encoder) => writeSyncStep1(encoder, this.doc));
  }

  /** Everything it has, as a client sends what it wrote while offline. */
  push(): void {
    this.#frame((encoder) => writeUpdate(encoder, Y.encodeStateAsUpdate(this.doc)));
  }

  text(): string {
    return JSON.stringify(this.doc.getArray("messages").toJSON());
  }

  #frame(write: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 0);
    write(encoder);
    this.#socket.send(encoding.toUint8Array(encoder));
  }
}

const writeStep2 = (encoder: encoding.Encoder, update: Uint8Array): void => {
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarUint8Array(encoder, update);
};
