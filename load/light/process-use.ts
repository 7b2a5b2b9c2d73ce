/** What a process takes, read from Linux' /proc. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TICKS_PER_SECOND =
  process.platform === "linux" ? Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })) : 0;
const PAGE_BYTES =
  process.platform === "linux" ? Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" })) : 0;

const QUIET_TICKS = 1;
const QUIET_MS = 500;
const QUIET_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 100;

/**
 * Milliseconds of processor time, user and system, that a process and its threads have taken since they started. Granularity is
 * one clock tick, mostly 10 ms.
 *
 * @throws Error when there is no such process, or no /proc
 */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The second field is the program's name in parentheses and may hold spaces; the fields after it are counted from 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[14 - 3]) + Number(fields[15 - 3])) * 1000) / TICKS_PER_SECOND;
}

/**
 * Milliseconds of processor time, user and system, that all programs of this machine have taken together; time of interrupts is
 * left out, because it belongs to no program.
 */
export function machineCpuMs(): number {
  const all = readFileSync("/proc/stat", "latin1");
  const [user, nice, system] = all.slice(0, all.indexOf("\n")).split(/\s+/).slice(1, 4).map(Number);
  return (((user ?? 0) + (nice ?? 0) + (system ?? 0)) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * PAGE_BYTES;
}

export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/**
 * Waits until none of the processes has worked for half a second, so that what they still do afterwards (receipts in batches,
 * the record) is counted with the alarm that caused it. Gives up waiting after 15 seconds.
 *
 * @returns whether they fell quiet
 */
export async function quiet(pids: readonly number[]): Promise<boolean> {
  const tickMs = 1000 / TICKS_PER_SECOND;
  const limit = performance.now() + QUIET_LIMIT_MS;
  let since = performance.now();
  let before = pids.map(cpuMs);
  while (performance.now() < limit) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const now = pids.map(cpuMs);
    if (now.some((ms, i) => ms - (before[i] as number) > QUIET_TICKS * tickMs)) {
      before = now;
      since = performance.now();
    } else if (performance.now() - since >= QUIET_MS) {
      return true;
    }
  }
  return false;
}
