import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const checkout = resolve(import.meta.dirname, "../..");

/** Everything of design §7 in one file: it must compile, or a refusal below would prove nothing. */
const WHOLE_SUBSET = `
import { DurableObject } from "cloudflare:workers";
import { scrypt } from "node:crypto";
import { createClient } from "@libsql/client/web";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/durable-sqlite";

interface Env { readonly ACTORS: DurableObjectNamespace<Actor> }

export class Actor extends DurableObject<Env> {
  readonly db = drizzle(this.ctx.storage);
  add(amount: number): { total: number } {
    this.ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
    return this.ctx.storage.transactionSync(() => {
      const written: number = this.ctx.storage.sql.exec("INSERT INTO entry VALUES (?)", amount).rowsWritten;
      const rows = this.ctx.storage.sql.exec<{ amount: number }>("SELECT amount FROM entry");
      for (const row of rows) row.amount.toFixed();
      rows.toArray();
      const [[count]] = this.db.values<[number]>(sql\`SELECT count(*) FROM entry\`) as [[number]];
      return { total: rows.one().amount + written + count };
    });
  }
  override async fetch(_request: Request): Promise<Response> {
    const pair = new WebSocketPair();
    this.ctx.acceptWebSocket(pair[1], [this.ctx.id.name ?? ""]);
    pair[1].serializeAttachment({ tags: this.ctx.getTags(pair[1]) });
    this.ctx.waitUntil(this.ctx.blockConcurrencyWhile(async () => this.ctx.getWebSockets("tag").length));
    return new Response(null, { status: 101, webSocket: pair[0] });
  }
  override async alarm(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + 1_000);
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }
  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const attachment: unknown = socket.deserializeAttachment();
    socket.send(typeof message === "string" ? message : JSON.stringify(attachment));
  }
}

export async function call(namespace: DurableObjectNamespace<Actor>): Promise<number> {
  const stub = namespace.jurisdiction("eu").get(namespace.idFromName("name"));
  await stub.fetch("https://actor/");
  return (await namespace.getByName("name").add(1)).total;
}

export const database = createClient({ url: "http://127.0.0.1" });
export const hash = scrypt;
`;

const actor = (body: string): string =>
  `export async function use(ctx: DurableObjectState): Promise<void> {\n  ${body}\n}\n`;
const anywhere = (body: string): string => `export function use(): void {\n  ${body}\n}\n`;

/** What a file would use, its source, and what the compiler must say to it. */
const REFUSED: readonly (readonly [use: string, source: string, says: RegExp])[] = [
  ["ctx.storage.kv", actor(`ctx.storage.kv.put("a", 1);`), /'kv' does not exist/],
  ["ctx.storage.get", actor(`await ctx.storage.get("a");`), /'get' does not exist/],
  ["ctx.storage.sync", actor("await ctx.storage.sync();"), /'sync' does not exist/],
  ["ctx.storage.transaction", actor("await ctx.storage.transaction(async () => {});"), /'transaction' does not exist/],
  ["databaseSize", actor("void ctx.storage.sql.databaseSize;"), /'databaseSize' does not exist/],
  ["a boolean as a binding", actor(`ctx.storage.sql.exec("SELECT ?", true);`), /'true' is not assignable/],
  ["ctx.abort", actor(`ctx.abort("reason");`), /'abort' does not exist/],
  ["ctx.facets", actor("void ctx.facets;"), /'facets' does not exist/],
  ["the standard accept()", actor("new WebSocketPair()[1].accept();"), /'accept' does not exist/],
  [
    "newUniqueId",
    `export const id = (all: DurableObjectNamespace) => all.newUniqueId();`,
    /'newUniqueId' does not exist/,
  ],
  [
    "idFromString",
    `export const id = (all: DurableObjectNamespace) => all.idFromString("");`,
    /'idFromString' does not/,
  ],
  ["a global env", `import { env } from "cloudflare:workers";\nvoid env;\n`, /no exported member 'env'/],
  [
    "WorkerEntrypoint",
    `import { WorkerEntrypoint } from "cloudflare:workers";\nvoid WorkerEntrypoint;\n`,
    /no exported member/,
  ],
  ["cloudflare:sockets", `import { connect } from "cloudflare:sockets";\nvoid connect;\n`, /Cannot find module/],
  ["caches.default", anywhere("void caches.default;"), /'default' does not exist/],
  ["HTMLRewriter", anywhere("new HTMLRewriter();"), /Cannot find name 'HTMLRewriter'/],
  ["Deno", anywhere(`Deno.env.get("PORT");`), /Cannot find name 'Deno'/],
  ["Bun", anywhere("void Bun.env;"), /Cannot find name 'Bun'/],
  ["process", anywhere("void process.env;"), /Cannot find name 'process'/],
  ["Buffer", anywhere("Buffer.alloc(1);"), /Cannot find name 'Buffer'/],
  ["setImmediate", anywhere("setImmediate(() => {});"), /Cannot find name 'setImmediate'/],
  ["node:fs", `import { readFileSync } from "node:fs";\nvoid readFileSync;\n`, /'node:fs'/],
  [
    "more of node:crypto",
    `import { createCipheriv } from "node:crypto";\nvoid createCipheriv;\n`,
    /no exported member 'createCipheriv'/,
  ],
  ["document", anywhere("void document.title;"), /Cannot find name 'document'/],
];

