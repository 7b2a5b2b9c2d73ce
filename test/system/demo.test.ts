// `npm run demo` beside a running `npm start`, both as a person starts them (issue 3, set-up).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { routes } from "../../protocol/http/routes.ts";
import { freePort } from "../../workers/self-hosted/ports.ts";
import { NpmStart } from "./harness/npm-start.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const LogIn = z.object({ tenant: z.string(), username: z.string(), password: z.string() });

function run(env: Record<string, string>, command?: string[]): NpmStart {
  const started = new NpmStart({ env, ...(command === undefined ? {} : { command }) });
  cleanUps.push(() => started.dispose());
  return started;
}

const runDemo = (dataFolder: string): NpmStart =>
  run({ STANDBY_DATA: dataFolder }, [process.execPath, "clients/cli/demo.ts"]);

test("the demo fills its tenant once, its sixty devices receive and people answer, and Ctrl-C ends it", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "standby-demo-"));
  cleanUps.push(() => rmSync(dataFolder, { recursive: true, force: true }));
  const server = run({ STANDBY_DATA: dataFolder, PORT: String(await freePort()) });
  const baseUrl = await server.ready();
  await server.line(/^Demo log-in: /);

  const first = runDemo(dataFolder);
  await first.line(/ 60 people are there/);
  const { tenant, username, password } = LogIn.parse(JSON.parse(readFileSync(join(dataFolder, "demo.json"), "utf8")));
  const admin = new StandbyApi({ baseUrl, tenant });
  await admin.logIn({ username, password });
  const { items: sites } = await admin.call(routes.listSites);
  expect(sites).toHaveLength(3);

  const { alarmId, recipients } = await admin.raiseAlarm({ title: "Test", kind: "test", targets: { everyone: true } });
  // The administrator has no device, but a session that could open the page.
  expect(recipients).toBe(61);
  await first.line(/: (coming|notComing)$/);
  await expect.poll(async () => (await admin.getAlarm(alarmId)).counts.received).toBe(60);
  const { counts } = await admin.getAlarm(alarmId);
  expect(counts.coming + counts.notComing).toBeGreaterThan(0);

  first.pressCtrlC();
  expect(await first.exit).toBe(0);

  const second = runDemo(dataFolder);
  await second.line(/ 60 people are there/);
  expect(second.output).not.toMatch(/added|enrolled/);
  expect((await admin.call(routes.listUsers, { query: { limit: 200 } })).items).toHaveLength(61);
  second.pressCtrlC();
  expect(await second.exit).toBe(0);
});
