import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";

interface Prepared {
  statement: StatementSync;
  columns: string[];
  reads: boolean;
}

/**
 * What stays of an object when its process dies: its SQLite and the one alarm that the platform keeps for it. An open
 * SQLite in memory, so that ten thousand histories take a minute; that a real file survives a real kill is test/system.
 */
export class Disk {
  readonly database = new DatabaseSync(":memory:");
  alarmAt: number | null = null;
  #prepared = new Map<string, Prepared>();
  #kept: number | null | undefined;

  /** Everything after this can be undone: a history begins where its tenant was made, without making it again. */
  keep(): void {
    this.database.exec("SAVEPOINT history");
    this.#kept = this.alarmAt;
  }

  back(): void {
    this.database.exec("ROLLBACK TO history");
    this.alarmAt = this.#kept ?? null;
  }

  /** @param params as the platform takes them: text, numbers, null */
  run(sql: string, params: readonly SQLInputValue[]): { columns: string[]; rows: unknown[][] } {
    // A migration is many statements; what has parameters is one.
    if (params.length === 0 && sql.trimEnd().slice(0, -1).includes(";")) {
      this.database.exec(sql);
      return { columns: [], rows: [] };
    }
    let prepared = this.#prepared.get(sql);
    if (prepared === undefined) {
      const statement = this.database.prepare(sql);
      statement.setReturnArrays(true);
      const columns = statement.columns().map(({ name }) => name);
      prepared = { statement, columns, reads: columns.length > 0 };
      this.#prepared.set(sql, prepared);
    }
    const { statement, columns, reads } = prepared;
    if (reads) return { columns, rows: statement.all(...params) as unknown as unknown[][] };
    statement.run(...params);
    return { columns, rows: [] };
  }

  /** For the test's own looks: rows as objects. */
  rows<T>(sql: string, ...params: SQLInputValue[]): T[] {
    const { columns, rows } = this.run(sql, params);
    return rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i]])) as T);
  }
}

/** The cursor of `sql.exec`, as far as drizzle's durable-sqlite driver and the migrations use it. */
class Cursor {
  readonly columnNames: string[];
  #rows: unknown[][];
  #at = 0;

  constructor(columnNames: string[], rows: unknown[][]) {
    this.columnNames = columnNames;
    this.#rows = rows;
  }

  #object(row: unknown[]): Record<string, unknown> {
    return Object.fromEntries(this.columnNames.map((name, i) => [name, row[i]]));
  }

  toArray(): Record<string, unknown>[] {
    return this.#rows.map((row) => this.#object(row));
  }

  one(): Record<string, unknown> {
    const [row] = this.#rows;
    if (row === undefined || this.#rows.length > 1) throw new Error("expected exactly one row");
    return this.#object(row);
  }

  next(): { done: boolean; value?: Record<string, unknown> } {
    const row = this.#rows[this.#at++];
    return row === undefined ? { done: true } : { done: false, value: this.#object(row) };
  }

  raw() {
    const rows = this.#rows;
    return { toArray: () => rows, [Symbol.iterator]: () => rows[Symbol.iterator]() };
  }

  [Symbol.iterator]() {
    return this.toArray()[Symbol.iterator]();
  }
}

/**
 * `ctx.storage` of one life of an object.
 *
 * @param touch called before each use; throws when this life is over. `writes` for what a transaction writes: there a
 *   process may be killed in the midst of it
 */
export const storageOf = (disk: Disk, touch: (writes: boolean) => void) => {
  let depth = 0;
  return {
    sql: {
      exec: (sql: string, ...params: SQLInputValue[]) => {
        // Outside a transaction writes of one turn are one commit on the platform: no process dies between them.
        touch(depth > 0 && !/^\s*select/i.test(sql));
        const { columns, rows } = disk.run(sql, params);
        return new Cursor(columns, rows);
      },
    },
    transactionSync: <T>(change: () => T): T => {
      touch(false);
      const name = `transaction_${depth}`;
      const { alarmAt } = disk;
      disk.database.exec(`SAVEPOINT ${name}`);
      depth += 1;
      try {
        const result = change();
        disk.database.exec(`RELEASE ${name}`);
        return result;
      } catch (error) {
        disk.database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
        // workerd keeps the alarm in the same database: a rolled back transaction has not set it.
        disk.alarmAt = alarmAt;
        throw error;
      } finally {
        depth -= 1;
      }
    },
    getAlarm: () => {
      touch(false);
      return Promise.resolve(disk.alarmAt);
    },
    setAlarm: (at: number) => {
      touch(depth > 0);
      disk.alarmAt = at;
      return Promise.resolve();
    },
    deleteAlarm: () => {
      touch(depth > 0);
      disk.alarmAt = null;
      return Promise.resolve();
    },
  };
};
