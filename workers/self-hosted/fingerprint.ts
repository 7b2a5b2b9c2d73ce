import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * One hash over the content of files and folders, to see whether anything changed since the last build. Content, not
 * times: a checkout touches every file.
 * @param sources paths from `root`; those that do not exist count as empty
 * @param except folders from `root` to pass over
 */
export function fingerprint(root: string, sources: string[], except: string[]): string {
  const hash = createHash("sha256");
  const visit = (path: string): void => {
    if (except.includes(path)) return;
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      for (const name of readdirSync(join(root, path)).toSorted()) {
        if (name !== "node_modules" && !name.startsWith(".")) visit(`${path}/${name}`);
      }
    } else if (found?.isFile()) {
      const content = readFileSync(join(root, path));
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  };
  for (const source of sources) visit(source);
  return hash.digest("hex");
}
