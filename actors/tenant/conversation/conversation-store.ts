import { and, eq, inArray, lt, or, sql } from "drizzle-orm";
import type { ConversationForm, ConversationKind } from "../../../protocol/conversation/rooms.ts";
import type { Database } from "../../kernel/database.ts";
import type { RoomHead, RoomPerson } from "../../kernel/room-messages.ts";
import { meta } from "../tenant-tables.ts";
import type { KeptConversation } from "./conversation.ts";
import { conversationCalls, conversationMembers, conversationReads, conversations } from "./conversation-tables.ts";
import type { Told } from "./incident-news.ts";

export interface NamedMember {
  userId: string;
  guest: boolean;
}

const leads = ({ permission }: RoomPerson): boolean => permission === "coordinator" || permission === "admin";

/** The tables of the directory of conversations. */
export class ConversationStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(conversationId: string): KeptConversation | undefined {
    const found = this.#database
      .select()
      .from(conversations)
      .where(eq(conversations.conversationId, conversationId))
      .all();
    return found.map(toKept)[0];
  }

  byKey(key: string): KeptConversation | undefined {
    return this.#database.select().from(conversations).where(eq(conversations.key, key)).all().map(toKept)[0];
  }

  /** Those of these keys that exist. */
  knownKeys(keys: readonly string[]): Set<string> {
    const rows = this.#database
      .select({ key: conversations.key })
      .from(conversations)
      .where(sql`${conversations.key} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`)
      .all();
    return new Set(rows.flatMap(({ key }) => (key === null ? [] : [key])));
  }

  /** All of a site, a role or an incident: its room and its notes. */
  of(what: "siteId" | "roleId" | "incidentId", id: string): KeptConversation[] {
    return this.#database.select().from(conversations).where(eq(conversations[what], id)).all().map(toKept);
  }

  save(kept: KeptConversation): void {
    const { conversationId, lastSeq, lastAt, ...facts } = kept;
    const row = {
      ...facts,
      siteId: kept.siteId ?? null,
      roleId: kept.roleId ?? null,
      incidentId: kept.incidentId ?? null,
      key: kept.key ?? null,
      makerId: kept.makerId ?? null,
    };
    this.#database
      .insert(conversations)
      .values({ conversationId, lastSeq, lastAt, ...row })
      .onConflictDoUpdate({ target: conversations.conversationId, set: row })
      .run();
  }

  /** Groups and notes that are open. */
  countMade(): number {
    const [row] = this.#database
      .select({ count: sql<number>`count(*)` })
      .from(conversations)
      .where(and(eq(conversations.closed, false), or(eq(conversations.kind, "group"), eq(conversations.form, "note"))))
      .all();
    return row?.count ?? 0;
  }

  /** Conversations that this person can be in, the one with the newest activity first. Who is in them membership.ts says. */
  pageFor(
    person: RoomPerson,
    { form, state }: { form?: ConversationForm | undefined; state?: "open" | "closed" | undefined },
    before: { lastAt: number; conversationId: string },
    limit: number,
  ): KeptConversation[] {
    // Rooms of a kind are found by kind and those by name by the person: between them lie all the rooms of two of the tenant.
    return this.#database
      .select()
      .from(conversations)
      .where(
        and(
          sql`${conversations.conversationId} IN (
            SELECT conversation_id FROM conversation_members WHERE user_id = ${person.userId}
            UNION SELECT conversation_id FROM conversations WHERE kind = 'everyone'
            UNION SELECT conversation_id FROM conversations
              WHERE kind = 'site' AND (${leads(person) ? 1 : 0} OR site_id = ${person.homeSiteId ?? ""})
            UNION SELECT conversation_id FROM conversations
              WHERE role_id IN (SELECT value FROM json_each(${JSON.stringify(person.roleIds)}))
            UNION SELECT conversation_id FROM conversations WHERE kind = 'incident' AND ${leads(person) ? 1 : 0}
          )`,
          sql`(${conversations.lastAt}, ${conversations.conversationId}) < (${before.lastAt}, ${before.conversationId})`,
          form === undefined ? undefined : eq(conversations.form, form),
          state === undefined ? undefined : eq(conversations.closed, state === "closed"),
        ),
      )
      .orderBy(sql`${conversations.lastAt} DESC`, sql`${conversations.conversationId} DESC`)
      .limit(limit)
      .all()
      .map(toKept);
  }

  /** Rooms that people are in without being named, in which anything happened since. */
  unnamedSince(since: number): KeptConversation[] {
    const kinds: ConversationKind[] = ["everyone", "site", "role", "incident"];
    return this.#database
      .select()
      .from(conversations)
      .where(
        and(
          inArray(conversations.kind, kinds),
          or(sql`${conversations.kind} <> 'incident'`, sql`${conversations.lastAt} > ${since}`),
        ),
      )
      .all()
      .map(toKept);
  }

  /** The conversations in which these people are by name. */
  named(userIds: readonly string[]): { conversationId: string; userId: string }[] {
    return this.#database
      .select({ conversationId: conversationMembers.conversationId, userId: conversationMembers.userId })
      .from(conversationMembers)
      .where(sql`${conversationMembers.userId} IN (SELECT value FROM json_each(${JSON.stringify(userIds)}))`)
      .all();
  }

  members(conversationId: string): NamedMember[] {
    return this.#database
      .select({ userId: conversationMembers.userId, guest: conversationMembers.guest })
      .from(conversationMembers)
      .where(eq(conversationMembers.conversationId, conversationId))
      .all();
  }

  member(conversationId: string, userId: string): NamedMember | undefined {
    const [row] = this.#database
      .select({ userId: conversationMembers.userId, guest: conversationMembers.guest })
      .from(conversationMembers)
      .where(and(eq(conversationMembers.conversationId, conversationId), eq(conversationMembers.userId, userId)))
      .all();
    return row;
  }

  /** In one statement however many they are: a large incident's answers come together. */
  addMembers(conversationId: string, userIds: readonly string[], guest: boolean, at: number): void {
    this.#database.run(sql`
      INSERT INTO conversation_members (conversation_id, user_id, guest, at)
      SELECT ${conversationId}, value, ${guest ? 1 : 0}, ${at} FROM json_each(${JSON.stringify(userIds)}) WHERE true
      ON CONFLICT (conversation_id, user_id) DO UPDATE SET guest = excluded.guest, at = excluded.at`);
  }

  removeMember(conversationId: string, userId: string): void {
    this.#database
      .delete(conversationMembers)
      .where(and(eq(conversationMembers.conversationId, conversationId), eq(conversationMembers.userId, userId)))
      .run();
  }

  readOf(conversationId: string, userId: string): number {
    const [row] = this.#database
      .select({ read: conversationReads.read })
      .from(conversationReads)
      .where(and(eq(conversationReads.userId, userId), eq(conversationReads.conversationId, conversationId)))
      .all();
    return row?.read ?? 0;
  }

  /** What moved in a room. Numbers only ever grow, in whatever order they come. */
  moved({ conversationId, lastSeq, lastAt, reads }: RoomHead): void {
    this.#database.run(sql`
      UPDATE conversations SET last_seq = ${lastSeq}, last_at = max(last_at, ${lastAt})
      WHERE conversation_id = ${conversationId} AND last_seq <= ${lastSeq}`);
    if (reads.length === 0) return;
    this.#database.run(sql`
      INSERT INTO conversation_reads (user_id, conversation_id, read)
      SELECT json_extract(value, '$[0]'), ${conversationId}, json_extract(value, '$[1]')
      FROM json_each(${JSON.stringify(reads)}) WHERE true
      ON CONFLICT (user_id, conversation_id) DO UPDATE SET read = max(read, excluded.read)`);
  }

  /** Those of these people who were not called to this message before; from now on they were. */
  callOnce(messageId: string, userIds: readonly string[], at: number): string[] {
    return this.#database
      .all<{ userId: string }>(sql`
        INSERT INTO conversation_calls (message_id, user_id, at)
        SELECT ${messageId}, value, ${at} FROM json_each(${JSON.stringify(userIds)}) WHERE true
        ON CONFLICT DO NOTHING RETURNING user_id AS userId`)
      .map(({ userId }) => userId);
  }

  sweep(calledBefore: number): void {
    this.#database.delete(conversationCalls).where(lt(conversationCalls.at, calledBefore)).run();
  }

  /** Takes a person out of every list of this directory. @returns where they were by name */
  removePerson(userId: string): string[] {
    const found = this.named([userId]).map(({ conversationId }) => conversationId);
    this.#database.delete(conversationMembers).where(eq(conversationMembers.userId, userId)).run();
    this.#database.delete(conversationReads).where(eq(conversationReads.userId, userId)).run();
    this.#database.delete(conversationCalls).where(eq(conversationCalls.userId, userId)).run();
    return found;
  }

  /** Every conversation there is. */
  all(): KeptConversation[] {
    return this.#database.select().from(conversations).all().map(toKept);
  }

  /** How far rooms of incidents were told what happened. */
  get told(): Told {
    const [row] = this.#database.select().from(meta).where(eq(meta.key, "roomsTold")).all();
    return row === undefined ? { seq: 0, filled: {} } : (JSON.parse(row.value) as Told);
  }

  setTold(told: Told): void {
    const value = JSON.stringify(told);
    this.#database
      .insert(meta)
      .values({ key: "roomsTold", value })
      .onConflictDoUpdate({ target: meta.key, set: { value } })
      .run();
  }
}

const toKept = ({
  siteId,
  roleId,
  incidentId,
  key,
  makerId,
  ...row
}: typeof conversations.$inferSelect): KeptConversation => ({
  ...row,
  // Written by this actor alone.
  form: row.form as ConversationForm,
  kind: row.kind as ConversationKind,
  ...(siteId === null ? {} : { siteId }),
  ...(roleId === null ? {} : { roleId }),
  ...(incidentId === null ? {} : { incidentId }),
  ...(key === null ? {} : { key }),
  ...(makerId === null ? {} : { makerId }),
});
