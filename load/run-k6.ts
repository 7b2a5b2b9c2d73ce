/** `npm run load` and `npm run load:smoke`: see k6-options.ts for what it does and can be told. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpus } from "node:os";
import { join } from "node:path";
import { type BesideK6, prepareChurn } from "./churn/beside-k6.ts";
import { CpuWatch } from "./cpu-watch.ts";
import { openInstallation } from "./installation.ts";
import { type K6Run, readK6Options, USAGE } from "./k6-options.ts";
import { k6Program } from "./k6-program.ts";
import { pinned, pinProcess } from "./light/cores.ts";
import { limitTime } from "./time-limit.ts";

/** @returns k6's exit code: 0, or 99 when a threshold did not hold */
async function runK6({ scenario, options }: K6Run): Promise<number> {
  const program = k6Program();
  const installation = await openInstallation();
  let beside: BesideK6 | undefined;
  let k6Pid: number | undefined;
  // Only where times are compared, as `load:floor` does: workerd has a core, and everything else of the run the other.
  const clientCore = scenario === "presence-churn" && cpus().length > 1 ? 1 : undefined;
  try {
    if (scenario === "presence-churn") {
      if (clientCore !== undefined && installation.pids !== undefined) pinAll(installation.pids, clientCore);
      beside = await prepareChurn(installation, options, () => k6Pid);
    }
    const [command, ...before] = pinned(program, clientCore);
    const k6 = spawn(
      command,
      [...before, "run", "--quiet", "--address=127.0.0.1:0", join(import.meta.dirname, "k6", `${scenario}.ts`)],
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
          MESSAGES: String(options.messages),
          MESSAGE_RATE: String(options["message-rate"]),
          ASSERT: String(options.assert),
          ...beside?.environment,
          SUMMARY_JSON: options.json ?? "",
        },
      },
    );
    k6Pid = k6.pid;
    const cutShort = (): boolean => k6.kill("SIGKILL");
    process.once("exit", cutShort);
    const ended = once(k6, "exit");
    const watches = process.platform === "linux" ? watch(k6.pid, installation.pids) : [];
    const [code] = await ended;
    k6Pid = undefined;
    process.off("exit", cutShort);
    tellCpu(watches);
    return typeof code === "number" ? code : 1;
  } finally {
    await beside?.stop();
    await installation.stop();
  }
}

function pinAll({ server, store }: { server: number; store?: number }, clientCore: number): void {
  pinProcess(server, 0);
  for (const pid of [store, process.pid]) if (pid !== undefined) pinProcess(pid, clientCore);
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
  console.log(`CPU: ${[...seconds].map(([name, s]) => `${name} ${s.toFixed(1)} s`).join(", ")}`);
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
