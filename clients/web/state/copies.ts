import { dropText, keepText, keptText } from "./keep.ts";

/** Names of the databases that hold copies of conversations, of one person. Not every browser can list its databases. */
const indexKey = (start: string): string => `${start}.copies`;
const index = (start: string): string[] => (keptText(indexKey(start)) ?? "").split("\n").filter((name) => name !== "");
const put = (start: string, list: readonly string[]): void => keepText(indexKey(start), list.join("\n"));

/** Written down before the copy is made: a crash between leaves a name too many, never a copy that nobody knows of. */
export const copyIsMade = (start: string, name: string): void => put(start, [...new Set([...index(start), name])]);

export const removeCopy = (start: string, name: string): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      put(
        start,
        index(start).filter((one) => one !== name),
      );
      resolve();
    };
    try {
      const asked = indexedDB.deleteDatabase(name);
      asked.addEventListener("success", done);
      // It stays on the list, to be removed with the next log-out.
      for (const event of ["error", "blocked"]) asked.addEventListener(event, () => resolve());
    } catch {
      resolve();
    }
  });

/** Nothing of a person's conversations stays on a computer that they logged out of: no copy, nothing that waits to be sent. */
export const forgetConversations = async (start: string): Promise<void> => {
  await Promise.all(index(start).map((name) => removeCopy(start, name)));
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(`${start}.`)) dropText(key);
  } catch {
    // See keepText.
  }
};
