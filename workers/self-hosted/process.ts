import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { Failure, reasonOf } from "./failure.ts";
import { afterDeath } from "./restart-policy.ts";

/** How often health is asked while a part comes up; both parts need 30 to 60 ms for it. */
const HEALTH_INTERVAL_MS = 20;
/** The last lines of a part's output, shown when it cannot be kept up. */
const LINES_KEPT = 15;

export interface PartDefinition {
  name: "workerd" | "sqld";
  command: string;
  args: string[];
  env: Record<string, string>;
  /** The part says on descriptor 3 when it listens. Without that, another program on its port could answer for it. */
  announcesListening: boolean;
  /** Resolves true when a request would be answered. */
  isHealthy: () => Promise<boolean>;
  /** How long coming up may take before it counts as failed. */
  healthyWithinMs: number;
  /** After so many starts in a row that came to nothing it is given up; Infinity: never. */
  giveUpAfter: number;
  /** How long it may take to end by itself after SIGTERM. */
  stopWithinMs: number;
}

export interface PartEvents {
  /** A line that the part printed. */
  onLine: (line: string) => void;
  /** What a person should know: it died, it is back. */
  onNews: (sentence: string) => void;
  /** Written down so that the next start finds orphans. Undefined: it has ended. */
  onPid: (pid: number | undefined) => void;
  /** It cannot be kept up. */
  onGivenUp: (reason: Failure) => void;
}

/** A program that is kept running: when it dies it is started again, on the same data and port. */
export class KeptPart {
  readonly name: PartDefinition["name"];
  readonly #definition: PartDefinition;
  readonly #events: PartEvents;
  #child: ChildProcess | undefined;
  #exited: Promise<string> = Promise.resolve("");
  #lines: string[] = [];
  /** False while it is down on purpose. */
  #wanted = false;
  /** Counts starts and stops, so that a restart under way notices that it was overtaken by one. */
  #decision = 0;
  #failedStarts = 0;
  #restartCancelled = new AbortController();

  constructor(definition: PartDefinition, events: PartEvents) {
    this.name = definition.name;
    this.#definition = definition;
    this.#events = events;
  }

  /** The process id while it runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** @throws Failure when it does not come up; it is then not tried again. */
  async start(): Promise<void> {
    if (this.#wanted) return;
    this.#wanted = true;
    const decision = ++this.#decision;
    const problem = await this.#live();
    if (problem === undefined) return;
    if (decision === this.#decision) this.#unwant();
    throw problem;
  }

  /** SIGTERM, and SIGKILL when it has not ended in time: workerd waits for as long as a socket is open. */
  async stop(): Promise<void> {
    this.#unwant();
    const child = this.#child;
    if (child === undefined) return;
    const exited = this.#exited;
    child.kill("SIGTERM");
    const inTime = new AbortController();
    await Promise.race([
      exited,
      pause(this.#definition.stopWithinMs, undefined, { signal: inTime.signal }).catch(() => {}),
    ]);
    inTime.abort();
    child.kill("SIGKILL");
    await exited;
  }

  /** SIGKILL, and it stays down until `start`. */
  async killAndHold(): Promise<void> {
    this.#unwant();
    const exited = this.#exited;
    this.#child?.kill("SIGKILL");
    await exited;
  }

  #unwant(): void {
    this.#wanted = false;
    this.#decision++;
    this.#restartCancelled.abort();
  }

  /** One life: spawns it and waits until it answers. Answers why not, or undefined when it does. */
  async #live(): Promise<Failure | undefined> {
    const { command, args, env, announcesListening, healthyWithinMs } = this.#definition;
    const decision = this.#decision;
    this.#lines = [];
    const child = spawn(command, args, {
      env,
      // Its own process group: Ctrl-C in the terminal reaches the supervisor alone, which then ends the parts in order.
      detached: true,
      stdio: ["ignore", "pipe", "pipe", announcesListening ? "pipe" : "ignore"],
    });
    this.#child = child;
    this.#restartCancelled = new AbortController();
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) this.#readLines(stream);
    const listening = announcesListening ? once(child.stdio[3] as Readable, "data") : Promise.resolve();
    listening.catch(() => {});
    const exited = endOf(child).then((how) => {
      this.#child = undefined;
      this.#events.onPid(undefined);
      return how;
    });
    this.#exited = exited;
    if (child.pid !== undefined) this.#events.onPid(child.pid);

    const outcome = await Promise.race([
      exited.then((how) => `${this.name} ended at once (${how})`),
      listening.then(() => this.#answering(child)),
      pause(healthyWithinMs, `${this.name} did not answer within ${healthyWithinMs / 1000} s`, { ref: false }),
    ]);
    if (outcome === undefined && decision === this.#decision) {
      const healthyAt = performance.now();
      void exited.then((how) => this.#died(decision, healthyAt, how));
      return undefined;
    }
    child.kill("SIGKILL");
    await exited;
    return this.#failure(outcome ?? `${this.name} was stopped while it started`);
  }

  /** Resolves when it answers; never for a process that has ended, which the caller sees by itself. */
  async #answering(child: ChildProcess): Promise<undefined> {
    while (!(await this.#definition.isHealthy().catch(() => false))) {
      if (child.exitCode !== null || child.signalCode !== null) return new Promise(() => {});
      await pause(HEALTH_INTERVAL_MS);
    }
    return undefined;
  }

  /** Starts it again, unless another decision about it was taken since that life began. */
  async #died(decision: number, healthyAt: number, how: string): Promise<void> {
    const diedAt = performance.now();
    let workedMs: number | undefined = diedAt - healthyAt;
    let reason = this.#failure(`${this.name} ended (${how})`);
    while (decision === this.#decision) {
      const next = afterDeath(workedMs, this.#failedStarts, this.#definition.giveUpAfter);
      this.#failedStarts = next.failedStarts;
      if (next.giveUp) {
        this.#unwant();
        const times = `it failed ${next.failedStarts} times in a row`;
        return this.#events.onGivenUp(new Failure(`${this.name} cannot be kept running: ${times}. ${reason.message}`));
      }
      this.#events.onNews(`${reason.message}\n${this.name} is started again`);
      await pause(next.delayMs, undefined, { signal: this.#restartCancelled.signal }).catch(() => {});
      if (decision !== this.#decision) return;
      const problem = await this.#live();
      if (problem === undefined) {
        this.#events.onNews(`${this.name} is back after ${Math.round(performance.now() - diedAt)} ms`);
        return;
      }
      workedMs = undefined;
      reason = problem;
    }
  }

  #failure(sentence: string): Failure {
    return new Failure([sentence, ...this.#lines.map((line) => `  ${this.name}: ${line}`)].join("\n"));
  }

  #readLines(stream: Readable): void {
    createInterface({ input: stream }).on("line", (line) => {
      this.#lines = [...this.#lines.slice(1 - LINES_KEPT), line];
      this.#events.onLine(line);
    });
  }
}

/** Resolves with how a process ended, or why it could not be started. */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    // `close` comes after `exit` when all its output has been read, so that its last words are among the kept lines.
    const [code, signal] = await once(child, "close");
    return signal === null ? `exit code ${code}` : `signal ${signal}`;
  } catch (thrown) {
    const missing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    // The file is there (binaries.ts looked): it is the loader it asks for that is not.
    return missing
      ? "this system cannot run the program: it needs glibc, which Alpine Linux does not have"
      : reasonOf(thrown);
  }
}
