/** What the processes of a run take, told at its end. */
import { cpuMs } from "./light/process-use.ts";

const SAMPLE_MS = 200;

/** Watches the processor time of a process; its last value stays when the process has ended. */
export class CpuWatch {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #first: number;
  #last: number;

  constructor(pid: number) {
    this.#pid = pid;
    this.#first = this.#last = cpuMs(pid);
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  /** @returns seconds of processor time since the watch began */
  stop(): number {
    clearInterval(this.#timer);
    this.#sample();
    return (this.#last - this.#first) / 1000;
  }

  #sample(): void {
    try {
      this.#last = cpuMs(this.#pid);
    } catch {
      // It has ended: what was read last is all that can be known.
    }
  }
}
