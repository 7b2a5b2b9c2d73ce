import { desc, eq, sql } from "drizzle-orm";
import type { Mark } from "../../../protocol/conversation/rooms.ts";
import type { Database } from "../../kernel/database.ts";
import { marks } from "../conversation-tables.ts";

interface Kept {
  received: number;
  read: number;
}

/**
 * How far everybody has received and read. Marks only go forward (I4). They are gathered in memory and written together: a mark
 * that a crash takes is made again by the client's next one.
 */
export class MarkStore {
  #database: Database;
  #all: Map<string, Kept> | undefined;
  #moved = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns whether it moved */
  move(userId: string, to: { received?: number; read?: number }, lastSeq: number): boolean {
    const before = this.of(userId);
    const read = Math.max(before.read, Math.min(to.read ?? 0, lastSeq));
    // What was read has arrived.
    const received = Math.max(before.received, Math.min(to.received ?? 0, lastSeq), read);
    if (read === before.read && received === before.received) return false;
    this.#marks().set(userId, { received, read });
    this.#moved.add(userId);
    return true;
  }

  of(userId: string): Kept {
    return this.#marks().get(userId) ?? { received: 0, read: 0 };
  }

  get hasMoved(): boolean {
    return this.#moved.size > 0;
  }

  /** Writes what moved. Call it in a transaction; `settle` after it. */
  write(at: number): Mark[] {
    return [...this.#moved].map((userId) => {
      const mark = this.of(userId);
      const row = { ...mark, at };
      this.#database
        .insert(marks)
        .values({ userId, ...row })
        .onConflictDoUpdate({ target: marks.userId, set: row })
        .run();
      return { userId, ...mark };
    });
  }

  /** Read marks that the tenant has not heard of. */
  untold(): [userId: string, read: number][] {
    return this.#database
      .select({ userId: marks.userId, read: marks.read })
      .from(marks)
      .where(sql`read > told`)
      .all()
      .map(({ userId, read }) => [userId, read]);
  }

  /** It has heard of these. Call it in a transaction. */
  told(reads: readonly (readonly [userId: string, read: number])[]): void {
    this.#database.run(sql`
      UPDATE marks SET told = json_extract(value, '$[1]')
      FROM json_each(${JSON.stringify(reads)}) WHERE user_id = json_extract(value, '$[0]')`);
  }

  settle(): void {
    this.#moved.clear();
  }

  /** The latest ones, this person's own first. */
  shown(userId: string, most: number): Mark[] {
    const own = { userId, ...this.of(userId) };
    const others = this.#database.select().from(marks).orderBy(desc(marks.at)).limit(most).all();
    return [
      own,
      ...others.flatMap((row) =>
        row.userId === userId ? [] : [{ userId: row.userId, received: row.received, read: row.read }],
      ),
    ].slice(0, most);
  }

  remove(userId: string): void {
    this.#database.delete(marks).where(eq(marks.userId, userId)).run();
    this.#marks().delete(userId);
    this.#moved.delete(userId);
  }

  forget(): void {
    this.#all = undefined;
    this.#moved.clear();
  }

  #marks(): Map<string, Kept> {
    this.#all ??= new Map(
      this.#database
        .select()
        .from(marks)
        .all()
        .map(({ userId, received, read }) => [userId, { received, read }]),
    );
    return this.#all;
  }
}
