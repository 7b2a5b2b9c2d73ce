/**
 * Server and client each on a core of their own. Without it the scheduler moves both between the cores, and the figures
 * of two runs differ by more than the two servers do.
 */
import { spawnSync } from "node:child_process";

let tasksetFound: boolean | undefined;

export function canPin(): boolean {
  tasksetFound ??= spawnSync("taskset", ["--version"]).status === 0;
  return tasksetFound;
}

/** The command that runs `program` on one core; the program alone where `core` is undefined or `taskset` is missing. */
export function pinned(program: string, core: number | undefined): [program: string, ...args: string[]] {
  // taskset replaces itself by the program, so the process id stays the one that was spawned.
  return core === undefined || !canPin() ? [program] : ["taskset", "--cpu-list", String(core), program];
}

/** Moves every thread of a running process to one core. Does nothing where `taskset` is missing. */
export function pinProcess(pid: number, core: number): void {
  if (canPin()) spawnSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(pid)]);
}
