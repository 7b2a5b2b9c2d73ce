import type { AlarmFrame } from "../../../protocol/socket/server-frames.ts";
import { pause } from "../../sdk/pause.ts";
import type { SocketEvents } from "../../sdk/socket/events.ts";
import { between, inHundred } from "./chance.ts";
import type { Device } from "./devices.ts";
import type { FilledSite } from "./fill.ts";
import { Walk } from "./walk.ts";

type Say = (line: string) => void;

/** Somebody with a phone: walks about, is sometimes not available, and answers alarms like people do. */
export class SimulatedPerson {
  readonly #device: Device;
  readonly #walk: Walk;
  readonly #name: string;
  readonly #say: Say;
  readonly #stopping = new AbortController();
  /** Ends what the person is doing about an alarm. */
  readonly #doing = new Map<string, AbortController>();
  /** The phone of one in ten lies in a locker: it receives, and nobody looks. */
  readonly #looks = !inHundred(10);
  readonly #told = new Set<string>();

  constructor(device: Device, sites: readonly FilledSite[], say: Say) {
    this.#device = device;
    this.#name = `${device.user.firstName} ${device.user.lastName}`;
    this.#say = say;
    this.#walk = new Walk(device, sites, this.#name, say);
  }

  start(): void {
    const { socket } = this.#device;
    socket.on("alarm", (alarm) => this.#alarmed(alarm));
    socket.on("standDown", ({ alarmId }) => this.#doing.get(alarmId)?.abort());
    socket.on("answerAccepted", ({ response }) => this.#say(`${this.#name}: ${response}`));
    socket.on("answerRejected", ({ code }) => this.#say(`${this.#name}: the answer was refused (${code})`));
    socket.on("error", (trouble) => this.#trouble(trouble));
    this.#walk.arrive();
    socket.start();
    void this.#live();
  }

  /** @returns when the socket is closed and what it keeps is saved */
  stop(): Promise<void> {
    this.#stopping.abort();
    for (const doing of this.#doing.values()) doing.abort();
    return this.#device.socket.stop();
  }

  async #live(): Promise<void> {
    try {
      for (;;) {
        await pause(between(20_000, 100_000), this.#stopping.signal);
        // Whoever is on the way to an accident does not go for coffee.
        if (this.#doing.size === 0 && this.#device.socket.status === "online") this.#walk.step();
      }
    } catch {
      // Stopped.
    }
  }

  #alarmed(alarm: SocketEvents["alarm"]): void {
    if (alarm.ended || !this.#looks) return;
    const doing = new AbortController();
    this.#doing.set(alarm.alarmId, doing);
    this.#answer(alarm, doing.signal)
      .catch(() => undefined)
      .finally(() => this.#doing.delete(alarm.alarmId));
  }

  /** Rejects when the alarm is over or the demo stops. */
  async #answer(alarm: AlarmFrame, signal: AbortSignal): Promise<void> {
    const { socket, user } = this.#device;
    const { alarmId } = alarm;
    await pause(between(800, 9_000), signal);
    socket.seen(alarmId);
    if (inHundred(alarm.urgency === "information" ? 80 : 12)) return;
    await pause(between(1_000, 12_000), signal);
    if (inHundred(user.roleIds.length > 0 ? 25 : 60)) {
      const text = inHundred(30) ? "I am with a visitor" : undefined;
      await socket.respond(alarmId, "notComing", text === undefined ? {} : { text });
      return;
    }
    await socket.respond(alarmId, "coming", { etaMinutes: Math.round(between(1, 8)) });
    await pause(between(4_000, 20_000), signal);
    await socket.respond(alarmId, "enRoute");
    // Somebody stops to help on the way and never says more.
    if (inHundred(15)) return;
    await pause(between(10_000, 45_000), signal);
    await socket.respond(alarmId, "onScene");
  }

  /** Each kind once a person: sixty devices that say the same every second help nobody. */
  #trouble({ kind, message, code }: SocketEvents["error"]): void {
    const what = `${kind} ${code ?? ""} ${message}`;
    if (this.#told.has(what)) return;
    this.#told.add(what);
    this.#say(`${this.#name}: ${what}`);
  }
}
