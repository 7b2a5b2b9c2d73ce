import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

/** Everything that Deno hosts without an adapter: all server code but the actor shells and what is made of them. */
const modules = globSync(["protocol/**/*.ts", "actors/**/*.ts", "history/**/*.ts", "clients/sdk/**/*.ts"], {
  exclude: (path) => /(\.d|\.config|-actor)\.ts$/.test(path),
});

/** What Yjs' own library asks of the environment when it is loaded: is this a production build, may output have colours. */
const askedByYjs = ["PRODUCTION", "NODE_ENV", "NO_COLOR", "FORCE_COLOR", "COLORTERM", "TERM"];

// vitest resolves imports in Vite's way; here Deno's own loader does, as in a program started by `deno run`. It starts
// through `env`, because Deno gives every permission to a Deno that it starts itself by node:child_process.
test("Deno's own loader loads every module, and none needs a permission beyond reading this checkout and what Yjs asks", async () => {
  expect(modules.length).toBeGreaterThan(0);
  const deno = [
    process.execPath,
    "run",
    "--no-prompt",
    "--allow-read=.",
    `--allow-env=${askedByYjs}`,
    "test/deno/load.ts",
  ];
  const { stdout } = await run("/usr/bin/env", [...deno, ...modules]);
  expect(stdout.trim().split("\n").at(-1)).toBe(`${modules.length} modules loaded`);
});
