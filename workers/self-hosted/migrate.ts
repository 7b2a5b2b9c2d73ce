import { setTimeout as pause } from "node:timers/promises";
import { migrateHistory } from "../../history/migrate.ts";
import { Failure, reasonOf } from "./failure.ts";

export interface HistoryAccess {
  url: string;
  authToken: string | undefined;
}

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Brings the tables of libSQL up to date. @throws Failure with the database's own words. */
export async function migrate(history: HistoryAccess): Promise<void> {
  try {
    const { url, authToken } = history;
    await migrateHistory({ url, ...(authToken === undefined ? {} : { authToken }) });
  } catch (thrown) {
    // Not its cause, which may hold values of people; the message is made to be shown.
    const words = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Failure(`the history's tables could not be brought up to date: ${words}`);
  }
}

/**
 * The same for a libSQL elsewhere, which may be away just now: it is tried until it works or `signal` ends it. Nothing
 * waits for it, as alarms never wait for the history.
 */
export async function migrateWhenReachable(
  history: HistoryAccess,
  log: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let delay = FIRST_RETRY_MS; !signal.aborted; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
    try {
      await migrate(history);
      if (delay > FIRST_RETRY_MS) log("the history's tables are up to date now");
      return;
    } catch (thrown) {
      log(`${reasonOf(thrown)}; alarms work, the history waits. Trying again in ${delay / 1000} s`);
    }
    await pause(delay, undefined, { signal }).catch(() => {});
  }
}
