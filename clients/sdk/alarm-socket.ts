import type { AvailabilityReport, PresenceReport } from "../../protocol/presence.ts";
import {
  AvailabilityFrame,
  CheckedInFrame,
  CheckInFrame,
  type ClientFrame,
  PresenceFrame,
  Respond,
  Seen,
  Unwatch,
  Watch,
} from "../../protocol/socket/client-frames.ts";
import { Listeners } from "./listeners.ts";
import { Saver } from "./saver.ts";
import { type Connect, refusalOf, type SocketLike, standbyProtocols } from "./socket/connection.ts";
import type { SocketEvents, SocketStatus } from "./socket/events.ts";
import { readFrame } from "./socket/frames.ts";
import { statusOf } from "./socket/line.ts";
import { step } from "./socket/machine.ts";
import { type Answer, type SocketMemory, temporaryMemory } from "./socket/memory.ts";
import { type Effect, initialState, type SocketInput, type TimerName, type Watching } from "./socket/state.ts";
import { NamedTimers, realTimers, type Timers } from "./timers.ts";

export interface AlarmSocketOptions {
  /** `api.socketUrl`. */
  url: string;
  /** `connectByTicket(api)` in pages; programs may set the Authorization header instead. */
  connect: Connect;
  memory?: SocketMemory;
  timers?: Timers;
  random?: () => number;
}

/**
 * The socket of one person on one device: holds the line, shows each alarm once, receipts it, and never loses an answer.
 * The behaviour is in socket/machine.ts; this class only does what it says.
 */
