/** Thousands of simulated devices in one process: opens them, answers each alarm with a receipt at once, keeps count. */
import * as z from "zod";
import { Delivery } from "./delivery.ts";
import { Device, type DeviceAddress, type DeviceEvents } from "./device.ts";

/** How many connections may be on their way at once: below the server's queue of connections not yet accepted. */
const CONNECTING = 256;
/** Loopback source addresses: 8 times some 28,000 ports, so that also ports still in TIME_WAIT do not matter. */
const SOURCES = process.platform === "linux" ? 8 : 0;

/** Of a frame from the server, what the client needs; the rest of it is for real devices. */
const serverFrame = z.object({ type: z.string(), alarmId: z.string().optional(), code: z.string().optional() });

export interface Connected {
  readonly sockets: number;
  readonly seconds: number;
  /** Sockets a second, from the first connection attempt to the last `welcome`. */
  readonly perSecond: number;
}

export class Fleet implements DeviceEvents {
  /** Frames by type, other than `welcome` and `alarm`: `alarmUpdate`, `standDown`, `error …`. */
  readonly others = new Map<string, number>();
  readonly #devices: Device[] = [];
  readonly #address: DeviceAddress;
  readonly #tokens: readonly string[];
  readonly #deliveries = new Map<string, Delivery>();
  readonly #waiting = new Set<() => void>();
  #welcomed = 0;
  #closing = false;
  #failure: Error | undefined;
  #lastBytes: Buffer = Buffer.alloc(0);
  #last: Delivery | undefined;
  #open = 0;
  readonly #connected: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #closed: PromiseWithResolvers<void> = Promise.withResolvers();

  /** @param tokens a device token each; its place in the list is the device's number */
  constructor(address: DeviceAddress, tokens: readonly string[]) {
    this.#address = address;
    this.#tokens = tokens;
  }

  get size(): number {
    return this.#tokens.length;
  }

  /** Alarms that devices got and nobody raised here, by id. */
  strays(raised: ReadonlySet<string>): string[] {
    return [...this.#deliveries.keys()].filter((alarmId) => !raised.has(alarmId));
  }

  /**
   * Opens every device and waits for its `welcome`.
   *
   * @throws Error when one is refused or lost
   */
  async connect(): Promise<Connected> {
    const start = performance.now();
    for (let i = 0; i < Math.min(CONNECTING, this.size); i++) this.#openNext();
    if (this.size > 0) await this.#connected.promise;
    const seconds = (performance.now() - start) / 1000;
    return { sockets: this.size, seconds, perSecond: this.size / seconds };
  }

  /** What is known of an alarm, also when no device got it yet. */
  delivery(alarmId: string): Delivery {
    let delivery = this.#deliveries.get(alarmId);
    if (delivery === undefined) {
      delivery = new Delivery(alarmId, this.size);
      this.#deliveries.set(alarmId, delivery);
    }
    return delivery;
  }

  /**
   * Resolves when `expected` devices got the alarm, or the limit has passed.
   *
   * @throws Error when a device was lost: its alarm cannot be told from a missed one
   */
  async received(delivery: Delivery, expected: number, limitMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => {
      if (this.#failure !== undefined || delivery.received >= expected) resolve();
    };
    const timer = setTimeout(resolve, limitMs);
    this.#waiting.add(check);
    check();
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(check);
    this.healthy();
  }

  /** @throws Error when a device was lost since the fleet opened */
  healthy(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends every device and waits until the server has let go of all of them. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const device of this.#devices) device.end();
    if (this.#open > 0) await this.#closed.promise;
  }

  text(device: Device, bytes: Buffer, start: number, end: number): void {
    // Nearly every frame is byte for byte the one before it, on another socket: no parsing, no allocation.
    const known = this.#last;
    if (known !== undefined && bytes.compare(this.#lastBytes, 0, this.#lastBytes.length, start, end) === 0) {
      this.#alarm(device, known);
      return;
    }
    const frame = serverFrame.parse(JSON.parse(bytes.toString("utf8", start, end)));
    if (frame.type === "alarm" && frame.alarmId !== undefined) {
      this.#last = this.delivery(frame.alarmId);
      this.#lastBytes = Buffer.from(bytes.subarray(start, end));
      this.#alarm(device, this.#last);
    } else if (frame.type === "welcome") {
      this.#welcome();
    } else {
      const name = frame.code === undefined ? frame.type : `${frame.type} ${frame.code}`;
      this.others.set(name, (this.others.get(name) ?? 0) + 1);
    }
  }

  ended(device: Device, reason: string): void {
    this.#open--;
    if (this.#closing) {
      if (this.#open === 0) this.#closed.resolve();
      return;
    }
    this.#failure ??= new Error(`device ${device.index} of ${this.size}: ${reason}`);
    this.#connected.reject(this.#failure);
    for (const check of this.#waiting) check();
  }

  #alarm(device: Device, delivery: Delivery): void {
    delivery.record(device.index, performance.now());
    device.send(delivery.receipt);
    for (const check of this.#waiting) check();
  }

  #welcome(): void {
    this.#welcomed++;
    if (this.#welcomed === this.size) this.#connected.resolve();
    else this.#openNext();
  }

  #openNext(): void {
    const index = this.#devices.length;
    const token = this.#tokens[index];
    if (token === undefined || this.#failure !== undefined) return;
    const source = SOURCES === 0 ? undefined : `127.0.0.${2 + (index % SOURCES)}`;
    this.#open++;
    this.#devices.push(new Device(index, this.#address, token, source, this));
  }
}
