/** The StandBy installation that the load goes to: one that runs already, or one started for the occasion. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";
import { Installation as OwnInstallation } from "../workers/self-hosted/installation.ts";
import { freePort } from "../workers/self-hosted/ports.ts";
import { readSettings } from "../workers/self-hosted/settings.ts";

export interface Installation {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly operatorToken: string;
  /** It outlives this run, so what is prepared in it may be used again. */
  readonly lasting: boolean;
  /** Of workerd, and of sqld beside it. Undefined for an installation whose processes are not known: no CPU is measured then. */
  readonly pids: { readonly server: number; readonly store?: number } | undefined;
  stop(): Promise<void>;
}

const pid = z.coerce.number().int().positive();
const running = z.object({
  BASE_URL: z.url({ protocol: /^https?$/ }),
  OPERATOR_TOKEN: z.string({ error: "is needed with BASE_URL" }),
  SERVER_PID: pid.optional(),
  STORE_PID: pid.optional(),
});

/**
 * The one that BASE_URL names, or else a new one with its data in a temporary folder, ended and removed with this program.
 *
 * @throws Error when the environment is wrong; Failure with a reason for people when it cannot be started
 */
export async function openInstallation(environment: NodeJS.ProcessEnv = process.env): Promise<Installation> {
  return environment.BASE_URL ? runningInstallation(environment) : startInstallation();
}

function runningInstallation(environment: NodeJS.ProcessEnv): Installation {
  const read = running.safeParse(environment);
  if (!read.success)
    throw new Error(read.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("\n"));
  const { BASE_URL, OPERATOR_TOKEN, SERVER_PID: server, STORE_PID: store } = read.data;
  return {
    url: BASE_URL.replace(/\/$/, ""),
    operatorToken: OPERATOR_TOKEN,
    lasting: true,
    pids: server === undefined ? undefined : { server, ...(store === undefined ? {} : { store }) },
    stop: async () => {},
  };
}

async function startInstallation(): Promise<Installation> {
  const data = mkdtempSync(join(tmpdir(), "standby-load-data-"));
  const removeData = (): void => rmSync(data, { recursive: true, force: true });
  const port = await freePort();
  const own = await OwnInstallation.start({
    settings: readSettings({ PORT: String(port), STANDBY_DATA: data, STANDBY_DEMO: "off" }),
    projectFolder: resolve(import.meta.dirname, ".."),
    log: (line) => console.error(line),
  }).catch((error: unknown) => {
    removeData();
    throw error;
  });
  const server = own.workerd.pid;
  const store = own.sqld?.pid;
  if (server === undefined) throw new Error("workerd ended as soon as it was ready");
  // When this program is cut short: a handler of 'exit' can only do what is synchronous.
  const cutShort = (): void => {
    for (const part of [own.workerd.pid, own.sqld?.pid]) if (part !== undefined) process.kill(part, "SIGKILL");
    removeData();
  };
  process.once("exit", cutShort);
  return {
    // Not `localhost`: the client dials from several addresses of IPv4's loopback.
    url: `http://127.0.0.1:${port}`,
    operatorToken: own.secrets.operatorToken,
    lasting: false,
    pids: { server, ...(store === undefined ? {} : { store }) },
    stop: async () => {
      await own.stop();
      process.off("exit", cutShort);
      removeData();
    },
  };
}
