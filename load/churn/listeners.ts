/**
 * The devices of presence-churn that only listen: thousands of them, in the light client, because k6 with as many sockets takes a
 * core and would measure itself. The scenario asks over HTTP on the loopback what became of an alarm (`Heard`), so that k6 has all
 * figures and all thresholds.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Fleet } from "../light/fleet.ts";
import { quantile } from "../light/median.ts";
import { cpuMs, machineCpuMs } from "../light/process-use.ts";
import type { Heard } from "./heard.ts";

const RECEIVE_LIMIT_MS = 15_000;
/** After an alarm its receipts are still worked off; what that takes belongs to it. */
const AFTERWARDS_MS = 1_000;

interface Window {
  readonly at: number;
  readonly machineMs: number;
  readonly ownMs: number;
}

export class Listeners {
  readonly #fleet: Fleet;
  readonly #server: number;
  /** Processes of the run itself, beside this one. */
  readonly #own: () => readonly number[];
  readonly #delay = monitorEventLoopDelay({ resolution: 5 });
  readonly #http: Server;
  #window: Window | undefined;
  #turnFrom: number | undefined;

  constructor(fleet: Fleet, server: number, own: () => readonly number[]) {
    this.#fleet = fleet;
    this.#server = server;
    this.#own = own;
    this.#http = createServer((request, response) => {
      this.#answer(request).then(
        (body) => response.setHeader("content-type", "application/json").end(JSON.stringify(body)),
        (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
      );
    });
  }

  /** Opens every device. @returns the address that the scenario asks at */
  async open(): Promise<string> {
    await this.#fleet.connect();
    this.#http.listen(0, "127.0.0.1");
    await once(this.#http, "listening");
    this.#delay.enable();
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#delay.disable();
    this.#http.closeAllConnections();
    this.#http.close();
    await this.#fleet.close();
  }

  /** `/turn` between two turns; `/begin` just before an alarm is raised; `/heard?alarm=<id>&raisedAt=<ms since 1970>` after it. */
  async #answer({ url }: IncomingMessage): Promise<object> {
    const { pathname, searchParams } = new URL(url ?? "/", "http://listeners");
    if (pathname === "/turn") {
      const at = cpuMs(this.#server);
      const serverMs = at - (this.#turnFrom ?? at);
      this.#turnFrom = at;
      return { serverMs };
    }
    if (pathname === "/begin") {
      this.#delay.reset();
      this.#window = this.#now();
      return { devices: this.#fleet.size };
    }
    if (pathname !== "/heard" || this.#window === undefined) throw new Error(`nothing is asked at ${pathname}`);
    return this.#heard(searchParams.get("alarm") ?? "", Number(searchParams.get("raisedAt")), this.#window);
  }

  async #heard(alarmId: string, raisedAt: number, before: Window): Promise<Heard> {
    const delivery = this.#fleet.delivery(alarmId);
    await this.#fleet.received(delivery, this.#fleet.size, RECEIVE_LIMIT_MS);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, before.at + AFTERWARDS_MS - performance.now())));
    const after = this.#now();
    // k6 has the time of the clock, the devices that of `performance.now()`.
    const delays = delivery.delays(raisedAt - (Date.now() - performance.now()));
    const wallMs = after.at - before.at;
    const ownMs = after.ownMs - before.ownMs;
    return {
      missed: this.#fleet.size - delivery.received,
      duplicates: delivery.duplicates,
      p50Ms: quantile(delays, 0.5),
      p99Ms: quantile(delays, 0.99),
      lastMs: delays.at(-1) ?? Number.NaN,
      lagMs: this.#delay.max / 1e6,
      othersPercent: Math.max(0, ((after.machineMs - before.machineMs - ownMs) / wallMs) * 100),
    };
  }

  #now(): Window {
    const { user, system } = process.cpuUsage();
    const ownMs = this.#own().reduce((sum, pid) => sum + cpuMs(pid), 0) + (user + system) / 1_000;
    return { at: performance.now(), machineMs: machineCpuMs(), ownMs };
  }
}
