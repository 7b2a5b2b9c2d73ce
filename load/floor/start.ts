/** Starts the bare floor in a workerd of its own, on a free port, with its data in a temporary folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { workerdBinary } from "../../workers/self-hosted/binaries.ts";
import { pinned } from "../light/cores.ts";

const START_LIMIT_MS = 15_000;

export interface Floor {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Process id of workerd itself, whose CPU is measured. */
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * @param core which processor workerd may use, when `taskset` is there; any of them without it
 * @throws Error when workerd is not installed for this machine, or does not listen within 15 seconds
 */
export async function startFloor(core?: number): Promise<Floor> {
  const data = await mkdtemp(join(tmpdir(), "standby-floor-"));
  const [program, ...before] = pinned(workerdBinary(), core);
  const child = spawn(
    program,
    [
      ...before,
      "serve",
      join(import.meta.dirname, "floor.capnp"),
      "--socket-addr=http=127.0.0.1:0",
      `--directory-path=data=${data}`,
      "--control-fd=3",
    ],
    { stdio: ["ignore", "inherit", "inherit", "pipe"] },
  );
  const exited = once(child, "exit");
  // Also when this program is cut short: a process 'exit' handler can only do what is synchronous.
  const cleanUp = (): void => {
    // workerd does not leave on SIGTERM while sockets are open.
    child.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  };
  process.once("exit", cleanUp);
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
    process.off("exit", cleanUp);
    cleanUp();
  };
  try {
    const port = await listeningPort(child.stdio[3] as Readable);
    if (child.pid === undefined) throw new Error("workerd has no process id");
    return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listeningPort(control: Readable): Promise<number> {
  const timeout = setTimeout(() => control.destroy(new Error("workerd did not listen in time")), START_LIMIT_MS);
  try {
    for await (const line of createInterface({ input: control })) {
      const message: unknown = JSON.parse(line);
      if (message !== null && typeof message === "object" && "event" in message && "port" in message) {
        if (message.event === "listen" && typeof message.port === "number") return message.port;
      }
    }
    throw new Error("workerd ended before it listened");
  } finally {
    clearTimeout(timeout);
  }
}
