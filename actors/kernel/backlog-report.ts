import type { Backlog } from "./contract.ts";
import type { Database } from "./database.ts";
import type { Environment } from "./environment.ts";
import { toldBehind } from "./kernel-tables.ts";
import { registryStub } from "./stubs.ts";
import { nameOf } from "./timers.ts";

/**
 * Tells the registry how far behind an actor is, and once more when it has caught up. That it has told so is stored: an object that
 * dies while it is behind, and catches up in its next life, must take its word back, or the installation counts as behind for ever.
 */
export class BacklogReport {
  #env: Environment;
  #database: Database;
  #isBehind = false;

  constructor(env: Environment, database: Database) {
    this.#env = env;
    this.#database = database;
  }

  /** Never throws: a report that was lost is made again after the next drain. */
  async tell(backlog: Backlog, isBehind: boolean): Promise<void> {
    this.#isBehind = isBehind;
    if (!isBehind && this.#database.select().from(toldBehind).all().length === 0) return;
    // Before the call: it may arrive though this object dies meanwhile.
    if (isBehind) this.#database.insert(toldBehind).values({ one: 1 }).onConflictDoNothing().run();
    try {
      await registryStub(this.#env).report(backlog);
      // Unless it fell behind again during the call.
      if (!isBehind && !this.#isBehind) this.#database.delete(toldBehind).run();
    } catch (error) {
      console.error(JSON.stringify({ event: "report", error: nameOf(error) }));
    }
  }
}
