import { IndexeddbPersistence } from "y-indexeddb";
import type { DocumentKeeper } from "../../sdk/conversation/epoch-document.ts";
import { dropText, keepText, keptText } from "../state/keep.ts";

/** Whether this browser lets pages keep anything: private windows and policies may forbid it. */
const allows = (): Promise<boolean> =>
  new Promise((resolve) => {
    try {
      const probe = indexedDB.open("standby.probe");
      probe.onsuccess = () => {
        probe.result.close();
        resolve(true);
      };
      probe.onerror = () => resolve(false);
    } catch {
      resolve(false);
    }
  });

let allowed: Promise<boolean> | undefined;

const indexKey = (start: string): string => `${start}.copies`;
const index = (start: string): string[] => (keptText(indexKey(start)) ?? "").split("\n").filter((name) => name !== "");
const put = (start: string, list: readonly string[]): void => keepText(indexKey(start), list.join("\n"));

/** Copies of documents in IndexedDB, of one person. @param start what their names begin with */
export const indexedDbKeeper = (start: string): DocumentKeeper => ({
  keep: (name, doc) => {
    const whole = `${start}/${name}`;
    allowed ??= allows();
    let persistence: IndexeddbPersistence | undefined;
    let isClosed = false;
    const loaded = allowed.then(async (may) => {
      if (!may || isClosed) return;
      put(start, [...new Set([...index(start), whole])]);
      persistence = new IndexeddbPersistence(whole, doc);
      await persistence.whenSynced;
    });
    return {
      loaded,
      close: async () => {
        isClosed = true;
        await persistence?.destroy();
      },
    };
  },
  remove: (name) => remove(start, `${start}/${name}`),
});

const remove = (start: string, whole: string): Promise<void> =>
  new Promise((resolve) => {
    put(
      start,
      index(start).filter((one) => one !== whole),
    );
    const asked = indexedDB.deleteDatabase(whole);
    for (const event of ["success", "error", "blocked"]) asked.addEventListener(event, () => resolve());
  });

/** Nothing of a person stays on a computer that they logged out of. */
export const forgetCopies = async (start: string): Promise<void> => {
  await Promise.all(index(start).map((whole) => remove(start, whole)));
  dropText(indexKey(start));
};
