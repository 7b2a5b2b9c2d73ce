/** The servers of a run: started, pinned to their cores, prepared, and ended again, also after a failure half-way. */
import { floorTarget } from "./floor/floor-target.ts";
import { startFloor } from "./floor/start.ts";
import { type Installation, openInstallation } from "./installation.ts";
import { pinProcess } from "./light/cores.ts";
import { Fleet } from "./light/fleet.ts";
import type { Target } from "./light/round.ts";
import type { MeasureOptions } from "./measure-options.ts";
import type { Subject } from "./scenarios.ts";
import { setUpTenant } from "./setup.ts";
import { standbyTarget } from "./standby-target.ts";
import { readTenant, type Tenant, writeTenant } from "./tenant-cache.ts";

export type ServerName = "standby" | "floor";

export class Stage {
  readonly #options: MeasureOptions;
  readonly #progress: (line: string) => void;
  readonly #stops: (() => Promise<void>)[] = [];
  #standby: (Installation & { readonly pids: Target["pids"] }) | undefined;
  #floor: Subject | undefined;

  constructor(options: MeasureOptions, progress: (line: string) => void) {
    this.#options = options;
    this.#progress = progress;
  }

  async start(): Promise<void> {
    const { servers, "no-pin": free, "server-core": serverCore, "client-core": clientCore } = this.#options;
    if (servers.includes("standby")) {
      const standby = await openInstallation();
      this.#stops.push(() => standby.stop());
      const { pids } = standby;
      if (pids === undefined) throw new Error("CPU is measured here, so SERVER_PID must name the process of workerd");
      this.#standby = { ...standby, pids };
      if (!free) pinProcess(pids.server, serverCore);
      // sqld is given the client's core: the floor has none, and the alarm path never waits for it.
      if (!free && pids.store !== undefined) pinProcess(pids.store, clientCore);
    }
    if (servers.includes("floor")) {
      const floor = await startFloor(free ? undefined : serverCore);
      this.#stops.push(() => floor.stop());
      const tokens = Array.from({ length: this.#options.sockets }, (_, i) => `floor-device-${i}`);
      this.#floor = { target: floorTarget(floor), openFleet: () => fleet(floor.url, "/socket", tokens) };
    }
    if (!free) pinProcess(process.pid, clientCore);
  }

  /** StandBy with its sockets spread over so many sites, and the floor, as far as they are measured. */
  async subjects(sites: number): Promise<{ readonly names: ServerName[]; readonly subjects: Subject[] }> {
    const names: ServerName[] = [];
    const subjects: Subject[] = [];
    if (this.#standby !== undefined) {
      const { url, pids } = this.#standby;
      const tenant = await this.#tenant(this.#standby, sites);
      names.push("standby");
      subjects.push({
        target: standbyTarget(url, pids, tenant),
        openFleet: () => fleet(url, `/v1/${tenant.slug}/socket`, tenant.deviceTokens),
      });
    }
    if (this.#floor !== undefined) {
      names.push("floor");
      subjects.push(this.#floor);
    }
    return { names, subjects };
  }

  async #tenant({ url, operatorToken, lasting }: Installation, sites: number): Promise<Tenant> {
    const shape = { sites, devices: this.#options.sockets, present: this.#options.present };
    const former = lasting ? await readTenant(url, shape) : undefined;
    if (former !== undefined) {
      this.#progress(`tenant ${former.slug}: from an earlier run`);
      return former;
    }
    const tenant = await setUpTenant(url, operatorToken, shape, this.#progress);
    if (lasting) await writeTenant(url, tenant);
    return tenant;
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }
}

function fleet(url: string, path: string, tokens: readonly string[]): Fleet {
  const { hostname, port } = new URL(url);
  return new Fleet({ host: hostname, port: Number(port), path }, tokens);
}
