import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { projectFolder } from "./build.ts";

export interface NpmStartOptions {
  env: Record<string, string>;
  /** Another copy of the project. */
  folder?: string;
  /** The command line; the one behind `npm start` when left out. */
  command?: string[];
}

interface Wanted {
  pattern: RegExp;
  found: (line: string) => void;
  missed: (reason: Error) => void;
}

const partIds = z.object({ workerd: z.number().optional(), sqld: z.number().optional() });

/** `npm start` as a person runs it: a process of its own, with what it prints. */
export class NpmStart {
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exit: Promise<number | NodeJS.Signals>;
  readonly #dataFolder: string;
  readonly #child: ChildProcess;
  #wanted: Wanted[] = [];
  #ended = false;

  constructor(options: NpmStartOptions) {
    const [program, ...args] = options.command ?? [process.execPath, "workers/self-hosted/preflight.mjs"];
    const folder = options.folder ?? projectFolder;
    this.#dataFolder = options.env.STANDBY_DATA ?? join(folder, ".standby");
    const bin = join(folder, "node_modules/.bin");
    this.#child = spawn(program ?? "", args, {
      cwd: folder,
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: process.env.HOME, ...options.env },
      // A process group of its own, as in a terminal, so that a test can press Ctrl-C for all of it.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#collect("stdout");
    this.#collect("stderr");
    this.exit = once(this.#child, "close").then(([code, signal]) => {
      this.#ended = true;
      for (const { pattern, missed } of this.#wanted.splice(0)) missed(this.#never(pattern));
      return signal ?? code;
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("it could not be spawned");
    return this.#child.pid;
  }

  get output(): string {
    return [...this.stdout, ...this.stderr].join("\n");
  }

  /** The process ids of the parts that run now. */
  get parts(): { workerd?: number | undefined; sqld?: number | undefined } {
    return partIds.parse(JSON.parse(readFileSync(join(this.#dataFolder, "parts.json"), "utf8")));
  }

  /** Resolves with a line that matches, printed already or to come; rejects when it ends without one. */
  line(pattern: RegExp): Promise<string> {
    const printed = [...this.stdout, ...this.stderr].find((line) => pattern.test(line));
    if (printed !== undefined) return Promise.resolve(printed);
    if (this.#ended) return Promise.reject(this.#never(pattern));
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#wanted.push({ pattern, found: resolve, missed: reject });
    return promise;
  }

  /** Resolves with the address when it says that it is ready. */
  async ready(): Promise<string> {
    return (await this.line(/^StandBy is ready at /)).replace("StandBy is ready at ", "");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ctrl-C in a terminal: every process of the foreground group gets it. */
  pressCtrlC(): void {
    process.kill(-this.pid, "SIGINT");
  }

  /** Ends it, whatever a failed test left of it. */
  async dispose(): Promise<void> {
    if (!this.#ended) this.signal("SIGTERM");
    await this.exit;
  }

  #collect(name: "stdout" | "stderr"): void {
    const stream = this.#child[name];
    if (stream === null) throw new Error("its output is piped");
    createInterface({ input: stream }).on("line", (line) => {
      this[name].push(line);
      const matching = this.#wanted.filter(({ pattern }) => pattern.test(line));
      this.#wanted = this.#wanted.filter((wanted) => !matching.includes(wanted));
      for (const { found } of matching) found(line);
    });
  }

  #never(pattern: RegExp): Error {
    return new Error(`it ended without printing ${pattern}:\n${this.output}`);
  }
}

/** Whether a process runs (a zombie, which nobody has waited for yet, does not). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
