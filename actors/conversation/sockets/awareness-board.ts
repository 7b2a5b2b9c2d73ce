import { limits } from "../../../protocol/limits.ts";
import type { SocketIndex } from "../../kernel/socket-index.ts";
import { write } from "../../kernel/write.ts";
import { type ClientAwareness, encodeAwareness, gone, readAwareness } from "../document/awareness.ts";
import { awarenessFrame, queryAwarenessFrame } from "../document/wire.ts";
import { attachmentOf, type RoomConnection } from "./room-connection.ts";

/**
 * Awareness of the sockets of a room. Kept in memory alone: after a wake it is asked for again. What many say within a moment goes
 * out together: providers renew what they say every 15 s, and hundreds of them must not cost hundreds of frames each.
 */
export class AwarenessBoard {
  #sockets: SocketIndex<RoomConnection>;
  #states = new Map<number, ClientAwareness>();
  #owners = new Map<number, WebSocket>();
  #waiting = new Map<number, ClientAwareness>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = false;

  constructor(sockets: SocketIndex<RoomConnection>) {
    this.#sockets = sockets;
  }

  /** @returns why the socket is to be closed, if it is */
  heard(socket: WebSocket, connection: RoomConnection, update: Uint8Array): "malformed" | "forged" | undefined {
    this.#findOwners();
    const known = (clientId: number) =>
      this.#states.get(clientId)?.clock ?? (this.#owners.has(clientId) ? 0xffff_ffff : undefined);
    const said = readAwareness(update, connection.clientId, known, { userId: connection.userId });
    if (said === undefined) return "malformed";
    if (said === "forged") return "forged";
    if (said.own === undefined) return undefined;
    if (connection.clientId === undefined) {
      connection.clientId = said.own.clientId;
      socket.serializeAttachment(attachmentOf(connection));
    }
    this.#owners.set(said.own.clientId, socket);
    this.#say(said.own);
    return undefined;
  }

  /** A client has opened the document: it hears who is there, and after a wake the others are asked. */
  joined(socket: WebSocket): void {
    this.#findOwners();
    const there = [...this.#states.values()].filter(({ state }) => state !== "null");
    if (there.length > 0) write(socket, awarenessFrame(encodeAwareness(there)));
    if (this.#asked || there.length >= this.#owners.size) return;
    this.#asked = true;
    const query = queryAwarenessFrame();
    for (const [clientId, owner] of this.#owners) if (!this.#states.has(clientId)) write(owner, query);
  }

  query(socket: WebSocket): void {
    this.joined(socket);
  }

  left({ clientId }: RoomConnection): void {
    if (clientId === undefined) return;
    const state = this.#states.get(clientId) ?? { clientId, clock: 0, state: "null" };
    this.#owners.delete(clientId);
    this.#states.delete(clientId);
    if (state.state !== "null") this.#say(gone(state), false);
  }

  /** After a wake, client ids are known by the sockets' attachments. */
  #findOwners(): void {
    if (this.#owners.size > 0) return;
    for (const [socket, { clientId }] of this.#sockets.entries())
      if (clientId !== undefined) this.#owners.set(clientId, socket);
  }

  #say(client: ClientAwareness, keep = true): void {
    if (keep) this.#states.set(client.clientId, client);
    this.#waiting.set(client.clientId, client);
    this.#timer ??= setTimeout(() => this.#tell(), limits.awarenessBatchMs);
  }

  #tell(): void {
    this.#timer = undefined;
    const frame = awarenessFrame(encodeAwareness([...this.#waiting.values()]));
    this.#waiting.clear();
    for (const [socket, { synced }] of this.#sockets.entries()) if (synced) write(socket, frame);
  }
}
