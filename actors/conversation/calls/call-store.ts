import { asc, inArray, lte } from "drizzle-orm";
import type { Message } from "../../../protocol/conversation/rooms.ts";
import { limits } from "../../../protocol/limits.ts";
import type { Database } from "../../kernel/database.ts";
import type { RoomCall, RoomFacts } from "../../kernel/room-messages.ts";
import { calls } from "../conversation-tables.ts";

export interface WaitingCall {
  messageId: string;
  seq: number;
  call: RoomCall;
}

/** Whom a message calls (issue 6, 6): the other one of two, or those it mentions; never its author. Pure. */
export const callOf = (
  conversationId: string,
  facts: RoomFacts,
  named: readonly string[],
  message: Message,
  now: number,
): RoomCall | undefined => {
  if (message.authorId === undefined) return undefined;
  const { messageId, authorId } = message;
  const why = facts.kind === "direct" ? "direct" : "mention";
  const userIds = (why === "direct" ? named : (message.mentions ?? [])).filter((userId) => userId !== authorId);
  return userIds.length === 0 ? undefined : { conversationId, messageId, authorId, why, userIds, at: now };
};

/** Calls that wait for being read, and those that the tenant has not taken yet: rows, so that a crash loses none (I11). */
export class CallStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Call it in the transaction of the message. @returns when it is due */
  add(seq: number, call: RoomCall): number {
    const dueAt = call.at + limits.messagePushDelayMs;
    this.#database
      .insert(calls)
      .values({ messageId: call.messageId, seq, body: JSON.stringify(call), dueAt })
      .onConflictDoNothing()
      .run();
    return dueAt;
  }

  due(now: number): WaitingCall[] {
    return this.#database
      .select()
      .from(calls)
      .where(lte(calls.dueAt, now))
      .orderBy(asc(calls.seq))
      .limit(500)
      .all()
      .map(({ messageId, seq, body }) => ({ messageId, seq, call: JSON.parse(body) as RoomCall }));
  }

  next(): number | undefined {
    const [row] = this.#database.select({ dueAt: calls.dueAt }).from(calls).orderBy(asc(calls.dueAt)).limit(1).all();
    return row?.dueAt;
  }

  remove(messageIds: readonly string[]): void {
    for (let i = 0; i < messageIds.length; i += 90)
      this.#database
        .delete(calls)
        .where(inArray(calls.messageId, messageIds.slice(i, i + 90)))
        .run();
  }
}
