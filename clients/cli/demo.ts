/**
 * `npm run demo`: fills the demo tenant of a running `npm start` and lets 60 simulated devices live in it until Ctrl-C, so
 * that the page has something to show. `--help` lists the options.
 */
import process from "node:process";
import { StandbyApi } from "../sdk/api.ts";
import { StandbyProblem, StandbyUnreachable } from "../sdk/problem.ts";
import { fillAvailability } from "./demo/availability.ts";
import { fillConversations } from "./demo/conversations.ts";
import { openDevices } from "./demo/devices.ts";
import { holdExercises } from "./demo/exercises.ts";
import { fillTenant } from "./demo/fill.ts";
import { Kept } from "./demo/kept.ts";
import { SimulatedPerson } from "./demo/person.ts";
import { readSettings, Unusable, usage } from "./demo/settings.ts";

const say = (line: string): void => void process.stdout.write(`${new Date().toTimeString().slice(0, 8)}  ${line}\n`);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());

async function main(): Promise<void> {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (settings === "help") return void process.stdout.write(usage);
  const { url, tenant, username, password } = settings;

  const admin = new StandbyApi({ baseUrl: url, tenant });
  await admin.logIn({ username, password });
  say(`logged in at ${url} as ${username} of ${tenant}`);
  const kept = new Kept(settings.dataFolder);
  const filled = await fillTenant(admin, kept, say);
  if (stop.signal.aborted) return;

  const devices = await openDevices({ admin, url, tenant, people: filled.people, kept, signal: stop.signal, say });
  await fillAvailability({ url, tenant, kept, signal: stop.signal }, filled.people, say);
  await fillConversations({ admin, url, tenant, kept, ...filled, signal: stop.signal, say });
  const people = devices.map((device) => new SimulatedPerson(device, filled.sites, say));
  for (const person of people) person.start();
  say(`${people.length} people are there. Ctrl-C stops; open ${url} to watch`);

  try {
    if (settings.alarms) {
      await holdExercises({ admin, scenarios: filled.scenarios, signal: stop.signal, say, username, password });
    } else if (!stop.signal.aborted) {
      await new Promise((stopped) => stop.signal.addEventListener("abort", stopped, { once: true }));
    }
  } finally {
    say("stopping");
    await Promise.all(people.map((person) => person.stop()));
    // Whatever comes of it: the session ends by itself in time.
    await admin.logOut().catch(() => undefined);
  }
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof StandbyUnreachable) return `StandBy does not answer (${thrown.message}). Is it running?`;
  if (thrown instanceof StandbyProblem) return `StandBy refused: ${thrown.message}`;
  if (thrown instanceof Unusable) return thrown.message;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

try {
  await main();
} catch (thrown) {
  if (!stop.signal.aborted) {
    process.stderr.write(`${reasonOf(thrown)}\n`);
    process.exitCode = 1;
  }
}
// Closing sockets and idle connections of fetch would keep the process for seconds.
process.exit();
