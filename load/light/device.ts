/** One simulated device: a TCP connection, the upgrade, `hello`, then frames as they come. */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { CLOSE, clientFrame, type FrameHandler, PING, PONG, readFrames, TEXT, textFrame } from "./frame.ts";

export interface DeviceEvents {
  /** A text frame; the bytes are overwritten after the call. */
  text(device: Device, bytes: Buffer, start: number, end: number): void;
  /** The connection ended, whoever ended it. `reason` is for people. */
  ended(device: Device, reason: string): void;
}

export interface DeviceAddress {
  readonly host: string;
  readonly port: number;
  /** Path of the socket, such as `/v1/acme/socket`. */
  readonly path: string;
}

const HELLO = textFrame({ type: "hello" });
const GOODBYE = clientFrame(CLOSE, Buffer.from([1000 >> 8, 1000 & 0xff]));
const EMPTY = Buffer.alloc(0);

// The key need not be secret or random here; a constant one makes the expected answer a constant as well.
const KEY = Buffer.alloc(16, 1).toString("base64");
const ACCEPT = createHash("sha1").update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");

/**
 * All devices read into this one buffer: libuv reads and calls back before it reads the next socket, so no two use it
 * at once, and no read allocates.
 */
const SHARED = Buffer.allocUnsafe(65_536);

export class Device implements FrameHandler {
  readonly index: number;
  readonly #events: DeviceEvents;
  readonly #socket: Socket;
  #upgraded = false;
  #left: Buffer = EMPTY;
  #reason = "connection lost";

  /** @param localAddress a loopback address to connect from, because each has only some 28,000 ports */
  constructor(
    index: number,
    address: DeviceAddress,
    token: string,
    localAddress: string | undefined,
    events: DeviceEvents,
  ) {
    this.index = index;
    this.#events = events;
    this.#socket = connect({
      host: address.host,
      port: address.port,
      ...(localAddress === undefined ? {} : { localAddress }),
      noDelay: true,
      onread: { buffer: SHARED, callback: (length, bytes) => this.#read(length, bytes as Buffer) },
    });
    this.#socket.on("error", (error) => {
      this.#reason = error.message;
    });
    this.#socket.on("close", () => events.ended(this, this.#reason));
    this.#socket.write(
      `GET ${address.path} HTTP/1.1\r\nHost: ${address.host}:${address.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
    );
  }

  /** @param frame a whole client frame; it is not copied, so it must not change afterwards */
  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  /** Says goodbye; `ended` follows. */
  end(): void {
    this.#reason = "ended here";
    this.#socket.end(GOODBYE);
  }

  frame(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === TEXT) {
      this.#events.text(this, bytes, start, end);
    } else if (opcode === PING) {
      this.#socket.write(clientFrame(PONG, bytes.subarray(start, end)));
    } else if (opcode === CLOSE) {
      // The server's answer to a goodbye comes here as well, and keeps the reason it was given.
      if (!this.#socket.writable) return;
      this.#fail(`closed by the server: ${end - start >= 2 ? bytes.readUInt16BE(start) : "no code"}`);
    }
  }

  #read(length: number, bytes: Buffer): boolean {
    try {
      if (this.#left.length > 0) {
        const whole = Buffer.concat([this.#left, bytes.subarray(0, length)]);
        this.#consume(whole, whole.length);
      } else {
        this.#consume(bytes, length);
      }
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
    return true;
  }

  #consume(bytes: Buffer, end: number): void {
    const start = this.#upgraded ? 0 : this.#upgrade(bytes, end);
    const rest = this.#upgraded ? readFrames(bytes, start, end, this) : start;
    this.#left = rest === end ? EMPTY : Buffer.from(bytes.subarray(rest, end));
  }

  /** @returns where the frames begin, or 0 while the answer is not whole */
  #upgrade(bytes: Buffer, end: number): number {
    const headers = bytes.toString("latin1", 0, end);
    const length = headers.indexOf("\r\n\r\n");
    if (length < 0) return 0;
    if (!headers.startsWith("HTTP/1.1 101 ")) throw new Error(`refused: ${headers.slice(9, headers.indexOf("\r\n"))}`);
    if (!headers.includes(ACCEPT)) throw new Error("the server's Sec-WebSocket-Accept is wrong");
    this.#upgraded = true;
    this.#socket.write(HELLO);
    return length + 4;
  }

  #fail(reason: string): void {
    this.#reason = reason;
    this.#socket.destroy();
  }
}
