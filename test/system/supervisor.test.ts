// What `npm start` promises to the person at the terminal, with real processes. The real Worker runs in it: a tenant that
// is made stands for "data". Not shown here: that no accepted alarm is lost (that is the recovery test's).
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { freePort } from "../../workers/self-hosted/ports.ts";
import { isRunning, NpmStart, type NpmStartOptions } from "./harness/npm-start.ts";
import { copyProject } from "./harness/project-copy.ts";

const RESTART_LIMIT_MS = 3_000;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "standby-supervisor-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(
  dataFolder: string,
  more: Partial<Omit<NpmStartOptions, "env">> & { env?: Record<string, string> } = {},
): Promise<NpmStart> {
  const { env, ...options } = more;
  const started = new NpmStart({
    ...options,
    env: {
      STANDBY_DATA: dataFolder,
      PORT: String(await freePort()),
      STANDBY_DEMO: "off",
      OPERATOR_TOKEN: "operator-of-the-test",
      ...env,
    },
  });
  cleanUps.push(() => started.dispose());
  return started;
}

/** Makes a tenant; 409 says that it is there already. */
async function makeTenant(url: string, slug: string, token = "operator-of-the-test"): Promise<number> {
  const admin = { username: "ada", email: "ada@example.org", firstName: "Ada", lastName: "Admin" };
  const answer = await fetch(`${url}/v1/tenants`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ slug, name: slug, locale: "en", admin }),
  });
  await answer.body?.cancel();
  return answer.status;
}

function pidOf(started: NpmStart, part: "workerd" | "sqld"): number {
  const pid = started.parts[part];
  if (pid === undefined) throw new Error(`${part} does not run`);
  return pid;
}

