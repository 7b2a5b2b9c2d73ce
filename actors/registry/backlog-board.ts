import { eq, min, sum } from "drizzle-orm";
import type { Backlog } from "../kernel/contract.ts";
import type { Database } from "../kernel/database.ts";
import { backlogs } from "./registry-tables.ts";

/** What all actors together still have to write to the history. */
export interface TotalBacklog {
  pending: number;
  parked: number;
  /** Milliseconds since 1970 of the oldest pending row. */
  oldestAt?: number;
}

/** The last report of each actor; one that has nothing left is forgotten, so that the board stays small. */
export class BacklogBoard {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  note({ actor, pending, parked, oldestAt }: Backlog): void {
    if (pending === 0 && parked === 0) {
      this.#database.delete(backlogs).where(eq(backlogs.actor, actor)).run();
      return;
    }
    const row = { pending, parked, oldestAt: oldestAt ?? null };
    this.#database
      .insert(backlogs)
      .values({ actor, ...row })
      .onConflictDoUpdate({ target: backlogs.actor, set: row })
      .run();
  }

  total(): TotalBacklog {
    const all = this.#database
      .select({ pending: sum(backlogs.pending), parked: sum(backlogs.parked), oldestAt: min(backlogs.oldestAt) })
      .from(backlogs)
      .get();
    return {
      pending: Number(all?.pending ?? 0),
      parked: Number(all?.parked ?? 0),
      ...(all?.oldestAt == null ? {} : { oldestAt: all.oldestAt }),
    };
  }
}
