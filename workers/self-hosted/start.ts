import { resolve } from "node:path";
import process from "node:process";
import { demoLogIn } from "./demo-tenant.ts";
import { Failure, reasonOf } from "./failure.ts";
import { Installation } from "./installation.ts";
import { secretsFile } from "./secrets.ts";
import { readSettings } from "./settings.ts";
import { rebuildOnChange } from "./watch.ts";

const projectFolder = resolve(import.meta.dirname, "../..");

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const log = (line: string): void => void process.stderr.write(`${line}\n`);
// A terminal that was closed must not take the alarms down with it: there is just nobody left to read.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

const stop = new AbortController();
let asked = 0;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    asked += 1;
    if (asked === 1) log("stopping");
    stop.abort();
  });
}

async function showDemo(installation: Installation): Promise<void> {
  try {
    const demo = await demoLogIn(installation.dataFolder, installation.url, installation.secrets.operatorToken);
    say(`Demo log-in: tenant ${demo.tenant}, user name ${demo.username}, password ${demo.password}`);
  } catch (thrown) {
    log(`There is no demo log-in: ${reasonOf(thrown)}. STANDBY_DEMO=off leaves it out.`);
  }
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const installation = await Installation.start({ settings, projectFolder, log, signal: stop.signal });
  const asked = new Promise<undefined>((done) => {
    if (stop.signal.aborted) done(undefined);
    stop.signal.addEventListener("abort", () => done(undefined), { once: true });
  });

  say(`StandBy is ready at ${installation.url}`);
  if (settings.operatorToken === undefined) log(`The operator's token is in ${secretsFile(installation.dataFolder)}`);
  if (settings.demo) await showDemo(installation);
  if (process.argv.includes("--watch")) rebuildOnChange(projectFolder, installation, log, stop.signal);

  const broken = await Promise.race([asked, installation.broken]);
  await installation.stop();
  if (broken !== undefined) throw broken;
}

try {
  await main();
} catch (thrown) {
  if (!stop.signal.aborted) {
    log(`StandBy ${thrown instanceof Failure ? "cannot run" : "failed"}: ${reasonOf(thrown)}`);
    if (!(thrown instanceof Failure) && thrown instanceof Error) log(thrown.stack ?? "");
    process.exitCode = thrown instanceof Failure ? thrown.exitCode : 1;
  }
}
// Timers of health checks and idle connections of fetch would keep the process for seconds.
process.exit();
