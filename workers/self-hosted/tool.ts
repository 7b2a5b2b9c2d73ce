import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as z from "zod";
import { Failure } from "./failure.ts";

const manifest = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });

/**
 * Runs the command line program of an installed package with this same Node.
 * @throws Failure when the package is missing, or with the program's output when it does not end with 0.
 */
export async function runTool(name: string, args: string[], folder: string, signal?: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [programOf(name), ...args], {
    cwd: folder,
    // No questions, no statistics sent, no log files in the home folder: it has to work offline and as any user.
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", WRANGLER_WRITE_LOGS: "false", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal === undefined ? {} : { signal }),
  });
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Failure(`${name} could not build it:\n${Buffer.concat(output).toString().trim()}`);
}

function programOf(name: string): string {
  let path: string;
  try {
    path = createRequire(import.meta.url).resolve(`${name}/package.json`);
  } catch {
    throw new Failure(`the package ${name} is missing. Install it with \`npm ci\` (not with --omit=dev).`);
  }
  const { bin } = manifest.parse(JSON.parse(readFileSync(path, "utf8")));
  const program = typeof bin === "string" ? bin : bin[name];
  if (program === undefined) throw new Failure(`the package ${name} has no program of that name.`);
  return join(dirname(path), program);
}
