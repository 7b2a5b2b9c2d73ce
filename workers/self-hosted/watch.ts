import { existsSync, watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { reasonOf } from "./failure.ts";
import type { Installation } from "./installation.ts";

const FOLDERS = ["protocol", "actors", "workers", "history", "clients/sdk", "clients/web"];
/** Editors and git write several files in one go. */
const SETTLE_MS = 200;

/** Builds and restarts when a source changes, until `signal` says stop. Sources that do not build leave the former running. */
export function rebuildOnChange(
  projectFolder: string,
  installation: Installation,
  log: (line: string) => void,
  signal: AbortSignal,
): void {
  let running = false;
  let changed = false;
  const rebuild = async (): Promise<void> => {
    changed = true;
    if (running) return;
    running = true;
    while (changed && !signal.aborted) {
      await pause(SETTLE_MS);
      changed = false;
      try {
        if (await installation.rebuild()) log("restarted with the changes");
      } catch (thrown) {
        if (!signal.aborted) log(reasonOf(thrown));
      }
    }
    running = false;
  };
  const folders = FOLDERS.filter((folder) => existsSync(join(projectFolder, folder)));
  for (const folder of folders) {
    const watcher = watch(join(projectFolder, folder), { recursive: true, signal }, () => void rebuild());
    watcher.on("error", (error) => log(`${folder} is no longer watched: ${reasonOf(error)}`));
  }
  log(`watching ${folders.join(", ")}`);
  // What was saved between the first build and now.
  void rebuild();
}
