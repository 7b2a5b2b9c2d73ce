export interface Migration {
  /** Unique and never changed once released; the order of the list is the order of application. */
  id: string;
  /** Statements without parameters. */
  sql: string;
}

/**
 * Brings an actor's tables up to date. Called in the constructor inside blockConcurrencyWhile, so nothing reads a half-made
 * table. Each step and its mark are one transaction: a crash leaves a step wholly done or not begun. An applied step is
 * never edited; a mistake is mended by a next step.
 *
 * @throws when a step fails: the actor then refuses to start rather than run on wrong tables
 */
export const migrate = (storage: DurableObjectStorage, steps: readonly Migration[]): void => {
  storage.sql.exec("CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)");
  const applied = new Set(
    storage.sql
      .exec<{ id: string }>("SELECT id FROM migrations")
      .toArray()
      .map((row) => row.id),
  );
  for (const step of steps) {
    if (applied.has(step.id)) continue;
    storage.transactionSync(() => {
      storage.sql.exec(step.sql);
      storage.sql.exec("INSERT INTO migrations (id, applied_at) VALUES (?, ?)", step.id, Date.now());
    });
  }
};
