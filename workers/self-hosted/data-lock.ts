import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { Failure } from "./failure.ts";
import { readOwnerOnly, writeOwnerOnly } from "./owner-only.ts";

const holder = z.object({ pid: z.number(), since: z.string(), url: z.string() });

export interface DataLock {
  release: () => void;
}

/**
 * Takes the data folder for this process alone: two sqld, or two workerd, on the same files would destroy them. SQLite's
 * own exclusive file lock is what holds it, so a killed process leaves no lock behind and no process id has to be believed.
 * @throws Failure that says who holds it.
 */
export function lockData(folder: string, url: string): DataLock {
  const notice = join(folder, "running.json");
  const database = new DatabaseSync(join(folder, "lock.sqlite"), { timeout: 0 });
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (thrown) {
    database.close();
    // SQLITE_BUSY is 5. Anything else is a damaged or forbidden file, which must not pass for a lock.
    if (!(thrown instanceof Error && "errcode" in thrown && thrown.errcode === 5)) throw thrown;
    throw new Failure(
      `the data in ${folder} is in use${describe(notice)}. Stop that one first, or choose other data with STANDBY_DATA.`,
    );
  }
  writeOwnerOnly(notice, JSON.stringify({ pid: process.pid, since: new Date().toISOString(), url }));
  return { release: () => database.close() };
}

function describe(notice: string): string {
  try {
    const { pid, since, url } = holder.parse(JSON.parse(readOwnerOnly(notice) ?? ""));
    return ` by process ${pid}, which runs StandBy at ${url} since ${since}`;
  } catch {
    // It has taken the lock and not yet written who it is.
    return " by another StandBy that is just starting";
  }
}
