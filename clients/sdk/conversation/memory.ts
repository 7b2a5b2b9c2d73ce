import * as z from "zod";
import { DeleteFrame, EditFrame, ReactFrame, SendFrame } from "../../../protocol/conversation/frames.ts";
import { Epoch } from "../../../protocol/conversation/rooms.ts";
import type { TextStorage } from "../socket/memory.ts";

/** What a person does in a chat. */
export const Command = z.discriminatedUnion("type", [SendFrame, EditFrame, DeleteFrame, ReactFrame]);
export type Command = z.infer<typeof Command>;

/** A command that the server has not confirmed yet. */
export const Waiting = z.object({
  command: Command,
  /** When the person did it, ms since 1970 by this device. */
  at: z.number(),
  /** It may have reached the server: from then on it is sent as it is, and nothing is folded into it. */
  tried: z.boolean(),
});
export type Waiting = z.infer<typeof Waiting>;

/** A command that the server will never take. It stays until the person has seen it, so that no words are lost. */
export const Refused = z.object({ command: Command, at: z.number(), code: z.string() });
export type Refused = z.infer<typeof Refused>;

/** What outlives the program, of one conversation and one person. */
export const KeptRoom = z.object({
  /** The epoch that was written when this device last heard. */
  epoch: Epoch.optional(),
  /** Epochs of which this device may have a copy. */
  copies: z.array(Epoch).readonly(),
  /** In the order the person did them. */
  queue: z.array(Waiting).readonly(),
  refused: z.array(Refused).readonly(),
});
export type KeptRoom = z.infer<typeof KeptRoom>;

/** Where a Room keeps what must outlive the program. */
export interface RoomMemory {
  load(): Promise<KeptRoom | undefined>;
  /** Called one at a time; the newest call holds. */
  save(kept: KeptRoom): Promise<void>;
}

/** Forgets everything with the program. */
export const temporaryRoomMemory = (): RoomMemory => {
  let kept: KeptRoom | undefined;
  return {
    load: async () => kept,
    save: async (room) => {
      kept = room;
    },
  };
};

/**
 * Keeps it in Web Storage.
 *
 * @param key one of its own for each person and conversation
 */
export const webStorageRoomMemory = (storage: TextStorage, key: string): RoomMemory => ({
  load: async () => {
    try {
      // Other versions of this program and other code on the page can write here: decoded, not trusted.
      return KeptRoom.safeParse(JSON.parse(storage.getItem(key) ?? "null")).data;
    } catch {
      return undefined;
    }
  },
  save: async (kept) => storage.setItem(key, JSON.stringify(kept)),
});
