import * as z from "zod";
import { Id } from "../../../protocol/ids.ts";
import { Respond } from "../../../protocol/socket/client-frames.ts";

/** What outlives the program: what was handled, and the answers the server has not confirmed yet. */
export const Saved = z.object({
  /** The highest `seq` handled. Absent before the first alarm. */
  lastSeq: z.int().min(0).optional(),
  /** Alarms that were shown, oldest first; a repeat of one of them is not shown again. */
  shown: z.array(Id).readonly(),
  /** Alarms whose stand-down was handled, oldest first. */
  ended: z.array(Id).readonly(),
  /** The newest answer of each alarm that is not yet accepted. */
  answers: z.record(Id, Respond.omit({ type: true })).readonly(),
  /** The newest number handled of each alarm, of a call or an end; a memory from before it was kept has none. */
  numbers: z.record(Id, z.int().min(0)).readonly().optional(),
  /** Alarms that this person has answered, here or elsewhere, oldest first. */
  answered: z.array(Id).readonly().optional(),
  /** Check-ins at roll-calls that the server has not confirmed yet, with when the person pressed (ms since 1970). */
  checkIns: z
    .record(Id, z.object({ at: z.number(), musterPointId: Id.optional() }))
    .readonly()
    .optional(),
  /** The same of lone workers, by session. */
  checkedIns: z
    .record(Id, z.object({ at: z.number() }))
    .readonly()
    .optional(),
});
export type Saved = z.infer<typeof Saved>;
export type Answer = Saved["answers"][string];

/** Where an AlarmSocket keeps what must outlive the program. One memory for one person on one device. */
export interface SocketMemory {
  load(): Promise<Saved | undefined>;
  /** Called one at a time; the newest call holds. */
  save(saved: Saved): Promise<void>;
}

/** Forgets everything with the program: for tests, and for pages that may not store anything. */
export const temporaryMemory = (): SocketMemory => {
  let kept: Saved | undefined;
  return {
    load: async () => kept,
    save: async (saved) => {
      kept = saved;
    },
  };
};

/** The part of Web Storage (`localStorage`) that is used; named here because not every runtime declares it. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/**
 * Keeps it in Web Storage.
 *
 * @param key one of its own for each person, so that nobody sends the answers of another
 */
export const webStorageMemory = (storage: TextStorage, key: string): SocketMemory => ({
  load: async () => {
    const text = storage.getItem(key);
    if (text === null) return undefined;
    try {
      // Other versions of this program and other code on the page can write here: decoded, not trusted.
      return Saved.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  },
  save: async (saved) => storage.setItem(key, JSON.stringify(saved)),
});
