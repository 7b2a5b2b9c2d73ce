/** What presence-churn needs beside k6: a tenant with everybody present, and the devices that only listen. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Installation } from "../installation.ts";
import { Fleet } from "../light/fleet.ts";
import { quiet } from "../light/process-use.ts";
import { setUpTenant } from "../setup.ts";
import { Listeners } from "./listeners.ts";
import type { Prepared } from "./prepared.ts";

/** A person who walks rests for a second and a half (load/k6/churn-devices.ts); twice as many as that asks for. */
const WALKERS_A_CHANGE_A_SECOND = 3;

export interface BesideK6 {
  /** For k6: load/k6/parameters.ts. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** How many people of the site come and go. */
const walkersOf = (sockets: number, changesPerMinute: number): number =>
  Math.min(Math.floor(sockets / 2), Math.ceil((changesPerMinute / 60) * WALKERS_A_CHANGE_A_SECOND));

/**
 * @param k6Pid of the program that is started afterwards, once it is
 * @throws Error when the installation's processes are not known: what they take is part of the measurement
 */
export async function prepareChurn(
  { url, operatorToken, pids }: Installation,
  { sockets, changes }: { readonly sockets: number; readonly changes: number },
  k6Pid: () => number | undefined,
): Promise<BesideK6> {
  if (pids === undefined) throw new Error("CPU is measured here, so SERVER_PID must name the process of workerd");
  const walkers = walkersOf(sockets, changes);
  const tenant = await setUpTenant(url, operatorToken, { sites: 1, devices: sockets, present: true }, (line) =>
    console.error(line),
  );
  const { slug, adminToken, siteIds, deviceTokens } = tenant;
  const own = pids.store === undefined ? [pids.server] : [pids.server, pids.store];
  const { hostname, port } = new URL(url);
  const fleet = new Fleet(
    { host: hostname, port: Number(port), path: `/v1/${slug}/socket` },
    deviceTokens.slice(walkers),
  );
  const listeners = new Listeners(fleet, pids.server, () => {
    const k6 = k6Pid();
    return k6 === undefined ? own : [...own, k6];
  });
  const listenersUrl = await listeners.open();
  // What was written so far is on its way to the history: it must not be counted with the first alarm.
  await quiet(own);

  const folder = mkdtempSync(join(tmpdir(), "standby-churn-"));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", removeFolder);
  const file = join(folder, "tenant.json");
  const prepared: Prepared = { slug, adminToken, siteIds, walkerTokens: deviceTokens.slice(0, walkers) };
  writeFileSync(file, JSON.stringify(prepared), { mode: 0o600 });
  return {
    environment: { TENANT_FILE: file, LISTENERS_URL: listenersUrl, WALKERS: String(walkers) },
    stop: async () => {
      await listeners.close();
      process.off("exit", removeFolder);
      removeFolder();
    },
  };
}
