import type { SocketLike } from "../../clients/sdk/socket/connection.ts";
import { ClientFrame } from "../../protocol/socket/client-frames.ts";

const user = {
  userId: "usr_12345678",
  username: "j.devries",
  firstName: "Jan",
  lastName: "de Vries",
  locale: "nl",
  permission: "responder",
  roleIds: [],
  enabled: true,
};
const at = "2026-11-23T09:41:07.412Z";

type Listener = (event: unknown) => void;

/** One end of a line in memory. Frames lie in the line until `flow`, so a cut loses those that are under way. */
export class FakeLine implements SocketLike {
  readyState = 0;
  readonly protocols: readonly string[];
  readonly #listeners: { type: string; listener: Listener }[] = [];
  toServer: string[] = [];
  toClient: string[] = [];
  /** Everything the client ever sent on this line, and the alarms that came to it. */
  readonly sent: string[] = [];
  readonly arrivals: string[] = [];
  closedByClient: number | undefined;

  constructor(protocols: readonly string[]) {
    this.protocols = protocols;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.push({ type, listener });
  }

  send(data: string): void {
    if (this.readyState !== 1) throw new Error("not open");
    this.toServer.push(data);
    this.sent.push(data);
  }

  close(code = 1005): void {
    this.closedByClient = code;
    this.readyState = 3;
  }

  emit(type: string, event: unknown): void {
    for (const known of this.#listeners) if (known.type === type) known.listener(event);
  }

  deliver(data: string): void {
    const frame = JSON.parse(data);
    if (frame.type === "alarm") this.arrivals.push(frame.alarmId);
    this.emit("message", { data });
  }

  /** The server's end closes, or with 1006 the line breaks: what is under way is gone. */
  cut(code: number): void {
    this.readyState = 3;
    this.emit("close", { code });
  }
}

interface Item {
  seq: number;
  alarmId: string;
  ends: boolean;
  /** Of a call that is not the first. */
  again?: { reAlarm?: number; reopened?: true };
}

/**
 * The server as the wire describes it to one person's device, with memory that outlives its lines: what was missed after
 * `lastSeq` and open alarms without a receipt come after `welcome`, answers are confirmed when they are stored.
 */
export class FakeServer {
  reachable = true;
  /** Frames of these types get no reply: the server is busy or the reply is lost. */
  readonly mute = new Set<string>();
  line: FakeLine | undefined;
  readonly lines: FakeLine[] = [];
  readonly frames: ClientFrame[] = [];
  readonly log: Item[] = [];
  readonly receipts = new Map<string, number>();
  /** In the order they were stored; the last of an alarm holds. */
  readonly answers: Extract<ClientFrame, { type: "respond" }>[] = [];
  readonly rejects = new Map<string, string>();
  seq = 0;

  connect = (_url: string, protocols: readonly string[]): SocketLike => {
    if (!this.reachable) throw new TypeError("connection refused");
    this.line = new FakeLine(protocols);
    this.lines.push(this.line);
    return this.line;
  };

  open(): void {
    if (this.line?.readyState !== 0) return;
    this.line.readyState = 1;
    this.line.emit("open", {});
  }

  cut(code = 1006): void {
    const line = this.line;
    this.line = undefined;
    line?.cut(code);
  }

  /** Gaps are other people's alarms. */
  raise(gap = 0): string {
    this.seq += 1 + gap;
    const item = { seq: this.seq, alarmId: `alm_${String(this.seq).padStart(8, "0")}`, ends: false };
    this.log.push(item);
    this.say(frameOf(item));
    return item.alarmId;
  }

  standDown(alarmId: string): void {
    this.seq += 1;
    const item = { seq: this.seq, alarmId, ends: true };
    this.log.push(item);
    this.say(frameOf(item));
  }

