import WebSocket from "ws";

export interface WireFrame {
  type: string;
  seq?: number;
  alarmId?: string;
  response?: string;
  reason?: string;
  code?: string;
  [field: string]: unknown;
}

/**
 * A device that speaks wire.md over a plain WebSocket: receipts by itself, remembers `lastSeq`, comes back when told to. It
 * keeps every frame it ever got, so that a test can say what was on its screen, and how often.
 */
export class WireDevice {
  readonly userId: string;
  readonly frames: WireFrame[] = [];
  /** Alarms as a screen shows them: once for each id, however often they came. */
  readonly shown = new Map<string, WireFrame>();
  readonly closes: number[] = [];
  lastSeq: number | undefined;
  receipts = true;
  #url: string;
  #token: string;
  #socket: WebSocket | undefined;
  #waiting: { matches: (frame: WireFrame) => boolean; resolve: (frame: WireFrame) => void }[] = [];

  constructor(url: string, tenant: string, token: string, userId: string) {
    this.#url = `${url.replace("http", "ws")}/v1/${tenant}/socket`;
    this.#token = token;
    this.userId = userId;
  }

  /** Opens the socket and waits for `welcome`. Rejects when it is refused. */
  async connect(): Promise<WireFrame> {
    const socket = new WebSocket(this.#url, { headers: { authorization: `Bearer ${this.#token}` } });
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#take(JSON.parse(data.toString()) as WireFrame));
    socket.on("close", (code) => this.closes.push(code));
    await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
    socket.on("error", () => undefined);
    const welcome = this.next((frame) => frame.type === "welcome");
    this.say({ type: "hello", ...(this.lastSeq === undefined ? {} : { lastSeq: this.lastSeq }) });
    return welcome;
  }

  say(frame: object | string): void {
    this.#socket?.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  cut(): void {
    this.#socket?.terminate();
  }

  /** The next frame that matches; rejects after `timeoutMs`. */
  next(matches: (frame: WireFrame) => boolean, timeoutMs = 10_000): Promise<WireFrame> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("the frame did not come")), timeoutMs);
      this.#waiting.push({
        matches,
        resolve: (frame) => {
          clearTimeout(timer);
          resolve(frame);
        },
      });
    });
  }

  #take(frame: WireFrame): void {
    this.frames.push(frame);
    if (frame.type === "alarm" && frame.alarmId !== undefined) {
      if (!this.shown.has(frame.alarmId)) this.shown.set(frame.alarmId, frame);
      if (this.receipts) this.say({ type: "receipt", alarmId: frame.alarmId });
    }
    if ((frame.type === "alarm" || frame.type === "standDown") && frame.seq !== undefined)
      this.lastSeq = Math.max(this.lastSeq ?? 0, frame.seq);
    const ready = this.#waiting.filter(({ matches }) => matches(frame));
    this.#waiting = this.#waiting.filter((one) => !ready.includes(one));
    for (const one of ready) one.resolve(frame);
  }
}
