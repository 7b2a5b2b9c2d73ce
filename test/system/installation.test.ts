// The harness that other system tests stand on: what it kills stays down until it is started, and data survives.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openHistory } from "../../history/client.ts";
import { freePort } from "../../workers/self-hosted/ports.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { isRunning, NpmStart } from "./harness/npm-start.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "standby-installation-"));
  folders.push(folder);
  return folder;
}

async function tables({ history }: InstallationUnderTest): Promise<number> {
  const { url, authToken } = history;
  const database = openHistory({ url, ...(authToken === undefined ? {} : { authToken }) });
  const rows = await database.all<{ tables: number }>(
    "select count(*) as tables from sqlite_master where type = 'table'",
  );
  return rows[0]?.tables ?? 0;
}

async function makeTenant({ url, operatorToken }: InstallationUnderTest): Promise<number> {
  const admin = { username: "ada", email: "ada@example.org", firstName: "Ada", lastName: "Admin" };
  const answer = await fetch(`${url}/v1/tenants`, {
    method: "POST",
    headers: { authorization: `Bearer ${operatorToken}`, "content-type": "application/json" },
    body: JSON.stringify({ slug: "acme", name: "Acme", locale: "en", admin }),
  });
  await answer.body?.cancel();
  return answer.status;
}

test("workerd that was killed stays down, and comes back with its data on the same address", async () => {
  const dataFolder = newFolder();
  const first = await startInstallation({ dataFolder });
  expect(await makeTenant(first)).toBe(201);
  const killed = first.workerdPid();
  await first.killWorkerd();
  expect(killed !== undefined && isRunning(killed)).toBe(false);
  expect(first.workerdPid()).toBeUndefined();
  await expect(fetch(`${first.url}/healthz`)).rejects.toThrow();
  await first.startWorkerd();
  expect(await makeTenant(first)).toBe(409);
  await first.restartWorkerd();
  await first.stop();

  const second = await startInstallation({ dataFolder });
  expect(second.operatorToken).toBe(first.operatorToken);
  expect(await makeTenant(second)).toBe(409);
  await second.stop();
});

test("the history can be away from the start, come, go and come back", async () => {
  const under = await startInstallation({ sqld: false });
  expect(under.sqldPid()).toBeUndefined();
  expect(await makeTenant(under)).toBe(201);
  await expect(tables(under)).rejects.toThrow();
  await under.startSqld();
  const migrated = await tables(under);
  expect(migrated).toBeGreaterThan(1);
  const workerd = under.workerdPid();
  await under.killSqld();
  expect(await makeTenant(under)).toBe(409);
  await under.restartSqld();
  expect(await tables(under)).toBe(migrated);
  expect(under.workerdPid()).toBe(workerd);
  await under.stop();
});

test("LIBSQL_URL: no sqld of its own; ready while that one is away, its tables made when it comes", async () => {
  const other = await startInstallation({ sqld: false });
  const { url, authToken } = other.history;
  const started = new NpmStart({
    env: {
      STANDBY_DATA: newFolder(),
      STANDBY_DEMO: "off",
      PORT: String(await freePort()),
      LIBSQL_URL: url,
      LIBSQL_AUTH_TOKEN: authToken ?? "",
    },
  });
  const address = await started.ready();
  expect((await fetch(`${address}/healthz`)).status).toBe(200);
  expect(started.parts.sqld).toBeUndefined();
  await started.line(/alarms work, the history waits/);
  await other.startSqld();
  await started.line(/^the history's tables are up to date now$/);
  started.pressCtrlC();
  expect(await started.exit).toBe(0);
  await other.stop();
});
