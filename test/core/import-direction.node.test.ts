import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

const run = promisify(execFile);
const checkout = resolve(import.meta.dirname, "../..");

type Sample = readonly [file: string, imports: string];

const REFUSED: readonly Sample[] = [
  ["protocol/sample.ts", "hono"],
  ["protocol/sample.ts", "node:fs"],
  ["protocol/sample.ts", "../actors/kernel/outbox.ts"],
  ["protocol/http/sample.ts", "../../history/schema.ts"],
  ["protocol/http/sample.ts", "../../clients/sdk/problem.ts"],
  ["actors/tenant/sample.ts", "cloudflare:workers"],
  ["actors/tenant/sample.ts", "node:fs"],
  ["actors/tenant/sample.ts", "hono"],
  ["actors/tenant/sample.ts", "./tenant-actor.ts"],
  ["actors/tenant/sample.ts", "../site/site-actor.ts"],
  ["actors/tenant/sample.ts", "../../workers/routes/alarms.ts"],
  ["actors/tenant/sample-actor.ts", "cloudflare:sockets"],
  ["actors/tenant/sample-actor.ts", "../../workers/routes/alarms.ts"],
  ["actors/tenant/sample-actor.ts", "../../clients/sdk/problem.ts"],
  ["history/sample.ts", "../actors/kernel/outbox.ts"],
  ["history/sample.ts", "../workers/routes/alarms.ts"],
  ["history/sample.ts", "cloudflare:workers"],
  ["workers/sample.ts", "../clients/sdk/problem.ts"],
  ["workers/sample.ts", "./self-hosted/bundle.ts"],
  ["workers/routes/sample.ts", "cloudflare:workers"],
  ["workers/routes/sample.ts", "node:fs"],
  ["workers/self-hosted/sample.ts", "../../actors/kernel/outbox.ts"],
  ["workers/self-hosted/sample.ts", "../../actors/tenant/channels/settings.ts"],
  ["clients/sdk/sample.ts", "../../actors/kernel/outbox.ts"],
  ["clients/sdk/sample.ts", "../web/main.tsx"],
  ["clients/sdk/sample.ts", "node:fs"],
  ["clients/web/sample.ts", "../../history/schema.ts"],
  ["clients/cli/sample.ts", "../../workers/routes/alarms.ts"],
  ["load/sample.ts", "../actors/kernel/outbox.ts"],
];

const ALLOWED: readonly Sample[] = [
  ["protocol/sample.ts", "zod"],
  ["protocol/http/sample.ts", "../ids.ts"],
  ["actors/tenant/sample.ts", "../../protocol/ids.ts"],
  ["actors/tenant/sample.ts", "../../history/schema.ts"],
  ["actors/tenant/sample.ts", "../kernel/outbox.ts"],
  ["actors/tenant/sample.ts", "node:crypto"],
  ["actors/tenant/sample-actor.ts", "cloudflare:workers"],
  ["actors/tenant/sample-actor.ts", "./sample.ts"],
  ["actors/kernel/stubs.ts", "../tenant/tenant-actor.ts"],
  ["actors/kernel/environment.ts", "../tenant/tenant-actor.ts"],
  ["history/sample.ts", "../protocol/ids.ts"],
  ["workers/sample.ts", "cloudflare:workers"],
  ["workers/sample.ts", "../actors/tenant/tenant-actor.ts"],
  ["workers/routes/sample.ts", "../../actors/kernel/stubs.ts"],
  ["workers/routes/sample.ts", "node:crypto"],
  ["workers/self-hosted/sample.ts", "../../actors/tenant/channels/provider-settings.ts"],
  ["clients/sdk/sample.ts", "../../protocol/ids.ts"],
  ["clients/web/sample.ts", "../sdk/problem.ts"],
  ["clients/cli/sample.ts", "../sdk/problem.ts"],
];

/** One file that imports the same module in every form there is. */
const everyForm = (imports: string): string => `
import { a } from "${imports}";
import type { A } from "${imports}";
import "${imports}";
export { b } from "${imports}";
export const c: A = [a, await import("${imports}")];
`;
const FORMS = 5;

const Report = z.object({
  diagnostics: z.array(z.object({ category: z.string() })),
});

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "standby-direction-"));
  for (const name of ["biome.json", ".gitignore", "test/lint"]) {
    await cp(join(checkout, name), join(folder, name), { recursive: true });
  }
});

afterAll(() => rm(folder, { recursive: true }));

/** What the project's own lint rules say to one file: the categories of its errors. */
async function errorsIn(file: string, source: string): Promise<string[]> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), source);
  const only = ["--only=style/noRestrictedImports", "--only=plugin"];
  const args = ["lint", ...only, "--reporter=json", "--diagnostic-level=error", file];
  const ended = await run(join(checkout, "node_modules/.bin/biome"), args, { cwd: folder }).catch(
    (failure: { stdout: string }) => failure,
  );
  await rm(join(folder, file));
  return Report.parse(JSON.parse(ended.stdout)).diagnostics.map((diagnostic) => diagnostic.category);
}

test.each(REFUSED)("%s must not import %s, in any form", async (file, imports) => {
  expect(await errorsIn(file, everyForm(imports))).toEqual(Array(FORMS).fill("lint/style/noRestrictedImports"));
});

test.each(ALLOWED)("%s may import %s", async (file, imports) => {
  expect(await errorsIn(file, everyForm(imports))).toEqual([]);
});

test("an import type cannot go around the direction", async () => {
  expect(await errorsIn("protocol/sample.ts", `export type A = import("../actors/kernel/outbox.ts").A;\n`)).toEqual([
    "plugin",
  ]);
});

const OBJECT_ID_METHODS = ["idFromName", "getByName", "idFromString", "newUniqueId", "jurisdiction"];

test.each(OBJECT_ID_METHODS)("%s is used nowhere but in actors/kernel/stubs.ts", async (method) => {
  const uses = `
export const a = (all: { ${method}(name: string): string }) => all.${method}("name");
export const b = (env: { all?: { ${method}(name: string): string } }) => env.all?.${method}("name");
export const c = (all: { ${method}(name: string): string }) => ["name"].map(all.${method});
`;
  expect(await errorsIn("actors/tenant/tenant-actor.ts", uses)).toEqual(["plugin", "plugin", "plugin"]);
  expect(await errorsIn("workers/routes/alarms.ts", uses)).toEqual(["plugin", "plugin", "plugin"]);
  expect(await errorsIn("actors/kernel/stubs.ts", uses)).toEqual([]);
});