export class AlarmSocket {
  readonly #options: AlarmSocketOptions;
  readonly #memory: SocketMemory;
  readonly #timers: Timers;
  readonly #random: () => number;
  readonly #listeners = new Listeners<SocketEvents>((name, cause) => {
    // A broken listener must not keep the receipt or the save of an alarm from being done.
    if (name !== "error") this.#trouble("listener", `a listener of ${name} threw`, cause);
  });
  readonly #running: NamedTimers<TimerName>;
  readonly #saver: Saver;
  #state = initialState;
  #line: SocketLike | undefined;
  #loading = false;

  constructor(options: AlarmSocketOptions) {
    this.#options = options;
    this.#memory = options.memory ?? temporaryMemory();
    this.#timers = options.timers ?? realTimers;
    this.#random = options.random ?? Math.random;
    this.#running = new NamedTimers(this.#timers, (name) => this.#take({ type: "timer", name }));
    this.#saver = new Saver(
      () => this.#memory.save(this.#state.kept),
      (cause) => this.#trouble("memory", "saving failed", cause),
    );
  }

  get status(): SocketStatus {
    return statusOf(this.#state);
  }

  /** Highest `seq` handled; undefined before the first alarm. */
  get lastSeq(): number | undefined {
    return this.#state.kept.lastSeq;
  }

  /** Answers the server has not confirmed yet, the newest of each alarm. */
  get unconfirmed(): readonly Answer[] {
    return Object.values(this.#state.kept.answers);
  }

  /** @returns a function that takes the listener off again */
  on<N extends keyof SocketEvents>(name: N, listener: (value: SocketEvents[N]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  /** Connects and stays connected until `stop()` or the end of the session. After `ended`: again, with a new log-in. */
  start(): void {
    this.#take({ type: "start" });
    if (!this.#state.loaded && !this.#loading) void this.#load();
  }

  /** @returns when everything is saved */
  stop(): Promise<void> {
    this.#take({ type: "stop" });
    return this.#saver.settled;
  }

  /** The network or the screen is back: try now and do not wait for the timer. A pause the server asked for is kept. */
  wake(): void {
    this.#take({ type: "wake" });
  }

  /**
   * Answers an alarm; works offline too. The answer is kept until `answerAccepted` or `answerRejected`.
   *
   * @returns when it is saved on this device, not when the server has it
   * @throws ZodError when it is no answer at all (text over 500 characters, minutes over 600)
   */
  respond(
    alarmId: string,
    response: Answer["response"],
    more: { etaMinutes?: number; text?: string } = {},
  ): Promise<void> {
    // Checked here, because a frame the server cannot read would be refused, and closed for, on every reconnect.
    const { type: _, ...answer } = Respond.parse({ type: "respond", alarmId, response, ...more });
    this.#take({ type: "respond", answer });
    return this.#saver.settled;
  }

  /** The alarm was on screen before a person. */
  seen(alarmId: string): void {
    this.#take({ type: "seen", alarmId: Seen.parse({ type: "seen", alarmId }).alarmId });
  }

  /**
   * "I am safe", at a roll-call that asked this person. Works offline too: kept until the server has it, with when it was.
   *
   * @returns when it is saved on this device, not when the server has it
   */
  checkIn(rollCallId: string, musterPointId?: string): Promise<void> {
    const point = musterPointId === undefined ? {} : { musterPointId };
    const { type, ...checked } = CheckInFrame.parse({ type: "checkIn", rollCallId, ...point });
    this.#take({ type, rollCallId: checked.rollCallId, musterPointId: checked.musterPointId });
    return this.#saver.settled;
  }

  /** A lone worker's "all is well"; kept like a check-in. */
  checkedIn(loneWorkerSessionId: string): Promise<void> {
    this.#take(CheckedInFrame.parse({ type: "checkedIn", loneWorkerSessionId }));
    return this.#saver.settled;
  }

  /** Says whether the person is in a site or zone; the newest statement of a place is said again after a reconnect. */
  presence(report: PresenceReport): void {
    const { type: _, ...checked } = PresenceFrame.parse({ type: "presence", ...report });
    this.#take({ type: "presence", report: checked });
  }

  availability(report: AvailabilityReport): void {
    const { type: _, ...checked } = AvailabilityFrame.parse({ type: "availability", ...report });
    this.#take({ type: "availability", report: checked });
  }

  /** Watches a board, one of a kind at a time, also after reconnects, until `unwatch` or a refusal. */
  watch(watching: Watching): void {
    const { type: _, ...checked } = Watch.parse({ type: "watch", ...watching });
    this.#take({ type: "watch", watching: checked });
  }

  unwatch(board: Watching["board"]): void {
    this.#take({ type: "unwatch", board: Unwatch.parse({ type: "unwatch", board }).board });
  }

  #take(input: SocketInput): void {
    const { state, effects } = step(this.#state, input, this.#timers.now(), this.#random());
    // Set before the effects: a listener may call us back.
    this.#state = state;
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: Effect) {
    switch (effect.type) {
      case "connect":
        void this.#connect(effect.connection);
        return;
      case "close": {
        const line = this.#line;
        this.#line = undefined;
        // Throws where the line is not open yet or already gone (Node's ws); both are what we want.
        this.#quietly(() => line?.close(effect.code, effect.reason));
        return;
      }
      case "send":
        return this.#send(effect.frame);
      case "save":
        return this.#saver.ask();
      case "tell":
        return this.#tell(effect.event);
      case "setTimer":
        return this.#running.set(effect.name, effect.ms);
      case "clearTimer":
        return this.#running.clear(effect.name);
    }
  }

  async #connect(connection: number): Promise<void> {
    try {
      const line = await this.#options.connect(this.#options.url, standbyProtocols);
      // Given up, or stopped, while the ticket was on its way.
      if (connection !== this.#state.connection || this.#state.phase !== "connecting")
        return this.#quietly(() => line.close(1000, "not needed"));
      this.#line = line;
      line.addEventListener("open", () => this.#take({ type: "opened", connection }));
      line.addEventListener("message", (event) => {
        this.#take({ type: "received", connection, received: readFrame(field(event, "data")) });
      });
      line.addEventListener("close", (event) => {
        const code = field(event, "code");
        this.#take({ type: "closed", connection, code: typeof code === "number" ? code : 1006 });
      });
      // A close follows every error; without a listener Node's ws would throw.
      line.addEventListener("error", () => undefined);
      if (line.readyState === 1) this.#take({ type: "opened", connection });
    } catch (error) {
      this.#take({ type: "refused", connection, ...refusalOf(error) });
    }
  }

  #send(frame: ClientFrame): void {
    // What is lost on a line that just went is sent again on the next: see socket/answers.ts and socket/statements.ts.
    this.#quietly(() => this.#line?.send(JSON.stringify(frame)));
  }

  #quietly(run: () => void): void {
    try {
      run();
    } catch {
      // The line is on its way out; its `close` event does the rest.
    }
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      const saved = await this.#memory.load();
      this.#take({ type: "loaded", saved });
    } catch (cause) {
      // Alarms first: a device that cannot read its memory still gets them, at worst some of them twice.
      this.#trouble("memory", "loading failed", cause);
      this.#take({ type: "loaded", saved: undefined });
    }
    this.#loading = false;
  }

  #tell<N extends keyof SocketEvents>({ name, value }: { name: N; value: SocketEvents[N] }): void {
    this.#listeners.tell(name, value);
  }

  #trouble(kind: "memory" | "listener", message: string, cause: unknown): void {
    this.#tell({ name: "error", value: { kind, message, cause } });
  }
}

const field = (event: unknown, name: string): unknown =>
  typeof event === "object" && event !== null ? Reflect.get(event, name) : undefined;
