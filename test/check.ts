/**
 * `npm run check`: everything that can be known about the code without running it, all at once. Each step's output is
 * printed when the step fails; the summary says how long each took.
 */
import { spawn } from "node:child_process";
import { globSync, writeFileSync } from "node:fs";
import { delimiter, resolve } from "node:path";

const checkout = resolve(import.meta.dirname, "..");

/** What Deno type-checks too: all code that it hosts, with the actor shells (design §7). */
const onDeno = globSync(["protocol/**/*.ts", "actors/**/*.ts", "history/**/*.ts", "clients/sdk/**/*.ts"], {
  cwd: checkout,
  exclude: (path) => /\.(d|config)\.ts$/.test(path),
});

const STEPS: readonly (readonly [name: string, program: string, ...args: string[]])[] = [
  ["format, lint, import direction", "biome", "check", "--error-on-warnings", "--max-diagnostics=50"],
  ["types: server code", "tsc", "-p", "tsconfig.json"],
  ["types: programs and tests on Node", "tsc", "-p", "tsconfig.node.json"],
  ["types: the page", "tsc", "-p", "tsconfig.web.json"],
  ["types: k6 scenarios", "tsc", "-p", "load/k6"],
  ["types: tests inside the runtime", "tsc", "-p", "test/workerd"],
  ["types: on Deno", "deno", "check", "--quiet", ...onDeno],
  ["unused files, exports, packages", "knip", "--no-progress"],
];

interface Outcome {
  readonly name: string;
  readonly failed: boolean;
  readonly output: string;
  readonly seconds: number;
}

function runStep([name, program, ...args]: (typeof STEPS)[number]): Promise<Outcome> {
  const started = performance.now();
  const path = `${resolve(checkout, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  const child = spawn(program, args, {
    cwd: checkout,
    env: { ...process.env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((done) => {
    const end = (failed: boolean, reason = ""): void =>
      done({ name, failed, output: Buffer.concat(chunks) + reason, seconds: (performance.now() - started) / 1_000 });
    child.on("error", (error) => end(true, error.message));
    child.on("close", (code) => end(code !== 0));
  });
}

const outcomes = await Promise.all(STEPS.map(runStep));
for (const { name, failed, output } of outcomes) {
  if (failed) console.log(`\n=== ${name}\n${output.trim()}`);
}
console.log("");
for (const { name, failed, seconds } of outcomes) {
  console.log(`${failed ? "FAILED" : "ok    "}  ${seconds.toFixed(1).padStart(5)} s  ${name}`);
}
const report = process.argv.find((argument) => argument.startsWith("--report="))?.slice("--report=".length);
if (report !== undefined) {
  const failed = outcomes.filter((outcome) => outcome.failed).length;
  writeFileSync(report, JSON.stringify({ passed: outcomes.length - failed, failed, skipped: 0 }));
}
process.exitCode = outcomes.some((outcome) => outcome.failed) ? 1 : 0;
