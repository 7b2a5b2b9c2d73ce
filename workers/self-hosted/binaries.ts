import { accessSync, chmodSync, constants } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Failure } from "./failure.ts";

const platform = `${process.platform}-${process.arch}`;
const require = createRequire(import.meta.url);

/** The path of the sqld (libSQL server) program. @throws Failure that names the missing package and how to get it. */
export function sqldBinary(): string {
  return binaryOf(`@sqld/${platform}`, "sqld", "Or set LIBSQL_URL to a libSQL of your own.");
}

/**
 * The path of the workerd program. The package `workerd` has a JavaScript launcher in front of it, which would be one
 * process more between us and the signal.
 * @throws Failure that names the missing package and how to get it.
 */
export function workerdBinary(): string {
  return binaryOf(`@cloudflare/workerd-${platform.replace("x64", "64")}`, "bin/workerd", "");
}

function binaryOf(packageName: string, path: string, otherwise: string): string {
  const advice =
    `Install it with \`npm ci\` on this machine (not with --omit=optional, and not in a folder copied from ` +
    `another kind of machine). ${otherwise}`.trimEnd();
  let binary: string;
  try {
    binary = join(dirname(require.resolve(`${packageName}/package.json`)), path);
  } catch {
    throw new Failure(`the package ${packageName} is missing. ${advice}`);
  }
  try {
    accessSync(binary, constants.X_OK);
  } catch {
    try {
      // Packages that set this right in an install script do not get to with `ignore-scripts`.
      chmodSync(binary, 0o755);
    } catch {
      throw new Failure(`the program of the package ${packageName} is missing. ${advice}`);
    }
  }
  return binary;
}
