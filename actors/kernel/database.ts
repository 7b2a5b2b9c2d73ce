import { type DrizzleSqliteDODatabase, drizzle } from "drizzle-orm/durable-sqlite";

/** An actor's own SQLite. Synchronous: a run of statements without an await between them is one atomic commit. */
export type Database = DrizzleSqliteDODatabase;

export const openDatabase = (storage: DurableObjectStorage): Database => drizzle(storage);
