import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { Failure } from "./failure.ts";
import { readOwnerOnly, writeOwnerOnly } from "./owner-only.ts";

const parts = z.record(z.string(), z.number().int().positive());

/** The running parts, written down so that the next start can end those that a killed supervisor left behind. */
export class PartRecord {
  readonly #path: string;
  #pids: Record<string, number> = {};

  constructor(dataFolder: string) {
    this.#path = join(dataFolder, "parts.json");
  }

  note(name: string, pid: number | undefined): void {
    const { [name]: _former, ...others } = this.#pids;
    this.#pids = pid === undefined ? others : { ...others, [name]: pid };
    writeOwnerOnly(this.#path, JSON.stringify(this.#pids));
  }

  /**
   * Ends the parts of an earlier supervisor. To be called with the data folder locked: then none of them has a living one.
   * @param marks a piece of each part's command line that names this very data folder. A process id alone is not enough:
   *   the system may have given it to somebody else's program meanwhile.
   * @returns the names of those that were ended
   * @throws Failure when one cannot be ended.
   */
  async endOrphans(marks: Record<string, string>): Promise<string[]> {
    const ended: string[] = [];
    for (const [name, pid] of Object.entries(this.#read())) {
      const mark = marks[name];
      if (mark === undefined || !commandLine(pid).includes(mark)) continue;
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        throw new Failure(`${name} of an earlier start still runs as process ${pid} and cannot be ended by this user.`);
      }
      while (commandLine(pid).includes(mark)) await pause(5);
      ended.push(name);
    }
    return ended;
  }

  #read(): Record<string, number> {
    try {
      return parts.parse(JSON.parse(readOwnerOnly(this.#path) ?? "{}"));
    } catch {
      return {};
    }
  }
}

/** The command line of a process, empty when there is none (a zombie has none either). */
function commandLine(pid: number): string {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}
