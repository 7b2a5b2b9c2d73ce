/** A reader of a room: opens the document as a y-websocket provider does and counts what comes. It keeps no document. */
import WebSocket from "ws";
import { askAll, authenticate, kindOf, prefixOf } from "./frames.ts";

/** How to get to one room of a server. */
export interface RoomAddress {
  url: string;
  headers?: Record<string, string>;
  /** hocuspocus: the document that each frame names. */
  document?: string;
}

export class Reader {
  /** Updates so far, and when the last one came. */
  updates = 0;
  lastAt = 0;
  /** Bytes of the document as it was sent on joining. */
  joinedBytes = 0;
  readonly prefix: Uint8Array;
  readonly socket: WebSocket;
  onUpdate: () => void = () => undefined;

  private constructor({ url, headers = {}, document }: RoomAddress) {
    this.prefix = prefixOf(document);
    this.socket = new WebSocket(url, { headers, perMessageDeflate: false });
    this.socket.binaryType = "nodebuffer";
  }

  /** Connects and waits until the document is there. */
  static async join(address: RoomAddress): Promise<Reader> {
    const reader = new Reader(address);
    const { socket, prefix } = reader;
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("close", (code) => reject(new Error(`closed with ${code}`)));
      socket.once("open", () => {
        if (address.document !== undefined) socket.send(authenticate(address.document));
        socket.send(askAll(prefix));
      });
      socket.on("message", (data: Buffer, isBinary) => {
        if (!isBinary) return;
        const kind = kindOf(data, prefix);
        if (kind === "all") {
          reader.joinedBytes = data.byteLength;
          resolve();
        } else if (kind === "update") {
          reader.updates += 1;
          reader.lastAt = performance.now();
          reader.onUpdate();
        }
      });
    });
    return reader;
  }

  close(): void {
    this.socket.removeAllListeners("close");
    this.socket.terminate();
  }
}
