import { and, asc, eq, getTableColumns, inArray, isNull, lt, sql } from "drizzle-orm";
import { storableJson } from "../../history/storable-json.ts";
import { type By, type RecordBody, type RecordEnvelope, type RecordType, records } from "../../protocol/records.ts";
import { Chain } from "./chain-store.ts";
import type { Database } from "./database.ts";
import { newId } from "./ids.ts";
import { log } from "./kernel-tables.ts";
import type { Outbox } from "./outbox.ts";

export interface RecordFacts<T extends RecordType> {
  type: T;
  entity: string;
  at: number;
  by: By;
  ip?: string | undefined;
  body: RecordBody<T>;
}

/** The record's text as the history will store it: only fields that the protocol names, so that a hash over it stays true. */
const textOf = (type: RecordType, body: object): string => {
  const { shape } = records[type];
  return storableJson(Object.fromEntries(Object.entries(body).filter(([field]) => field in shape)));
};

const unlinked = { n: null, salt: null, bodyHash: null, hash: null };

/** Prepared once: it runs with every record. */
const prepareAppend = (database: Database) => {
  const { seq: _, ...columns } = getTableColumns(log);
  const values = Object.fromEntries(Object.keys(columns).map((name) => [name, sql.placeholder(name)]));
  return (
    database
      .insert(log)
      // SAFETY: a placeholder for each column but the one that SQLite numbers itself.
      .values(values as unknown as typeof log.$inferInsert)
      .returning({ seq: log.seq })
      .prepare()
  );
};

/** Prepared once: every batch on its way to the history is read by it. */
const prepareRead = (database: Database) =>
  database
    .select()
    .from(log)
    .where(sql`${log.seq} IN (SELECT value FROM json_each(${sql.placeholder("seqs")}))`)
    .prepare();

/** The actor's log: a record is written in the transaction of the change it tells of, its outbox row with it. */
export class Log {
  #database: Database;
  #outbox: Outbox;
  #tenantId: string;
  readonly chain: Chain;
  #append: ReturnType<typeof prepareAppend>;
  #read: ReturnType<typeof prepareRead>;

  constructor(database: Database, outbox: Outbox, tenantId: string, source: string) {
    this.#database = database;
    this.#outbox = outbox;
    this.#tenantId = tenantId;
    this.#append = prepareAppend(database);
    this.#read = prepareRead(database);
    this.chain = new Chain(database, tenantId, source);
  }

  /** Writes a record and its way to the history. Returns its sequence number in this actor's log. */
  append<T extends RecordType>(record: RecordFacts<T>): number {
    const { type, entity, at } = record;
    const facts = { eventId: newId("evt"), type, entity, at, byType: record.by.type, byId: record.by.id };
    const body = textOf(type, record.body);
    const link = this.chain.next({ ...facts, type }, body) ?? unlinked;
    const [row] = this.#append.all({ ...facts, ip: record.ip ?? null, body, ...link });
    if (row === undefined) throw new Error("a log row has no number");
    this.#outbox.add({ topic: "history", entity, logSeq: row.seq }, at);
    return row.seq;
  }

  /** Records by their numbers, as the history takes them. */
  read(seqs: readonly number[]): Map<number, RecordEnvelope> {
    const found = new Map<number, RecordEnvelope>();
    for (const row of this.#read.all({ seqs: JSON.stringify(seqs) }))
      found.set(row.seq, {
        eventId: row.eventId,
        tenantId: this.#tenantId,
        type: row.type as RecordType,
        entity: row.entity,
        at: row.at,
        by: { type: row.byType as By["type"], id: row.byId },
        ...(row.ip === null ? {} : { ip: row.ip }),
        body: JSON.parse(row.body) as unknown,
        ...this.chain.linkOf(row),
      });
    return found;
  }

  /** Bodies of one entity's records of one type, oldest first. */
  bodies(entity: string, types: readonly RecordType[]): { type: RecordType; at: number; seq: number; body: unknown }[] {
    return this.#database
      .select({ type: log.type, at: log.at, seq: log.seq, body: log.body })
      .from(log)
      .where(and(eq(log.entity, entity), inArray(log.type, [...types])))
      .orderBy(asc(log.seq))
      .all()
      .map((row) => ({
        type: row.type as RecordType,
        at: row.at,
        seq: row.seq,
        body: JSON.parse(row.body) as unknown,
      }));
  }

  /**
   * Takes fields out of the bodies of an entity's records, found by a field of theirs: words that were taken back or erased (P18).
   * Not for what is chained, whose hashes hold the body.
   */
  scrub(entity: string, by: string, values: readonly string[], fields: readonly string[]): void {
    if (values.length === 0) return;
    const paths = sql.join(
      fields.map((field) => sql`${`$.${field}`}`),
      sql`, `,
    );
    this.#database
      .update(log)
      .set({ body: sql`json_remove(${log.body}, ${paths})` })
      .where(
        and(
          eq(log.entity, entity),
          isNull(log.hash),
          sql`json_extract(${log.body}, ${`$.${by}`}) IN (SELECT value FROM json_each(${JSON.stringify(values)}))`,
        ),
      )
      .run();
  }

  /** Takes a value out of a list that the bodies of an entity's records hold (P18). Not for what is chained. */
  removeFromLists(entity: string, field: string, value: string): void {
    const path = `$.${field}`;
    this.#database
      .update(log)
      .set({
        body: sql`json_set(${log.body}, ${path}, json((
          SELECT json_group_array(value) FROM json_each(${log.body}, ${path}) WHERE value <> ${value}
        )))`,
      })
      .where(
        and(
          eq(log.entity, entity),
          isNull(log.hash),
          sql`EXISTS (SELECT 1 FROM json_each(${log.body}, ${path}) WHERE value = ${value})`,
        ),
      )
      .run();
  }

  /** Removes records older than the retention of logs (P13). Those still on their way stay until they have arrived. */
  prune(before: number): void {
    const waiting = this.#outbox.waitingLogSeqs();
    const oldest = waiting.length === 0 ? Number.MAX_SAFE_INTEGER : Math.min(...waiting);
    this.#database
      .delete(log)
      .where(and(lt(log.at, before), lt(log.seq, oldest)))
      .run();
  }
}
