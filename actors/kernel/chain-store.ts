import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import { nanoid } from "nanoid";
import type { RecordEnvelope, RecordType } from "../../protocol/records.ts";
import { bodyHashOf, type ChainHead, chainStart, isChained, type Link, linkHash } from "./chain.ts";
import type { Database } from "./database.ts";
import { chainHeads, log, outbox } from "./kernel-tables.ts";

interface StoredLink {
  n: number;
  salt: string;
  bodyHash: string;
  hash: string;
}

/** 132 random bits, always of the same length. */
const newSalt = (): string => nanoid(22);

/** This actor's hash chains, one for each alarm and incident it writes about: their ends, in its own SQLite. */
export class Chain {
  #database: Database;
  #tenantId: string;
  #source: string;
  #head;
  #move;

  constructor(database: Database, tenantId: string, source: string) {
    this.#database = database;
    this.#tenantId = tenantId;
    this.#source = source;
    // Prepared once: these two run with every record of an alarm.
    this.#head = database
      .select()
      .from(chainHeads)
      .where(eq(chainHeads.entity, sql.placeholder("entity")))
      .prepare();
    this.#move = database
      .insert(chainHeads)
      .values({ entity: sql.placeholder("entity"), n: sql.placeholder("n"), hash: sql.placeholder("hash") })
      .onConflictDoUpdate({ target: chainHeads.entity, set: { n: sql`excluded.n`, hash: sql`excluded.hash` } })
      .prepare();
  }

  /** The link of a record that is written now, in the transaction of its log row; undefined when its type is not chained. */
  next(facts: Omit<Link, "n" | "bodyHash"> & { type: RecordType }, body: string): StoredLink | undefined {
    if (!isChained(facts.type)) return undefined;
    const { entity } = facts;
    // Read from the table each time: what memory holds may be of a transaction that was rolled back.
    const [head] = this.#head.all({ entity });
    const previous = head === undefined || head.n === 0 ? this.#start(entity) : head.hash;
    const n = (head?.n ?? 0) + 1;
    const salt = newSalt();
    const bodyHash = bodyHashOf(salt, body);
    const hash = linkHash(previous, { ...facts, n, bodyHash });
    this.#move.run({ entity, n, hash });
    return { n, salt, bodyHash, hash };
  }

  /** The link of a log row as it goes to the history. */
  linkOf(row: typeof log.$inferSelect): Pick<RecordEnvelope, "chain"> {
    const { n, salt, bodyHash, hash, body: text } = row;
    if (n === null || salt === null || bodyHash === null || hash === null) return {};
    return { chain: { source: this.#source, n, salt, bodyHash, hash, text } };
  }

  /** Where the chain of an alarm or incident ends, and what of it is still on its way to the history. */
  head(entity: string): ChainHead {
    const [row] = this.#head.all({ entity });
    const links = this.#database
      .select({ n: log.n, hash: log.hash })
      .from(outbox)
      .innerJoin(log, eq(log.seq, outbox.logSeq))
      .where(and(eq(outbox.topic, "history"), eq(outbox.entity, entity), isNotNull(log.n)))
      .orderBy(asc(log.n))
      .all();
    const waiting: ChainHead["waiting"] = [];
    for (const { n, hash } of links) {
      if (n === null || hash === null) continue;
      const last = waiting.at(-1);
      if (last !== undefined && last.to === n - 1) Object.assign(last, { to: n, hash });
      else waiting.push({ from: n, to: n, hash });
    }
    const { n = 0, hash = "", unchained = 0 } = row ?? {};
    return { n, hash: n === 0 ? this.#start(entity) : hash, unchained, waiting };
  }

  #start(entity: string): string {
    return chainStart(this.#tenantId, this.#source, entity);
  }
}
