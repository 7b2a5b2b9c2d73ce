import { and, asc, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { Backlog } from "./contract.ts";
import type { Database } from "./database.ts";
import type { DrainStore, OutboxRow } from "./drain.ts";
import { outbox } from "./kernel-tables.ts";

const lookAt = (database: Database, which: SQL, order: SQL) =>
  database
    .select()
    .from(outbox)
    .where(
      and(
        eq(outbox.topic, sql.placeholder("topic")),
        which,
        sql`${outbox.entity} NOT IN (SELECT value FROM json_each(${sql.placeholder("except")}))`,
      ),
    )
    .orderBy(order)
    .limit(sql.placeholder("limit"))
    .prepare();

/** Prepared once: each record and each errand adds a row and takes it out again. */
const prepare = (database: Database) => ({
  add: database
    .insert(outbox)
    .values({
      topic: sql.placeholder("topic"),
      entity: sql.placeholder("entity"),
      logSeq: sql.placeholder("logSeq"),
      body: sql.placeholder("body"),
      createdAt: sql.placeholder("createdAt"),
    })
    .prepare(),
  // In the order of the index, up to the limit: however long libSQL was away, a look costs the same.
  moving: lookAt(database, sql`${outbox.parkedAt} IS NULL`, sql`${outbox.id}`),
  parked: lookAt(database, sql`${outbox.parkedAt} IS NOT NULL`, sql`${outbox.nextAt}, ${outbox.id}`),
  remove: database
    .delete(outbox)
    .where(sql`${outbox.id} IN (SELECT value FROM json_each(${sql.placeholder("ids")}))`)
    .prepare(),
  waiting: database
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.topic, sql.placeholder("topic")), isNull(outbox.parkedAt)))
    .limit(1)
    .prepare(),
});

/** The rows that still have to reach somebody, in the actor's own SQLite. What to do with them is drain.ts. */
export class Outbox {
  #database: Database;
  #statements: ReturnType<typeof prepare>;
  /** Topics that are known to have no parked rows, as nearly all have none. */
  #noneParked = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  /** Call it in the transaction of the change. */
  add(row: { topic: string; entity: string; logSeq?: number; body?: unknown }, now: number): void {
    this.#statements.add.run({
      topic: row.topic,
      entity: row.entity,
      logSeq: row.logSeq ?? null,
      body: row.body === undefined ? null : JSON.stringify(row.body),
      createdAt: now,
    });
  }

  /** The rows of one topic as drain.ts wants them. */
  store(topic: string): DrainStore {
    const database = this.#database;
    const statements = this.#statements;
    return {
      rows: (limit, except = []) => {
        const asked = { topic, except: JSON.stringify(except) };
        const moving = statements.moving.all({ ...asked, limit });
        // Parked rows last: however many there are, they hide nothing that may go.
        if (moving.length >= limit || this.#noneParked.has(topic)) return moving.map(toRow);
        const parked = statements.parked.all({ ...asked, limit: limit - moving.length });
        if (parked.length === 0 && except.length === 0) this.#noneParked.add(topic);
        return [...moving, ...parked].map(toRow);
      },
      remove: (ids) => {
        if (ids.length > 0) statements.remove.run({ ids: JSON.stringify(ids) });
      },
      update: (row) => {
        if (row.parkedAt !== undefined) this.#noneParked.delete(topic);
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
    return this.#statements.waiting.all({ topic }).length === 0;
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