  /** A later call of an alarm: a re-alarm, or after its end a re-opening. */
  callAgain(alarmId: string): void {
    this.seq += 1;
    const former = this.log.filter((item) => item.alarmId === alarmId);
    const calls = former.filter((item) => !item.ends);
    const isOver = former.at(-1)?.ends === true;
    const { reAlarm, reopened } = calls.at(-1)?.again ?? {};
    // As the server has it: once re-opened, every later call says so.
    const again = {
      ...(isOver ? (reAlarm === undefined ? {} : { reAlarm }) : { reAlarm: (reAlarm ?? 0) + 1 }),
      ...(isOver || reopened ? { reopened: true as const } : {}),
    };
    const item = { seq: this.seq, alarmId, ends: false, again };
    this.log.push(item);
    this.say(frameOf(item));
  }

  /** The same frame once more, as after 5 s without a receipt. */
  repeat(index: number): void {
    const item = this.log[index];
    if (item !== undefined) this.say(frameOf(item));
  }

  say(frame: object): void {
    if (this.line?.readyState === 1) this.line.toClient.push(JSON.stringify(frame));
  }

  /** The two newest frames under way overtake each other. Returns the `seq` of the overtaken one, if it has one. */
  swap(): number | undefined {
    const waiting = this.line?.toClient ?? [];
    const [former, last] = waiting.splice(-2, 2);
    waiting.push(...[last, former].filter((text) => text !== undefined));
    return former === undefined || last === undefined ? undefined : JSON.parse(former).seq;
  }

  /** Delivers what is under way: at most so many frames each way. */
  flow(most = Number.POSITIVE_INFINITY): void {
    const line = this.line;
    for (let n = 0; n < most && line !== undefined && line.readyState === 1; n++) {
      const fromClient = line.toServer.shift();
      if (fromClient !== undefined) this.#take(ClientFrame.parse(JSON.parse(fromClient)));
      const fromServer = line.toClient.shift();
      if (fromServer !== undefined) line.deliver(fromServer);
      if (fromClient === undefined && fromServer === undefined) return;
    }
  }

  #take(frame: ClientFrame) {
    this.frames.push(frame);
    switch (frame.type) {
      case "hello":
        return this.#welcome(frame.lastSeq ?? 0);
      case "receipt":
        this.receipts.set(frame.alarmId, (this.receipts.get(frame.alarmId) ?? 0) + 1);
        return;
      case "respond":
        return this.#answer(frame);
      case "ping":
        return this.#reply("ping", { type: "pong" });
      default:
        return;
    }
  }

  #reply(to: string, frame: object): void {
    if (!this.mute.has(to)) this.say(frame);
  }

  #welcome(lastSeq: number): void {
    this.#reply("hello", { type: "welcome", seq: this.seq, user, serverTime: at, resumed: lastSeq <= this.seq });
    for (const item of this.standing())
      if (item.seq > lastSeq || !(item.ends || this.hasEnded(item.alarmId) || this.receipts.has(item.alarmId)))
        this.say(frameOf(item));
  }

  hasEnded(alarmId: string): boolean {
    return this.log.findLast((item) => item.alarmId === alarmId)?.ends === true;
  }

  /** What holds of each alarm: its newest call, and its end if it is over. */
  standing(): Item[] {
    const newestCall = new Map(this.log.filter(({ ends }) => !ends).map((item) => [item.alarmId, item.seq]));
    const newest = new Map(this.log.map((item) => [item.alarmId, item.seq]));
    return this.log.filter(({ alarmId, seq, ends }) => (ends ? newest.get(alarmId) : newestCall.get(alarmId)) === seq);
  }

  #answer(frame: Extract<ClientFrame, { type: "respond" }>) {
    const code = this.rejects.get(frame.alarmId);
    if (code !== undefined) return this.#reply("respond", { type: "error", code, message: "No", ref: frame.alarmId });
    this.answers.push(frame);
    this.#reply("respond", { type: "responseAccepted", alarmId: frame.alarmId, response: frame.response, at });
  }
}

const frameOf = ({ seq, alarmId, ends, again }: Item): object =>
  ends
    ? { type: "standDown", seq, alarmId, reason: "over" }
    : {
        type: "alarm",
        seq,
        alarmId,
        kind: "actual",
        urgency: "urgent",
        silent: false,
        title: "Brand",
        raisedAt: at,
        raisedBy: { type: "user", id: "usr_87654321", name: "Meldkamer" },
        ...again,
      };
