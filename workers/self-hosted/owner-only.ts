import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { Failure, reasonOf } from "./failure.ts";

/**
 * Makes a folder that only its owner may look into, or narrows the rights of one that exists: the files of the actors and
 * of sqld hold personal data and have wider rights of their own.
 * @throws Failure when it cannot be made or is another user's.
 */
export function ownerOnlyFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
  } catch (thrown) {
    throw new Failure(`the data folder ${path} cannot be used (${reasonOf(thrown)}). STANDBY_DATA says where it is.`);
  }
}

/** Writes a file that only its owner may read. A crash leaves the old content or the new one, never half of it. */
export function writeOwnerOnly(path: string, content: string): void {
  const draft = `${path}.${process.pid}.new`;
  const file = openSync(draft, "w", 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** The content of such a file, or undefined when there is none yet. Rights that somebody widened are narrowed again. */
export function readOwnerOnly(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o600);
  return readFileSync(path, "utf8");
}
