import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure.ts";
import { fingerprint } from "./fingerprint.ts";
import { runTool } from "./tool.ts";

/** What `dist/` holds: the Worker's bundle and the page. */
export interface Build {
  bundle: { folder: string; files: string[] };
  pageFolder: string;
  /** Whether anything had to be built. */
  changed: boolean;
}

const SHARED = ["package-lock.json", "tsconfig.base.json", "protocol"];
const PAGE_SOURCES = [...SHARED, "tsconfig.web.json", "clients/sdk", "clients/web"];
const WORKER_SOURCES = [...SHARED, "tsconfig.json", "wrangler.toml", "actors", "history", "workers", "clients/sdk"];

/**
 * Builds the page with vite and the Worker with wrangler, the very bundle that `wrangler deploy` would upload; what has
 * not changed since the last time is left alone.
 * @throws Failure with the tool's own output when a source cannot be built; what was there before stays.
 */
export async function build(projectFolder: string, log: (line: string) => void, signal?: AbortSignal): Promise<Build> {
  const dist = join(projectFolder, "dist");
  mkdirSync(dist, { recursive: true });
  const pageFolder = join(dist, "web");
  const bundleFolder = join(dist, "worker");

  // The page is first: wrangler refuses to bundle a Worker whose assets folder does not exist.
  const pageChanged = await whenChanged(pageFolder, projectFolder, PAGE_SOURCES, async (draft) => {
    const config = join(projectFolder, "clients/web/vite.config.ts");
    if (!existsSync(config)) return void mkdirSync(draft);
    log("building the page");
    const options = ["build", "--config", config, "--outDir", draft, "--emptyOutDir", "--logLevel", "warn"];
    await runTool("vite", options, projectFolder, signal);
  });
  const bundleChanged = await whenChanged(bundleFolder, projectFolder, WORKER_SOURCES, async (draft) => {
    log("building the worker");
    await runTool("wrangler", ["deploy", "--dry-run", "--outdir", draft], projectFolder, signal);
  });
  return {
    bundle: { folder: bundleFolder, files: readdirSync(bundleFolder) },
    pageFolder,
    changed: pageChanged || bundleChanged,
  };
}

/**
 * Runs a build into a draft folder and puts that in place of `target` when it succeeded, so that a running installation
 * never sees half a build. The fingerprint is written last: a crash in between only costs one build more.
 */
async function whenChanged(
  target: string,
  projectFolder: string,
  sources: string[],
  make: (draft: string) => Promise<void>,
): Promise<boolean> {
  const stamp = `${target}.sources`;
  const now = fingerprint(projectFolder, sources, ["workers/self-hosted"]);
  if (existsSync(target) && existsSync(stamp) && readFileSync(stamp, "utf8") === now) return false;

  const draft = `${target}.${process.pid}.new`;
  const former = `${target}.${process.pid}.old`;
  rmSync(draft, { recursive: true, force: true });
  try {
    await make(draft);
    if (!existsSync(draft)) throw new Failure(`nothing was built for ${target}`);
    rmSync(stamp, { force: true });
    if (existsSync(target)) renameSync(target, former);
    renameSync(draft, target);
    writeFileSync(stamp, now);
    return true;
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(former, { recursive: true, force: true });
  }
}
