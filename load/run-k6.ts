/** `npm run load` and `npm run load:smoke`: see k6-options.ts for what it does and can be told. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openInstallation } from "./installation.ts";
import { type K6Run, readK6Options, USAGE } from "./k6-options.ts";
import { k6Program } from "./k6-program.ts";
import { cpuMs } from "./light/process-use.ts";
import { limitTime } from "./time-limit.ts";

const SAMPLE_MS = 200;

/** Watches the processor time of a process; its last value stays when the process has ended. */
class CpuWatch {
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

/** @returns k6's exit code: 0, or 99 when a threshold did not hold */
async function runK6({ scenario, options }: K6Run): Promise<number> {
  const program = k6Program();
  const installation = await openInstallation();
  try {
    const k6 = spawn(
      program,
      ["run", "--quiet", "--address=127.0.0.1:0", join(import.meta.dirname, "k6", `${scenario}.ts`)],
      {
        stdio: "inherit",
        env: {
          ...process.env,
          K6_NO_USAGE_REPORT: "true",
          BASE_URL: installation.url,
          OPERATOR_TOKEN: installation.operatorToken,
          SOCKETS: String(options.sockets),
          SITES: String(options.sites),
          ALARMS: String(options.alarms),
          RATE: String(options.rate),
          CONNECT_SECONDS: options["connect-seconds"] === undefined ? "" : String(options["connect-seconds"]),
          TENANTS: String(options.tenants),
          PEOPLE: String(options.people),
          STEP_SECONDS: String(options["step-seconds"]),
          CHANGES: String(options.changes),
          SUMMARY_JSON: options.json ?? "",
        },
      },
    );
    const cutShort = (): boolean => k6.kill("SIGKILL");
    process.once("exit", cutShort);
    const ended = once(k6, "exit");
    const watches = process.platform === "linux" ? watch(k6.pid, installation.pids) : [];
    const [code] = await ended;
    process.off("exit", cutShort);
    tellCpu(watches);
    return typeof code === "number" ? code : 1;
  } finally {
    await installation.stop();
  }
}

function watch(k6: number | undefined, pids: { server: number; store?: number } | undefined): [string, CpuWatch][] {
  const named: [string, number | undefined][] = [
    ["workerd", pids?.server],
    ["sqld", pids?.store],
    ["k6", k6],
  ];
  return named.flatMap(([name, pid]) => (pid === undefined ? [] : [[name, new CpuWatch(pid)] as [string, CpuWatch]]));
}

/** So that one sees which took more: where k6 does, its figures are about k6 as much as about the server. */
function tellCpu(watches: readonly [string, CpuWatch][]): void {
  if (watches.length === 0) return;
  const seconds = new Map(watches.map(([name, cpu]) => [name, cpu.stop()]));
  console.log(`CPU: ${[...seconds].map(([name, s]) => `${name} ${s.toFixed(1)} s`).join(", ")} (set-up included)`);
  if ((seconds.get("k6") ?? 0) > (seconds.get("workerd") ?? Number.POSITIVE_INFINITY)) {
    console.log("k6 took more than the server: for times and CPU per delivery use `npm run load:measure`.");
  }
}

let run: K6Run | undefined;
try {
  run = readK6Options(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exitCode = 2;
}
if (run?.options.help === true) console.log(USAGE);
else if (run !== undefined) {
  limitTime(run.options.limit);
  try {
    process.exitCode = await runK6(run);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
