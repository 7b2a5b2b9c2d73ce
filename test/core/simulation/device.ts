import type { AnswerFacts } from "../../../actors/kernel/messages.ts";
import { ServerFrame } from "../../../protocol/socket/server-frames.ts";
import type { Machine } from "./machine.ts";
import type { ServerSocket } from "./socket.ts";

/** How a device behaves: it says at once that it has an alarm, late, or never. */
export type Manner = "prompt" | "slow" | "deaf";

const delays: Record<Exclude<Manner, "deaf">, { received: number; seen: number }> = {
  prompt: { received: 20, seen: 900 },
  slow: { received: 12_000, seen: 40_000 },
};

/** A device comes back by itself so long after its line was lost, ms. */
const backMs = 1_500;

/** Somebody's telephone: a session of the tenant's and what came over its sockets, in order. */
export class SimDevice {
  readonly userId: string;
  readonly deviceId: string;
  readonly frames: { at: number; frame: ServerFrame }[] = [];
  /** When its line was open: for what it must have got by then. */
  readonly spans: { from: number; to: number | undefined }[] = [];
  manner: Manner = "prompt";
  #machine: Machine;
  #session: { sessionId: string; secretHash: string };
  #object: string;
  #wanted = false;
  #socket: ServerSocket | undefined;
  #lastSeq: number | undefined;

  constructor(
    machine: Machine,
    object: string,
    who: { userId: string; deviceId: string; sessionId: string; secretHash: string },
  ) {
    this.#machine = machine;
    this.#object = object;
    this.userId = who.userId;
    this.deviceId = who.deviceId;
    this.#session = { sessionId: who.sessionId, secretHash: who.secretHash };
  }

  /** The object that its line goes to. */
  get place(): string {
    return this.#object;
  }

  get connected(): boolean {
    return this.#socket?.open === true;
  }

  /** A new history begins: nothing has happened to it yet. */
  reset(): void {
    this.frames.length = 0;
    this.spans.length = 0;
    this.#wanted = false;
    this.#socket = undefined;
    this.#lastSeq = undefined;
    this.manner = "prompt";
  }

  async connect(): Promise<void> {
    this.#wanted = true;
    if (this.connected) return;
    const socket = await this.#machine.upgrade(this.#object, this.#session);
    if (socket === undefined) return this.#comeBack();
    if (socket === "refused") {
      this.#wanted = false;
      return;
    }
    this.#socket = socket;
    socket.onText = (text) => this.#take(socket, ServerFrame.parse(JSON.parse(text)));
    const span: (typeof this.spans)[number] = { from: Date.now(), to: undefined };
    this.spans.push(span);
    socket.onClosed = () => {
      span.to = Date.now();
      if (this.#socket === socket) this.#comeBack();
    };
    await this.#say({ type: "hello", ...(this.#lastSeq === undefined ? {} : { lastSeq: this.#lastSeq }) });
  }

  async disconnect(): Promise<void> {
    this.#wanted = false;
    const span = this.spans.at(-1);
    if (span !== undefined) span.to ??= Date.now();
    if (this.#socket !== undefined) await this.#machine.hangUp(this.#object, this.#socket);
    this.#socket = undefined;
  }

  respond(answer: Omit<AnswerFacts, "userId" | "deviceId">): Promise<void> {
    return this.#say({ type: "respond", ...answer });
  }

  #comeBack(): void {
    this.#socket = undefined;
    if (this.#wanted) setTimeout(() => void (this.#wanted && this.connect()), backMs);
  }

  async #say(frame: object): Promise<void> {
    if (this.#socket?.open === true) await this.#machine.say(this.#object, this.#socket, JSON.stringify(frame));
  }

  #take(socket: ServerSocket, frame: ServerFrame): void {
    this.frames.push({ at: Date.now(), frame });
    if (frame.type === "alarm" || frame.type === "standDown") this.#lastSeq = Math.max(this.#lastSeq ?? 0, frame.seq);
    if (frame.type !== "alarm" || this.manner === "deaf") return;
    const { received, seen } = delays[this.manner];
    const { alarmId } = frame;
    const word = (type: "receipt" | "seen") => () => {
      if (this.#socket === socket) void this.#say({ type, alarmId });
    };
    setTimeout(word("receipt"), received);
    setTimeout(word("seen"), seen);
  }
}
