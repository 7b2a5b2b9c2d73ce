import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type History, openHistory } from "../../history/client.ts";
import { migrateHistory } from "../../history/migrate.ts";
import { sqldBinary } from "../../workers/self-hosted/binaries.ts";
import { freePort } from "../../workers/self-hosted/ports.ts";

/** A real libSQL server with its own data, that a test can kill and start again on the same data and port. */
export class TestSqld {
  readonly url: string;
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | undefined;

  constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const args = ["--no-welcome", "--db-path", this.#folder, "--http-listen-addr", `127.0.0.1:${this.#port}`];
    const child = spawn(sqldBinary(), args, { stdio: "ignore" });
    this.#child = child;
    // sqld announces nothing: asking is the only way to learn that it listens.
    for (const deadline = Date.now() + 20_000; ; await pause(10)) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error("sqld did not come up");
      const response = await fetch(`${this.url}/health`).catch(() => undefined);
      if (response?.ok) return;
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A server with the history's tables, and the history on it. */
export const startHistory = async (): Promise<{ sqld: TestSqld; history: History }> => {
  const sqld = new TestSqld(await mkdtemp(join(tmpdir(), "standby-history-")), await freePort());
  await sqld.start();
  await migrateHistory({ url: sqld.url });
  return { sqld, history: openHistory({ url: sqld.url }) };
};

const tables = [
  "events",
  "alarms",
  "alarm_recipients",
  "alarm_steps",
  "alarm_channels",
  "incidents",
  "incident_notes",
  "contacts",
  "muster_points",
  "roll_calls",
  "roll_call_lines",
  "tenants",
  "users",
  "roles",
  "sites",
  "zones",
  "scenarios",
  "integrations",
  "availability",
  "conversations",
  "messages",
  "message_erasures",
  "presence_slots",
  "presence_cells",
  "staffing_periods",
  "alarm_timings",
  "channel_outcomes",
];

/** Every row of every table in the order of their keys: equal histories have equal contents. */
export const contents = async (history: History): Promise<Record<string, unknown[]>> => {
  const results = await history.$client.batch(
    tables.map((table) => `SELECT * FROM ${table} ORDER BY 1, 2, 3, 4${table === "message_erasures" ? "" : ", 5"}`),
    "read",
  );
  return Object.fromEntries(results.map((result, i) => [tables[i], result.rows.map((row) => ({ ...row }))]));
};

export const emptyHistory = async (history: History): Promise<void> => {
  await history.$client.batch(
    tables.map((table) => `DELETE FROM ${table}`),
    "write",
  );
};
