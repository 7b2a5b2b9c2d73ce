import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Installation } from "../../../workers/self-hosted/installation.ts";
import type { HistoryAccess } from "../../../workers/self-hosted/migrate.ts";
import { freePort } from "../../../workers/self-hosted/ports.ts";
import type { KeptPart } from "../../../workers/self-hosted/process.ts";
import { readSettings } from "../../../workers/self-hosted/settings.ts";
import { projectFolder } from "./build.ts";

export interface InstallationUnderTest {
  url: string;
  operatorToken: string;
  dataFolder: string;
  /** libSQL itself, for tests that look at what is in it. */
  history: HistoryAccess;
  /** What the parts printed and what the supervisor said about them. */
  output: string[];
  workerdPid: () => number | undefined;
  sqldPid: () => number | undefined;
  /** SIGKILL; it stays down until it is started. */
  killWorkerd: () => Promise<void>;
  startWorkerd: () => Promise<void>;
  /** SIGKILL and start on the same data and port. */
  restartWorkerd: () => Promise<void>;
  killSqld: () => Promise<void>;
  /** Starts it on the same data and port, with its tables up to date. */
  startSqld: () => Promise<void>;
  restartSqld: () => Promise<void>;
  /** Ends everything. A data folder that was made here is removed; one that was given stays, to be started on again. */
  stop: () => Promise<void>;
}

/**
 * The real parts, as `npm start` runs them and by the same modules, on free ports and data of their own. Tests kill what
 * they like; a part that dies by itself is started again as it would be in `npm start`.
 * @param options.sqld false: the history is away until `startSqld`
 * @param options.env environment variables as for `npm start`
 */
export async function startInstallation(
  options: { sqld?: boolean; env?: Record<string, string>; dataFolder?: string } = {},
): Promise<InstallationUnderTest> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), "standby-test-"));
  const port = options.env?.PORT ?? String(await freePort());
  // The address with digits, so that ten thousand sockets do not each look `localhost` up.
  const url = `http://127.0.0.1:${port}`;
  const settings = readSettings({ PUBLIC_URL: url, ...options.env, PORT: port, STANDBY_DATA: dataFolder });
  const output: string[] = [];
  const installation = await Installation.start({
    settings,
    projectFolder,
    log: (line) => output.push(line),
    historyHeld: options.sqld === false,
  });
  const { workerd } = installation;
  const sqld = (): KeptPart => {
    if (installation.sqld === undefined) throw new TypeError("LIBSQL_URL was given, so there is no sqld here");
    return installation.sqld;
  };
  // The parts have process groups of their own: without this they would outlive a test runner that gives up.
  const endWithRunner = (): void => {
    for (const pid of [workerd.pid, installation.sqld?.pid]) if (pid !== undefined) process.kill(pid, "SIGKILL");
  };
  process.once("exit", endWithRunner);

  return {
    url,
    operatorToken: installation.secrets.operatorToken,
    dataFolder,
    history: installation.history,
    output,
    workerdPid: () => workerd.pid,
    sqldPid: () => sqld().pid,
    killWorkerd: () => workerd.killAndHold(),
    startWorkerd: () => workerd.start(),
    restartWorkerd: async () => {
      await workerd.killAndHold();
      await workerd.start();
    },
    killSqld: () => sqld().killAndHold(),
    startSqld: () => installation.startHistory(),
    restartSqld: async () => {
      await sqld().killAndHold();
      await installation.startHistory();
    },
    stop: async () => {
      await installation.stop();
      process.off("exit", endWithRunner);
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
