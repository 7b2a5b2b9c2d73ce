/**
 * `npm test`: every layer of the tests in turn, or those that are named (`npm test -- core system`). The last line is
 * `N passed, N failed`. A layer that ran no test at all is a failure: nothing may look green because it did not run.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { build } from "../workers/self-hosted/bundle.ts";
import type { Counts } from "./counts.ts";
import { LAYERS, type Layer } from "./layers.ts";

const checkout = resolve(import.meta.dirname, "..");
process.chdir(checkout);
process.env.PATH = `${resolve("node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;

interface Outcome extends Counts {
  readonly remark?: string;
}

const SKIPPED: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
const FAILED: Counts = { passed: 0, failed: 1, skipped: 0, failures: [] };

/** Runs a program with its output going straight to the terminal. Answers its exit code, or why it did not start. */
function stream(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number | string> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((done) => {
    child.on("error", (error) => done(error.message));
    child.on("close", (code, signal) => done(code ?? `it was ended by ${signal}`));
  });
}

/** Builds what the layers drive, once for all of them. Answers whether that worked; why not is printed. */
let building: Promise<boolean> | undefined;
function isBuilt(): Promise<boolean> {
  building ??= build(checkout, (line) => console.log(line)).then(
    () => true,
    (thrown: unknown) => {
      console.error(thrown instanceof Error ? thrown.message : thrown);
      return false;
    },
  );
  return building;
}

async function runLayer(layer: Layer, reportPath: string): Promise<Outcome> {
  const missing = layer.missing?.();
  if (missing !== undefined) {
    const required = layer.requiredBy !== undefined && process.env[layer.requiredBy] === "1";
    return required ? { ...FAILED, remark: `${missing}, and ${layer.requiredBy}=1` } : { ...SKIPPED, remark: missing };
  }
  if (layer.needsBuild && !(await isBuilt())) return { ...FAILED, remark: "the build failed" };

  const { program, args, env } = layer.command(reportPath);
  const ended = await stream(program, args, env);
  let counts: Counts;
  try {
    counts = layer.count(reportPath);
  } catch (thrown) {
    return { ...FAILED, remark: `${(thrown as Error).message} (it ended with ${ended})` };
  }
  if (counts.passed + counts.failed === 0) return { ...FAILED, remark: "it ran no test" };
  // An error outside any test, such as a rejected promise that nobody awaited, shows in the exit code alone.
  if (ended !== 0 && counts.failed === 0) return { ...counts, failed: 1, remark: `it ended with ${ended}` };
  return counts;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !LAYERS.some((layer) => layer.name === name));
if (unknown.length > 0) {
  console.error(`no such layer: ${unknown.join(", ")} (there are ${LAYERS.map((layer) => layer.name).join(", ")})`);
  process.exit(2);
}
const layers = LAYERS.filter((layer) => wanted.length === 0 || wanted.includes(layer.name));

const reports = mkdtempSync(join(tmpdir(), "standby-tests-"));
const outcomes = new Map<string, Outcome & { readonly seconds: number }>();

for (const layer of layers) {
  console.log(`\n=== ${layer.name}`);
  const started = performance.now();
  const outcome = await runLayer(layer, join(reports, `${layer.name}.json`));
  outcomes.set(layer.name, { ...outcome, seconds: (performance.now() - started) / 1_000 });
}
rmSync(reports, { recursive: true });

let passed = 0;
let failed = 0;
console.log("");
for (const [name, outcome] of outcomes) {
  passed += outcome.passed;
  failed += outcome.failed;
  const ran = outcome.passed + outcome.failed > 0;
  const counts = `${outcome.passed} passed, ${outcome.failed} failed${outcome.skipped > 0 ? `, ${outcome.skipped} skipped` : ""}`;
  const remark = outcome.remark === undefined ? "" : `: ${outcome.remark}`;
  for (const failure of outcome.failures) console.log(`FAILED   ${failure.replace(`${checkout}/`, "")}`);
  console.log(`${name.padEnd(8)} ${ran ? counts : "SKIPPED"} (${outcome.seconds.toFixed(1)} s)${remark}`);
}
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
