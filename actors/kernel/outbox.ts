import { and, asc, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import type { Backlog } from "./contract.ts";
import type { Database } from "./database.ts";
import type { DrainStore, OutboxRow } from "./drain.ts";
import { outbox } from "./kernel-tables.ts";

/** The rows that still have to reach somebody, in the actor's own SQLite. What to do with them is drain.ts. */
export class Outbox {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Call it in the transaction of the change. */
  add(row: { topic: string; entity: string; logSeq?: number; body?: unknown }, now: number): void {
    this.#database
      .insert(outbox)
      .values({
        topic: row.topic,
        entity: row.entity,
        logSeq: row.logSeq ?? null,
        body: row.body === undefined ? null : JSON.stringify(row.body),
        createdAt: now,
      })
      .run();
  }

  /** The rows of one topic as drain.ts wants them. */
  store(topic: string): DrainStore {
    const database = this.#database;
    return {
      rows: (limit) =>
        database
          .select()
          .from(outbox)
          .where(eq(outbox.topic, topic))
          // Parked rows last: however many there are, they must not fill the look-ahead and hide what may go.
          .orderBy(sql`${outbox.parkedAt} IS NOT NULL`, asc(outbox.id))
          .limit(limit)
          .all()
          .map(toRow),
      remove: (ids) => {
        for (let i = 0; i < ids.length; i += 90)
          database
            .delete(outbox)
            .where(inArray(outbox.id, ids.slice(i, i + 90)))
            .run();
      },
      update: (row) => {
        database
          .update(outbox)
          .set({
            attempts: row.attempts,
            nextAt: row.nextAt,
            parkedAt: row.parkedAt ?? null,
            lastError: row.lastError ?? null,
          })
          .where(eq(outbox.id, row.id))
          .run();
      },
    };
  }

  waitingLogSeqs(): number[] {
    return this.#database
      .select({ logSeq: outbox.logSeq })
      .from(outbox)
      .where(isNotNull(outbox.logSeq))
      .orderBy(asc(outbox.id))
      .all()
      .flatMap((row) => (row.logSeq === null ? [] : [row.logSeq]));
  }

  backlog(actor: string): Backlog {
    const [row] = this.#database
      .select({
        pending: sql<number>`count(*)`,
        parked: sql<number>`count(${outbox.parkedAt})`,
        oldestAt: sql<number | null>`min(case when ${outbox.parkedAt} is null then ${outbox.createdAt} end)`,
      })
      .from(outbox)
      .where(and(eq(outbox.topic, "history"), sql`1`))
      .all();
    const parked = row?.parked ?? 0;
    return {
      actor,
      pending: (row?.pending ?? 0) - parked,
      parked,
      ...(row?.oldestAt == null ? {} : { oldestAt: row.oldestAt }),
    };
  }

  isEmpty(topic: string): boolean {
    const [row] = this.#database
      .select({ id: outbox.id })
      .from(outbox)
      .where(and(eq(outbox.topic, topic), isNull(outbox.parkedAt)))
      .limit(1)
      .all();
    return row === undefined;
  }
}

const toRow = (row: typeof outbox.$inferSelect): OutboxRow => ({
  id: row.id,
  entity: row.entity,
  ...(row.logSeq === null ? {} : { logSeq: row.logSeq }),
  ...(row.body === null ? {} : { body: JSON.parse(row.body) as unknown }),
  attempts: row.attempts,
  nextAt: row.nextAt,
  createdAt: row.createdAt,
  ...(row.parkedAt === null ? {} : { parkedAt: row.parkedAt }),
  ...(row.lastError === null ? {} : { lastError: row.lastError }),
});
