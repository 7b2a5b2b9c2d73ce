import { exports } from "cloudflare:workers";
import { expect } from "vitest";
import type { ClientFrame } from "../../../protocol/socket/client-frames.ts";
import { ServerFrame } from "../../../protocol/socket/server-frames.ts";

type Frame<T extends ServerFrame["type"]> = Extract<ServerFrame, { type: T }>;

/** A socket as a device holds it. Every frame is held against the schema of the wire on arrival. */
export class Device {
  readonly userId: string;
  readonly token: string;
  readonly deviceId: string;
  /** Everything that ever came, in order. */
  readonly frames: ServerFrame[] = [];
  /** The code the server closed it with. */
  readonly closed: Promise<number>;
  #socket: WebSocket;
  #taken = new Set<ServerFrame>();
  #waiting = new Set<() => void>();
  #barriers = 0;

  constructor(socket: WebSocket, who: { userId: string; token: string; deviceId: string }) {
    this.#socket = socket;
    this.userId = who.userId;
    this.token = who.token;
    this.deviceId = who.deviceId;
    this.closed = new Promise((resolve) => {
      socket.addEventListener("close", ({ code }) => {
        socket.close();
        resolve(code);
      });
    });
    socket.addEventListener("message", ({ data }) => {
      this.frames.push(ServerFrame.parse(JSON.parse(String(data))));
      for (const wake of this.#waiting) wake();
    });
    socket.accept();
  }

  static async open(url: string, who: { userId: string; token: string; deviceId: string }): Promise<Device> {
    const answer = await exports.default.fetch(url, {
      headers: { upgrade: "websocket", authorization: `Bearer ${who.token}` },
    });
    const { status, webSocket } = answer;
    expect(status).toBe(101);
    if (webSocket === null) throw new Error("an upgrade was answered without a socket");
    return new Device(webSocket, who);
  }

  send(frame: ClientFrame): void {
    this.sendText(JSON.stringify(frame));
  }

  /** For what no client of ours would send. */
  sendText(text: string): void {
    this.#socket.send(text);
  }

  close(): void {
    this.#socket.close(1000, "gone");
  }

  /** The next frame of a type that no earlier call has taken, now or when it comes; the test's time limit is the limit. */
  async next<T extends ServerFrame["type"]>(
    type: T,
    which: (frame: Frame<T>) => boolean = () => true,
  ): Promise<Frame<T>> {
    for (;;) {
      const found = this.frames.find(
        (frame): frame is Frame<T> => frame.type === type && !this.#taken.has(frame) && which(frame as Frame<T>),
      );
      if (found !== undefined) {
        this.#taken.add(found);
        return found;
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  of<T extends ServerFrame["type"]>(type: T): Frame<T>[] {
    return this.frames.filter((frame): frame is Frame<T> => frame.type === type);
  }

  /** Everything that the site actor sent before now has come when this returns: frames of one socket stay in order. */
  async settled(): Promise<void> {
    this.#barriers += 1;
    const alarmId = `alm_barrier_${this.#barriers}`;
    this.send({ type: "respond", alarmId, response: "coming" });
    await this.next("error", (frame) => frame.ref === alarmId);
  }
}
