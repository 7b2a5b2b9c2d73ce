import { spawnSync } from "node:child_process";
import { missingChromium } from "./browser/chromium.ts";
import { type Counts, countCheck, countK6, countVitest } from "./counts.ts";

/** One layer of the tests: a program to run, and how to read what it reports. */
export interface Layer {
  readonly name: string;
  /** Whether it drives the built bundle and page, so that they must be built first. */
  readonly needsBuild: boolean;
  command(reportPath: string): { readonly program: string; readonly args: string[]; readonly env: NodeJS.ProcessEnv };
  count(reportPath: string): Counts;
  /** What this machine lacks for it, and the variable that turns skipping it into a failure. */
  readonly missing?: () => string | undefined;
  readonly requiredBy?: string;
}

const VITEST = "node_modules/vitest/vitest.mjs";

function vitest(
  name: string,
  runner: readonly [program: string, ...args: string[]],
  needsBuild: boolean,
  more: readonly string[] = [],
): Layer {
  const [program, ...before] = runner;
  return {
    name,
    needsBuild,
    command: (reportPath) => ({
      program,
      args: [
        ...before,
        VITEST,
        "run",
        "--project",
        name,
        "--allowOnly=false",
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${reportPath}`,
        ...more,
      ],
      env: {},
    }),
    count: countVitest,
  };
}

function missingK6(): string | undefined {
  const found = spawnSync("k6", ["version"], { stdio: "ignore" }).status === 0;
  return found ? undefined : "no k6 on the PATH (https://grafana.com/docs/k6/latest/set-up/install-k6/)";
}

/** A k6 scenario, small: `npm run load:<name>`. */
const k6 = (name: string): Layer => ({
  name,
  needsBuild: true,
  command: (reportPath) => ({
    program: "npm",
    args: ["run", "--silent", `load:${name}`],
    env: { K6_SUMMARY_EXPORT: reportPath },
  }),
  count: countK6,
  missing: missingK6,
  requiredBy: "STANDBY_REQUIRE_K6",
});

/** In the order they run: what fails soonest first. */
export const LAYERS: readonly Layer[] = [
  {
    name: "check",
    needsBuild: false,
    command: (reportPath) => ({
      program: process.execPath,
      args: ["test/check.ts", `--report=${reportPath}`],
      env: {},
    }),
    count: countCheck,
  },
  // Every core: ten thousand histories (test/core/simulation) are two files, and nothing here measures time.
  vitest("core", [process.execPath], false, ["--maxWorkers=100%"]),
  vitest("deno", ["deno", "run", "-A"], false),
  vitest("workerd", [process.execPath], false, ["--maxWorkers=100%"]),
  vitest("system", [process.execPath], true),
  { ...vitest("browser", [process.execPath], true), missing: missingChromium, requiredBy: "STANDBY_REQUIRE_BROWSER" },
  k6("smoke"),
  k6("storm"),
  k6("churn"),
  k6("rooms"),
];
