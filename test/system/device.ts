import { once } from "node:events";
import WebSocket from "ws";
import { z } from "zod";

/** A frame of the server as a client reads it: fields that tests look at, any others kept. */
const Frame = z.looseObject({
  type: z.string(),
  seq: z.number().optional(),
  alarmId: z.string().optional(),
  response: z.string().optional(),
  code: z.string().optional(),
});
export type Frame = z.infer<typeof Frame>;

interface Waiting {
  wanted: (frame: Frame) => boolean;
  found: (frame: Frame) => void;
}

/**
 * A device by wire.md alone: says hello with the highest `seq` it has handled, receipts every alarm by itself, shows an
 * alarmId once, and keeps every frame of every connection in order.
 */
export class Device {
  readonly userId: string;
  readonly token: string;
  readonly frames: Frame[] = [];
  lastSeq: number | undefined;
  ws: WebSocket | undefined;
  /** The close code of the last connection that ended. */
  closeCode: number | undefined;
  readonly #url: string;
  #waiting: Waiting[] = [];

  constructor(url: string, userId: string, token: string) {
    this.#url = url.replace("http", "ws");
    this.userId = userId;
    this.token = token;
  }

  /** Alarms on screen: each alarmId once, however often it was sent (I3). */
  get shown(): string[] {
    return [...new Set(this.#ids("alarm"))];
  }

  get standDowns(): string[] {
    return this.#ids("standDown");
  }

  /** How often an alarm was sent to this device. */
  timesSent(alarmId: string): number {
    return this.#ids("alarm").filter((id) => id === alarmId).length;
  }

  /** Opens a socket and says hello; resolves with the welcome. Rejects when the upgrade is refused or breaks. */
  async connect(): Promise<Frame> {
    await this.open();
    const welcome = this.next((frame) => frame.type === "welcome");
    this.send({ type: "hello", ...(this.lastSeq === undefined ? {} : { lastSeq: this.lastSeq }) });
    return welcome;
  }

  /** Opens a socket without a word. */
  async open(): Promise<void> {
    // workerd may keep the TCP connection for a while after both close frames; the code was told by then.
    const options = { headers: { authorization: `Bearer ${this.token}` }, closeTimeout: 1_000 };
    const ws = new WebSocket(this.#url, options);
    this.ws = ws;
    ws.on("message", (data) => this.#take(ws, String(data)));
    ws.on("close", (code) => {
      this.closeCode = code;
    });
    await once(ws, "open");
    // A server that is killed resets its connections; the close that follows is what matters.
    ws.on("error", () => undefined);
  }

  /** Connects again until it succeeds, as a device does after the server died. */
  async reconnect(within = 30_000): Promise<Frame> {
    const deadline = Date.now() + within;
    for (;;) {
      this.ws?.terminate();
      try {
        return await withDeadline(this.connect(), 5_000, "welcome");
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  send(frame: object | string): void {
    this.ws?.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** Resolves with the next frame from now on that is wanted. */
  next(wanted: (frame: Frame) => boolean, ms = 20_000): Promise<Frame> {
    const { promise, resolve } = Promise.withResolvers<Frame>();
    this.#waiting.push({ wanted, found: resolve });
    return withDeadline(promise, ms, `a frame, after ${JSON.stringify(this.frames.at(-1))}`);
  }

  /** Resolves when the frame was seen already or comes. */
  async got(wanted: (frame: Frame) => boolean, ms = 20_000): Promise<Frame> {
    return this.frames.find(wanted) ?? (await this.next(wanted, ms));
  }

  /** Answers an alarm; resolves with `responseAccepted`, which promises that it is durable (I1). */
  respond(alarmId: string, response: string, more: object = {}): Promise<Frame> {
    const accepted = this.next((frame) => frame.type === "responseAccepted" && frame.alarmId === alarmId);
    this.send({ type: "respond", alarmId, response, ...more });
    return accepted;
  }

  /** Everything the server sent before now has arrived: frames of one socket keep their order. */
  async settled(): Promise<void> {
    const pong = this.next((frame) => frame.type === "pong");
    this.send({ type: "ping" });
    await pong;
  }

  /** Resolves with the close code. */
  async closed(ms = 20_000): Promise<number> {
    const ws = this.ws;
    if (ws !== undefined && ws.readyState !== WebSocket.CLOSED)
      await withDeadline(
        once(ws, "close").then(() => undefined),
        ms,
        "the socket's close",
      );
    return this.closeCode ?? 0;
  }

  async disconnect(): Promise<void> {
    this.ws?.terminate();
    await this.closed();
  }

  #ids(type: string): string[] {
    return this.frames.flatMap((frame) => (frame.type === type && frame.alarmId ? [frame.alarmId] : []));
  }

  #take(ws: WebSocket, text: string): void {
    const frame = Frame.parse(JSON.parse(text));
    this.frames.push(frame);
    if (frame.type === "alarm") ws.send(JSON.stringify({ type: "receipt", alarmId: frame.alarmId }), () => undefined);
    // `welcome` tells the tenant's number, not what this device has handled.
    if (frame.seq !== undefined && frame.type !== "welcome") this.lastSeq = Math.max(this.lastSeq ?? 0, frame.seq);
    const found = this.#waiting.filter(({ wanted }) => wanted(frame));
    this.#waiting = this.#waiting.filter((one) => !found.includes(one));
    for (const one of found) one.found(frame);
  }
}

/** Rejects, naming what was awaited, when it does not come within the time. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} did not come within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
