import { IndexeddbPersistence } from "y-indexeddb";
import type { DocumentKeeper } from "../../sdk/conversation/epoch-document.ts";
import { copyIsMade, removeCopy } from "../state/copies.ts";

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

/** Copies of documents in IndexedDB, of one person. @param start what their names begin with */
export const indexedDbKeeper = (start: string): DocumentKeeper => ({
  keep: (name, doc) => {
    const whole = `${start}/${name}`;
    allowed ??= allows();
    let persistence: IndexeddbPersistence | undefined;
    let isClosed = false;
    const loaded = allowed.then(async (may) => {
      if (!may || isClosed) return;
      copyIsMade(start, whole);
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
  remove: (name) => removeCopy(start, `${start}/${name}`),
});
