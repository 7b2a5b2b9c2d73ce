import { migrate } from "drizzle-orm/libsql/migrator";
import { type HistoryOptions, openHistory } from "./client.ts";
import { databaseWords, HistoryUnavailable } from "./unavailable.ts";

/** Time limit of a migration, ms: it may rewrite a table. ours. */
const migrationTimeoutMs = 300_000;

/**
 * Applies the migrations of history/migrations that this libSQL has not had, all in one transaction; none twice. For
 * programs on Node or Deno alone (the supervisor, the command line, tests): drizzle reads the folder from disk.
 * Throws HistoryUnavailable with the database's own words; nothing was changed then.
 */
export const migrateHistory = async (options: HistoryOptions): Promise<void> => {
  const folder = decodeURIComponent(new URL("migrations", import.meta.url).pathname);
  try {
    await migrate(openHistory({ timeoutMs: migrationTimeoutMs, ...options }), { migrationsFolder: folder });
  } catch (error) {
    throw new HistoryUnavailable(databaseWords(error), error);
  }
};
