/** `npm run load:floor` and `npm run load:measure`: see measure-options.ts for what it does and can be told. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { canPin } from "./light/cores.ts";
import { type MeasureOptions, readOptions, type Scenario, USAGE } from "./measure-options.ts";
import { report } from "./report.ts";
import { measureConnecting, measureInTurns, type RoundPlan } from "./scenarios.ts";
import { judge, type Results, wrongs } from "./speed-targets.ts";
import { type ServerName, Stage } from "./stage.ts";
import { limitTime } from "./time-limit.ts";

/** What the client needs besides its sockets: files, the connections of HTTP requests, event loop. */
const SPARE_DESCRIPTORS = 200;

const progress = (line: string): void => console.error(line);

async function measure(options: MeasureOptions): Promise<Results> {
  const plan: RoundPlan = { rounds: options.rounds, warmUp: options["warm-up"], progress };
  const wanted = (scenario: Scenario): boolean => options.scenarios.includes(scenario);
  const stage = new Stage(options, progress);
  const named = <T>(names: readonly ServerName[], values: readonly T[]): Partial<Record<ServerName, T>> =>
    Object.fromEntries(names.map((name, i) => [name, values[i]]));
  let results: Results = {};
  try {
    await stage.start();
    if (wanted("one-site") || wanted("connect")) {
      const { names, subjects } = await stage.subjects(1);
      if (wanted("one-site")) results = { ...results, oneSite: named(names, await measureInTurns(subjects, plan)) };
      if (wanted("connect")) {
        results = { ...results, connect: named(names, await measureConnecting(subjects, options.connects, plan)) };
      }
    }
    if (wanted("ten-sites")) {
      const { names, subjects } = await stage.subjects(10);
      results = { ...results, tenSites: named(names, await measureInTurns(subjects, plan)) };
    }
  } finally {
    await stage.stop();
  }
  return results;
}

function checkDescriptors(options: MeasureOptions): void {
  if (process.platform !== "linux")
    throw new Error("CPU and memory are read from /proc, so this measures on Linux only");
  const limit = Number(
    /Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1] ?? Number.POSITIVE_INFINITY,
  );
  const needed = options.sockets * options.servers.length + SPARE_DESCRIPTORS;
  const neededByServer = options.sockets * 2 + SPARE_DESCRIPTORS;
  if (Math.max(needed, neededByServer) > limit) {
    throw new Error(`${options.sockets} sockets need more than the ${limit} open files a process may have (ulimit -n)`);
  }
}

function machine(options: MeasureOptions): object {
  const pinned = !options["no-pin"] && canPin();
  const kernel = execFileSync("uname", ["-sr"], { encoding: "utf8" }).trim();
  return { cores: cpus().length, processor: cpus()[0]?.model, kernel, node: process.version, pinned };
}

let options: MeasureOptions | undefined;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exitCode = 2;
}
if (options?.help === true) console.log(USAGE);
else if (options !== undefined) {
  limitTime(options.limit);
  checkDescriptors(options);
  const results = await measure(options);
  console.log(report(results));
  const verdicts = judge(results);
  if (options.json !== undefined) {
    const everything = { at: new Date().toISOString(), machine: machine(options), options, verdicts, results };
    await writeFile(options.json, `${JSON.stringify(everything, null, 2)}\n`);
  }
  const missedTarget = options.assert && verdicts.some(({ met }) => !met);
  if (wrongs(results).length > 0 || missedTarget) process.exitCode = 1;
}
