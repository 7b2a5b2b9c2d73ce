import { and, asc, desc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import type { Message } from "../../../protocol/conversation/rooms.ts";
import type { Database } from "../../kernel/database.ts";
import { messages } from "../conversation-tables.ts";

/** Prepared once: they run with every message. */
const prepare = (database: Database) => ({
  find: database
    .select({ body: messages.body })
    .from(messages)
    .where(eq(messages.messageId, sql.placeholder("messageId")))
    .prepare(),
  add: database
    .insert(messages)
    .values({
      seq: sql.placeholder("seq"),
      messageId: sql.placeholder("messageId"),
      epoch: sql.placeholder("epoch"),
      authorId: sql.placeholder("authorId"),
      at: sql.placeholder("at"),
      body: sql.placeholder("body"),
    })
    .prepare(),
});

/** The rows of a chat: its truth. The document shows them. */
export class MessageStore {
  #database: Database;
  #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  find(messageId: string): Message | undefined {
    const [row] = this.#statements.find.all({ messageId });
    return row && (JSON.parse(row.body) as Message);
  }

  /** @param at ms since 1970 */
  add(message: Message, epoch: number, at: number): void {
    const { seq, messageId, authorId } = message;
    this.#statements.add.run({ seq, messageId, epoch, authorId: authorId ?? null, at, body: JSON.stringify(message) });
  }

  change(message: Message): void {
    this.#database
      .update(messages)
      .set({ body: JSON.stringify(message), authorId: message.authorId ?? null })
      .where(eq(messages.seq, message.seq))
      .run();
  }

  epochOf(seq: number): number | undefined {
    const [row] = this.#database.select({ epoch: messages.epoch }).from(messages).where(eq(messages.seq, seq)).all();
    return row?.epoch;
  }

  /** In their order: those right before a number, or right after it. */
  page(where: { before: number } | { after: number }, limit: number): Message[] {
    const query = this.#database.select({ body: messages.body }).from(messages);
    const rows =
      "before" in where
        ? query.where(lt(messages.seq, where.before)).orderBy(desc(messages.seq)).limit(limit).all().reverse()
        : query.where(gt(messages.seq, where.after)).orderBy(asc(messages.seq)).limit(limit).all();
    return rows.map(({ body }) => JSON.parse(body) as Message);
  }

  ofEpoch(epoch: number): Message[] {
    return this.#database
      .select({ body: messages.body })
      .from(messages)
      .where(eq(messages.epoch, epoch))
      .orderBy(asc(messages.seq))
      .all()
      .map(({ body }) => JSON.parse(body) as Message);
  }

  /** Which of these ids there are. */
  known(messageIds: readonly string[]): Set<string> {
    const found = new Set<string>();
    for (let i = 0; i < messageIds.length; i += 90)
      for (const { id } of this.#database
        .select({ id: messages.messageId })
        .from(messages)
        .where(inArray(messages.messageId, messageIds.slice(i, i + 90)))
        .all())
        found.add(id);
    return found;
  }

  /** Messages in which this person may be named: cheap and too many; the rule decides. */
  naming(userId: string): { epoch: number; message: Message }[] {
    return this.#database
      .select({ epoch: messages.epoch, body: messages.body })
      .from(messages)
      .where(sql`${messages.authorId} = ${userId} OR instr(${messages.body}, ${userId}) > 0`)
      .orderBy(asc(messages.seq))
      .all()
      .map(({ epoch, body }) => ({ epoch, message: JSON.parse(body) as Message }));
  }

  /** When the last message of an epoch was sent, ms since 1970. */
  lastAt(epoch: number): number | undefined {
    const [row] = this.#database
      .select({ at: messages.at })
      .from(messages)
      .where(eq(messages.epoch, epoch))
      .orderBy(desc(messages.seq))
      .limit(1)
      .all();
    return row?.at;
  }

  removeEpoch(epoch: number): void {
    this.#database
      .delete(messages)
      .where(and(eq(messages.epoch, epoch)))
      .run();
  }
}