let folder: string;
/** The compiler's messages on each sample, by file name. */
const messages = new Map<string, string>();

const fileOf = (index: number): string => `refused-${index}.ts`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "standby-subset-"));
  await symlink(join(checkout, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "whole-subset.ts"), WHOLE_SUBSET);
  await Promise.all(REFUSED.map(([, source], index) => writeFile(join(folder, fileOf(index)), source)));
  const include = [join(checkout, "actors/kernel/runtime.d.ts"), join(checkout, "workers/types"), "*.ts"];
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: join(checkout, "tsconfig.json"), include, exclude: [] }),
  );
  const output = await outputOf("tsc", ["-p", folder, "--pretty", "false"], folder);
  for (const line of output.split("\n")) {
    const file = line.match(/^([^(\s]+\.ts)\(/)?.[1];
    if (file !== undefined) messages.set(file, `${messages.get(file) ?? ""}${line}\n`);
  }
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

/** Both streams of a program of node_modules/.bin, whether it succeeded or not. */
async function outputOf(program: string, args: readonly string[], cwd: string): Promise<string> {
  const ended = await run(join(checkout, "node_modules/.bin", program), args, {
    cwd,
    env: { ...process.env, NO_COLOR: "1" },
  }).catch((failure: { stdout: string; stderr: string }) => failure);
  return ended.stdout + ended.stderr;
}

test("the whole subset compiles, with its libraries", () => {
  expect(messages.get("whole-subset.ts")).toBeUndefined();
});

test.each(REFUSED.map(([use, , says], index) => [use, index, says] as const))("%s is refused", (_use, index, says) => {
  expect(messages.get(fileOf(index))).toMatch(says);
});

test("Deno takes the same subset, and refuses what lies beyond it", async () => {
  const sample = join(folder, "deno");
  await mkdir(sample);
  await symlink(join(checkout, "node_modules"), join(sample, "node_modules"));
  await writeFile(join(sample, "whole-subset.ts"), WHOLE_SUBSET);
  await writeFile(join(sample, "beyond.ts"), actor(`ctx.storage.kv.put("a", 1);`));
  const config = ["--config", join(checkout, "deno.json")];
  expect(await outputOf("deno", ["check", ...config, "whole-subset.ts"], sample)).not.toMatch(/error/i);
  expect(await outputOf("deno", ["check", ...config, "beyond.ts"], sample)).toMatch(/'kv' does not exist/);
}, 60_000);

test("every file of server code is compiled under these rules", async () => {
  const compiled = new Set((await outputOf("tsc", ["-p", checkout, "--listFilesOnly"], checkout)).split("\n"));
  const server = globSync(
    ["protocol/**/*.ts", "actors/**/*.ts", "history/**/*.ts", "workers/**/*.ts", "clients/sdk/**/*.ts"],
    {
      cwd: checkout,
      exclude: (path) => path.startsWith("workers/self-hosted") || path.endsWith(".config.ts"),
    },
  );
  expect(server.length).toBeGreaterThan(0);
  expect(server.filter((path) => !compiled.has(join(checkout, path)))).toEqual([]);
});
