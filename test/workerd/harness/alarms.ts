import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";

type Rows = Record<string, ArrayBuffer | string | number | null>[];

/** Rows of an actor's own SQLite. */
export const query = <T extends Rpc.DurableObjectBranded>(
  stub: DurableObjectStub<T>,
  sql: string,
  ...bindings: (string | number | null)[]
): Promise<Rows> => runInDurableObject(stub, (_, state) => state.storage.sql.exec(sql, ...bindings).toArray());

/** Makes the named timers due and runs the object's alarm, in place of waiting for them. */
export const fireTimers = async <T extends Rpc.DurableObjectBranded>(
  stub: DurableObjectStub<T>,
  like = "%",
): Promise<void> => {
  await runInDurableObject(stub, async (_, state) => {
    state.storage.sql.exec("UPDATE timers SET due_at = 1 WHERE name LIKE ?", like);
    await state.storage.setAlarm(Date.now() + 3_600_000);
  });
  await runDurableObjectAlarm(stub);
};