describe("a first start", () => {
  test("says once that it is ready, keeps its secrets to the owner, prints a demo log-in that works", async () => {
    const data = newDataFolder();
    const first = await start(data, { env: { STANDBY_DEMO: "on", OPERATOR_TOKEN: "" } });
    const url = await first.ready();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const demo = await first.line(/^Demo log-in: /);
    expect(first.stdout.filter((line) => line.startsWith("StandBy is ready at"))).toHaveLength(1);
    expect(first.stdout.indexOf(demo)).toBeGreaterThan(first.stdout.indexOf(`StandBy is ready at ${url}`));

    const [, tenant, username, password] = /tenant (\S+), user name (\S+), password (\S+)$/.exec(demo) ?? [];
    const logIn = await fetch(`${url}/v1/${tenant}/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    });
    expect(logIn.status).toBe(201);

    expect(statSync(data).mode & 0o777).toBe(0o700);
    for (const file of ["secrets.json", "demo.json", "workerd.capnp"]) {
      expect(statSync(join(data, file)).mode & 0o777, file).toBe(0o600);
    }
    const secrets: { operatorToken: string; passwordPepper: string } = JSON.parse(
      readFileSync(join(data, "secrets.json"), "utf8"),
    );
    const commandLines = execFileSync("ps", ["-e", "-ww", "-o", "args="], { encoding: "utf8" });
    expect(commandLines).toContain(join(data, "workerd.capnp"));
    for (const secret of [secrets.operatorToken, secrets.passwordPepper]) {
      expect(commandLines).not.toContain(secret);
      expect(readFileSync(join(data, "workerd.capnp"), "utf8")).not.toContain(secret);
      expect(first.output).not.toContain(secret);
    }

    first.signal("SIGTERM");
    expect(await first.exit).toBe(0);
    const second = await start(data, { env: { STANDBY_DEMO: "on", OPERATOR_TOKEN: "" } });
    const again = await second.ready();
    expect(await second.line(/^Demo log-in: /)).toBe(demo);
    expect(await makeTenant(again, "demo", secrets.operatorToken)).toBe(409);
  });
});

describe("a part that dies", () => {
  test("workerd killed: back within 3 s, same address, same data, sqld untouched", async () => {
    const started = await start(newDataFolder());
    const url = await started.ready();
    expect(await makeTenant(url, "acme")).toBe(201);
    const sqld = pidOf(started, "sqld");
    for (let round = 1; round <= 2; round++) {
      const before = pidOf(started, "workerd");
      const killedAt = performance.now();
      process.kill(before, "SIGKILL");
      await untilAnswers(`${url}/healthz`, () => pidOf(started, "workerd") !== before);
      expect(performance.now() - killedAt).toBeLessThan(RESTART_LIMIT_MS);
      expect(await makeTenant(url, "acme")).toBe(409);
    }
    expect(pidOf(started, "sqld")).toBe(sqld);
    expect(started.stdout.filter((line) => line.startsWith("StandBy is ready at"))).toHaveLength(1);
  });

  test("sqld killed: back within 3 s on the same port, workerd unharmed", async () => {
    const started = await start(newDataFolder());
    const url = await started.ready();
    const workerd = pidOf(started, "workerd");
    const before = pidOf(started, "sqld");
    process.kill(before, "SIGKILL");
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const back = await started.line(/^sqld is back after (\d+) ms$/);
    expect(Number(/\d+/.exec(back)?.[0])).toBeLessThan(RESTART_LIMIT_MS);
    expect(pidOf(started, "sqld")).not.toBe(before);
    expect(pidOf(started, "workerd")).toBe(workerd);
    const ready: { history: string } = await (await fetch(`${url}/readyz`)).json();
    expect(ready.history).not.toBe("down");
  });

  test("workerd that cannot come up again: the reason, exit code 1, nothing left running", async () => {
    const data = newDataFolder();
    const started = await start(data);
    await started.ready();
    const { workerd, sqld } = { workerd: pidOf(started, "workerd"), sqld: pidOf(started, "sqld") };
    writeFileSync(join(data, "workerd.capnp"), "this is no configuration");
    process.kill(workerd, "SIGKILL");
    expect(await started.exit).toBe(1);
    expect(started.output).toMatch(/workerd cannot be kept running: it failed 6 times in a row/);
    expect(isRunning(sqld)).toBe(false);
  });
});

describe("stopping", () => {
  test("Ctrl-C on npm start: exit code 0, no process left, although a client holds a connection", async () => {
    const started = await start(newDataFolder(), { command: ["npm", "start"] });
    const url = await started.ready();
    const pids = [pidOf(started, "workerd"), pidOf(started, "sqld")];
    const client = connect(Number(new URL(url).port), "127.0.0.1");
    client.on("error", () => {});
    await once(client, "connect");
    client.write("POST /v1/tenants HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n");
    started.pressCtrlC();
    expect(await started.exit).toBe(0);
    client.destroy();
    expect(pids.filter(isRunning)).toEqual([]);
  });

  test("SIGTERM while it starts: exit code 0, no process left", async () => {
    const data = newDataFolder();
    const started = await start(data);
    await untilTrue(() => existsSync(join(data, "parts.json")));
    started.signal("SIGTERM");
    expect(await started.exit).toBe(0);
    expect(started.parts).toEqual({});
  });

  test("data is kept; a supervisor that was killed leaves orphans, which the next start ends", async () => {
    const data = newDataFolder();
    const first = await start(data);
    expect(await makeTenant(await first.ready(), "acme")).toBe(201);
    const orphans = [pidOf(first, "workerd"), pidOf(first, "sqld")];
    first.signal("SIGKILL");
    expect(await first.exit).toBe("SIGKILL");
    expect(orphans.filter(isRunning)).toEqual(orphans);

    const second = await start(data);
    const url = await second.ready();
    expect(orphans.filter(isRunning)).toEqual([]);
    expect(await makeTenant(url, "acme")).toBe(409);
  });
});

describe("refusing to start", () => {
  test("data in use: says by whom, and the first goes on", async () => {
    const data = newDataFolder();
    const first = await start(data);
    const url = await first.ready();
    const parts = first.parts;
    const second = await start(data);
    expect(await second.exit).toBe(1);
    expect(second.output).toContain(`in use by process ${first.pid}, which runs StandBy at ${url}`);
    expect(first.parts).toEqual(parts);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test.each(["127.0.0.1", "0.0.0.0"])("port taken on %s: names it and the variable, starts nothing", async (host) => {
    const port = await freePort();
    const other = createServer().listen(port, host);
    cleanUps.push(() => other.close());
    await once(other, "listening");
    const data = newDataFolder();
    const started = await start(data, { env: { PORT: String(port) } });
    expect(await started.exit).toBe(1);
    expect(started.output).toContain(`port ${port} is taken`);
    expect(started.output).toContain("PORT=");
    expect(existsSync(join(data, "parts.json"))).toBe(false);
  });

  test.each([
    { PORT: "http" },
    { PORT: "70000" },
    { STANDBY_DEMO: "yes" },
    { PUBLIC_URL: "standby.example.org" },
    { LIBSQL_URL: "wss://example.org" },
    { LIBSQL_AUTH_TOKEN: "a-token-without-url" },
    { OPERATOR_TOKEN: "short" },
    { JURISDICTION: "eu" },
    { STANDBY_DEMOS: "on" },
  ])("configuration %o: names the variable, exit code 2", async (env) => {
    const data = newDataFolder();
    const started = await start(data, { env });
    expect(await started.exit).toBe(2);
    for (const [name, value] of Object.entries(env)) {
      expect(started.output).toContain(name);
      if (name.endsWith("TOKEN")) expect(started.output).not.toContain(value);
    }
    expect(started.output).not.toMatch(/^\s+at /m);
  });

  test.each([
    [`@sqld/${process.platform}-${process.arch}`],
    [`@cloudflare/workerd-${process.platform}-${process.arch.replace("x64", "64")}`],
  ])("package %s missing: names it and how to install it", async (missing) => {
    const copy = copyProject([missing]);
    cleanUps.push(copy.remove);
    const started = await start(newDataFolder(), { folder: copy.folder });
    expect(await started.exit).toBe(1);
    expect(started.output).toContain(`the package ${missing} is missing. Install it with \`npm ci\``);
  });

  test("packages not installed at all: says npm ci", async () => {
    const copy = copyProject(["zod"]);
    cleanUps.push(copy.remove);
    const started = await start(newDataFolder(), { folder: copy.folder });
    expect(await started.exit).toBe(1);
    expect(started.output).toMatch(/Run `npm ci`/);
  });

  test("an older Node: says which is needed", async () => {
    const older = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.11.0"})`;
    const command = [process.execPath, "--import", older, "workers/self-hosted/preflight.mjs"];
    const started = await start(newDataFolder(), { command });
    expect(await started.exit).toBe(1);
    expect(started.output).toMatch(/needs Node 24 or newer and runs on Node 20\.11\.0/);
  });

  test("damaged secrets: refused and left as they are", async () => {
    const data = newDataFolder();
    writeFileSync(join(data, "secrets.json"), '{"passwordPepper":');
    const started = await start(data);
    expect(await started.exit).toBe(1);
    expect(started.output).toContain("secrets.json is damaged");
    expect(readFileSync(join(data, "secrets.json"), "utf8")).toBe('{"passwordPepper":');
  });
});

describe("npm run dev", () => {
  test("a changed source is built and started; one that does not build leaves the former running", async () => {
    const copy = copyProject();
    cleanUps.push(copy.remove);
    const command = [process.execPath, "workers/self-hosted/preflight.mjs", "--watch"];
    const started = await start(newDataFolder(), { folder: copy.folder, command });
    const url = await started.ready();
    await started.line(/^watching /);
    const entry = join(copy.folder, "workers/cloudflare.ts");
    const source = readFileSync(entry, "utf8");
    const before = pidOf(started, "workerd");

    appendFileSync(entry, "\nconst = ;\n");
    await started.line(/wrangler could not build it/);
    expect(pidOf(started, "workerd")).toBe(before);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);

    writeFileSync(entry, `${source}\n// changed\n`);
    await started.line(/^restarted with the changes$/);
    expect(pidOf(started, "workerd")).not.toBe(before);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

/** Asks until it answers and `also` holds. Somebody outside has no event to wait for: asking again is what clients do. */
async function untilAnswers(url: string, also: () => boolean): Promise<void> {
  await untilTrue(async () => {
    try {
      return (await fetch(url)).ok && also();
    } catch {
      return false;
    }
  });
}

async function untilTrue(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
