import { limits } from "../../protocol/limits.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { RoomHead } from "../kernel/room-messages.ts";
import type { MessageStore } from "./chat/message-store.ts";
import type { EpochStore } from "./epoch/epoch-store.ts";
import type { MarkStore } from "./marks/mark-store.ts";
import type { MemberStore } from "./member-store.ts";

/** The timer that tells the tenant what moved. */
export const headsTimer = "heads";

export interface HeadTellerParts {
  conversationId: string;
  kernel: Kernel;
  members: MemberStore;
  messages: MessageStore;
  epochs: EpochStore;
  marks: MarkStore;
  lastSeq(): number;
  /** Resolves when the tenant has it written down. */
  tell(head: RoomHead): Promise<void>;
  transaction<T>(change: () => T): T;
}

/** Tells the tenant what moved, for people's lists: once every few seconds, however much it was. */
export class HeadTeller {
  #parts: HeadTellerParts;

  constructor(parts: HeadTellerParts) {
    this.#parts = parts;
  }

  /** Call it in the transaction of what moved. */
  moved(now: number): void {
    this.#parts.kernel.timers.setIfSooner(headsTimer, now + limits.roomHeadsMs);
  }

  /** Thrown errors bring the timer again, and who was not told of stays in the rows: a list that says `unread` for ever is wrong. */
  async tell(): Promise<void> {
    const { conversationId, members, messages, epochs, marks, lastSeq, tell, transaction } = this.#parts;
    const epoch = epochs.peek();
    const lastAt = (epoch && messages.lastAt(epoch.number)) ?? members.facts?.createdAt ?? 0;
    const reads = marks.untold();
    await tell({ conversationId, lastSeq: lastSeq(), lastAt, reads });
    if (reads.length > 0) transaction(() => marks.told(reads));
  }
}
