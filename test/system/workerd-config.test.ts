// workerd's configuration is generated from wrangler.toml. Held here against wrangler's own reading of that file, and
// against what the Worker really gets, so that one machine and Cloudflare cannot drift apart.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";
import { workerdConfig } from "../../workers/self-hosted/workerd-config.ts";
import { readWranglerFile } from "../../workers/self-hosted/wrangler-file.ts";
import { projectFolder } from "./harness/build.ts";

const wranglerFile = join(projectFolder, "wrangler.toml");
const variables = ["OPERATOR_TOKEN", "LIBSQL_URL"];
const input = {
  wrangler: readWranglerFile(wranglerFile),
  configFolder: "/data",
  bundle: {
    folder: "/project/dist/worker",
    files: ["README.md", "cloudflare.js", "cloudflare.js.map", "a.wasm", "b.sql"],
  },
  pageFolder: '/project/dist/a "page"',
  objectsFolder: "/data/objects",
  host: "::1",
  port: 8787,
  variables,
  channelHosts: false,
  calendarHosts: false,
};
const config = workerdConfig(input);
/** The part of wrangler's reading that is compared; its own type comes out as `any`. */
const theirs = z
  .object({
    compatibility_date: z.string(),
    compatibility_flags: z.array(z.string()),
    durable_objects: z.object({ bindings: z.array(z.object({ name: z.string(), class_name: z.string() })).min(1) }),
    migrations: z.array(z.object({ new_sqlite_classes: z.array(z.string()).optional() })),
    assets: z.object({ binding: z.string() }),
    vars: z.record(z.string(), z.string()),
  })
  .parse(unstable_readConfig({ config: wranglerFile }));

const matches = (pattern: RegExp): string[][] => [...config.matchAll(pattern)].map((match) => match.slice(1));

describe("workerd's configuration", () => {
  test("has wrangler's compatibility date and flags", () => {
    expect(matches(/compatibilityDate = "([^"]+)"/g)).toEqual([[theirs.compatibility_date]]);
    const flags = /compatibilityFlags = \[([^\]]*)\]/.exec(config)?.[1] ?? "";
    expect([...flags.matchAll(/"([^"]+)"/g)].map((match) => match[1])).toEqual(theirs.compatibility_flags);
  });

  test("has wrangler's objects, each class with SQLite exactly when a migration says so", () => {
    expect(matches(/\(name = "(\w+)", durableObjectNamespace = "(\w+)"\)/g)).toEqual(
      theirs.durable_objects.bindings.map((binding) => [binding.name, binding.class_name]),
    );
    const sql = theirs.migrations.flatMap((migration) => migration.new_sqlite_classes ?? []);
    expect(matches(/className = "(\w+)", uniqueKey = "([^"]+)", enableSql = (\w+)/g)).toEqual(
      theirs.durable_objects.bindings.map(({ class_name: name }) => [
        name,
        `standby-${name}`,
        String(sql.includes(name)),
      ]),
    );
  });

  test("has every other binding of wrangler, the environment's variables, HISTORY_NET, and nothing else", () => {
    const others = matches(/\(name = "(\w+)", (service|text|json|fromEnvironment) = "([^"]*)"/g).filter(
      ([name]) => name !== "http",
    );
    expect(others.map(([name, kind]) => `${name} ${kind}`).toSorted()).toEqual(
      [
        `${theirs.assets.binding} service`,
        "HISTORY_NET service",
        ...variables.map((name) => `${name} fromEnvironment`),
        // The local runtime has no jurisdictions (I12).
        ...Object.keys(theirs.vars)
          .filter((name) => name !== "JURISDICTION")
          .map((name) => `${name} text`),
      ].toSorted(),
    );
  });

  test("embeds the modules of the bundle, the entry first", () => {
    expect(matches(/\(name = "([^"]+)", (\w+) = embed "([^"]+)"\)/g)).toEqual([
      ["cloudflare.js", "esModule", "../project/dist/worker/cloudflare.js"],
      ["a.wasm", "wasm", "../project/dist/worker/a.wasm"],
      ["b.sql", "text", "../project/dist/worker/b.sql"],
    ]);
  });

  test("only HISTORY_NET reaches private addresses", () => {
    expect(config).toContain('(name = "internet", network = (allow = ["public"], ');
    expect(config).toContain('globalOutbound = "internet"');
    expect(matches(/\(name = "([\w-]+)", network = \(allow = \["public", "private"\]/g)).toEqual([["history-net"]]);
    expect(matches(/service = "history-net"/g)).toHaveLength(1);
  });

  test.each([
    ["CHANNEL_NET", "channel-net", { channelHosts: true }],
    ["CALENDAR_NET", "calendar-net", { calendarHosts: true }],
  ])(
    "hosts that the operator named have a way of their own, %s, and nothing else changes (T19)",
    (binding, service, named) => {
      const withHosts = workerdConfig({ ...input, ...named });
      const added = withHosts.split("\n").filter((line) => !config.split("\n").includes(line));
      expect(added.filter((line) => !line.trim().startsWith("#"))).toEqual([
        `        (name = "${binding}", service = "${service}"),`,
        `    (name = "${service}", network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))),`,
      ]);
      expect(config.split("\n").every((line) => withHosts.split("\n").includes(line))).toBe(true);
    },
  );

  test("quotes what is unusual", () => {
    expect(config).toContain('(path = "/project/dist/a \\"page\\"")');
    expect(config).toContain('address = "[::1]:8787"');
  });
});

describe("a wrangler.toml that one machine cannot follow", () => {
  const folder = mkdtempSync(join(tmpdir(), "standby-wrangler-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const usual = [
    'name = "a"\nmain = "a.ts"\ncompatibility_date = "2026-11-01"',
    '[assets]\ndirectory = "web"\nbinding = "ASSETS"\nrun_worker_first = true',
    "[durable_objects]\nbindings = []\n[[migrations]]\ntag = 'v1'\nnew_sqlite_classes = []",
  ].join("\n");

  test.each([
    ["\n[[kv_namespaces]]\nbinding = 'CACHE'\nid = 'x'", "kv_namespaces"],
    [
      "\n[[migrations]]\ntag = 'v2'\nnew_sqlite_classes = []\nrenamed_classes = [{ from = 'A', to = 'B' }]",
      "renamed_classes",
    ],
  ])("%j is refused by name", (addition, named) => {
    const path = join(folder, "wrangler.toml");
    writeFileSync(path, usual);
    expect(readWranglerFile(path).name).toBe("a");
    writeFileSync(path, usual + addition);
    expect(() => readWranglerFile(path)).toThrow(named);
  });
});
