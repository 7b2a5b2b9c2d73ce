import type { Message } from "../../../protocol/conversation/rooms.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { RoomCall } from "../../kernel/room-messages.ts";
import type { MarkStore } from "../marks/mark-store.ts";
import type { MemberStore } from "../member-store.ts";
import { type CallStore, callOf } from "./call-store.ts";

/** The timer that calls those whom nobody reached by the room itself. */
export const callsTimer = "calls";

export interface CallerParts {
  conversationId: string;
  kernel: Kernel;
  members: MemberStore;
  marks: MarkStore;
  calls: CallStore;
  /** Resolves when the tenant has them written down. */
  tell(calls: RoomCall[]): Promise<void>;
  transaction<T>(change: () => T): T;
}

/** Calls people to messages that they have not read by the time (issue 6, 6). */
export class Caller {
  #parts: CallerParts;

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  /** Whom a new message calls, unless they read it first. Call it in the transaction of the message. */
  sent(message: Message, now: number): void {
    const { conversationId, kernel, members, calls } = this.#parts;
    const { facts } = members;
    const named = facts?.kind === "direct" ? members.named() : [];
    const call = facts && callOf(conversationId, facts, named, message, now);
    if (call !== undefined) kernel.timers.setIfSooner(callsTimer, calls.add(message.seq, call));
  }

  /** Hands over who is to be called. The rows stay until the tenant has taken them (I11). */
  async call(now: number): Promise<void> {
    const { kernel, marks, calls, tell, transaction } = this.#parts;
    const due = calls.due(now);
    const unread = due.flatMap(({ seq, call }) => {
      const userIds = call.userIds.filter((userId) => marks.of(userId).read < seq);
      return userIds.length === 0 ? [] : [{ ...call, userIds }];
    });
    if (unread.length > 0) await tell(unread);
    transaction(() => {
      calls.remove(due.map(({ messageId }) => messageId));
      const next = calls.next();
      if (next !== undefined) kernel.timers.set(callsTimer, next);
    });
  }
}
