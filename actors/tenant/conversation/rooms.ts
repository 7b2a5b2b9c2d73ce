import type { By } from "../../../protocol/records.ts";
import { belongs, type Listed } from "../../conversation/membership.ts";
import { newId } from "../../kernel/ids.ts";
import { type RoomFacts, roomPerson } from "../../kernel/room-messages.ts";
import type { Desk } from "../desk.ts";
import type { Person } from "../directory/directory.ts";
import { factsOf, type KeptConversation } from "./conversation.ts";
import type { NamedMember } from "./conversation-store.ts";

export const system = { type: "system", id: "tenant" } as const;

/** What a conversation is, with the time zone in which its months end: its site's, or the organisation's. */
export const roomFacts = (desk: Desk, kept: KeptConversation): RoomFacts => {
  const site = kept.siteId === undefined ? undefined : desk.directory.sites.get(kept.siteId);
  return factsOf(kept, site?.timeZone ?? desk.facts?.timeZone ?? "Europe/Amsterdam");
};

/** A conversation as one person meets it. */
export interface Met {
  kept: KeptConversation;
  facts: RoomFacts;
  listed: Listed;
}

/**
 * How somebody is in a conversation, or undefined for whoever is not. A guest who has come to belong there anyway (another role,
 * another permission) is no guest any more.
 */
export const standingIn = (
  facts: RoomFacts,
  person: Person,
  member: NamedMember | undefined,
): { listed: Listed } | undefined => {
  const listed = member === undefined ? undefined : member.guest ? "guest" : "member";
  const known = roomPerson(person);
  if (!belongs(facts, known, listed)) return undefined;
  return { listed: listed === "guest" && belongs(facts, known, undefined) ? undefined : listed };
};

/** The conversation, when this person is in it; to all others it does not exist (T1). */
export const metBy = (desk: Desk, person: Person, conversationId: string): Met | undefined => {
  const kept = desk.conversations.get(conversationId);
  if (kept === undefined) return undefined;
  const facts = roomFacts(desk, kept);
  const standing = standingIn(facts, person, desk.conversations.member(conversationId, person.userId));
  return standing && { kept, facts, ...standing };
};

/** Stores what a conversation is, writes it down and tells its actor. */
export const saveRoom = (desk: Desk, kept: KeptConversation, by: By, now: number, ip?: string): void => {
  desk.conversations.save(kept);
  const { conversationId, key: _, makerId: __, lastSeq: ___, lastAt: ____, ...body } = kept;
  desk.record("conversation.saved", conversationId, now, by, { conversationId, ...body }, ip);
  desk.tellRoom(conversationId, { kind: "facts", facts: roomFacts(desk, kept) }, now);
};

export const changeRoom = (
  desk: Desk,
  kept: KeptConversation,
  change: { title?: string; closed?: boolean },
  by: By,
  now: number,
  ip?: string,
): KeptConversation => {
  const changed = { ...kept, ...change, version: kept.version + 1 };
  saveRoom(desk, changed, by, now, ip);
  return changed;
};

export const openRoom = (
  desk: Desk,
  facts: Omit<KeptConversation, "conversationId" | "closed" | "version" | "createdAt" | "lastSeq" | "lastAt">,
  by: By,
  now: number,
  ip?: string,
): KeptConversation => {
  const conversationId = newId("cnv");
  const kept = { ...facts, conversationId, closed: false, version: 1, createdAt: now, lastSeq: 0, lastAt: now };
  saveRoom(desk, kept, by, now, ip);
  return kept;
};

/** Takes people into a conversation by name. */
export const join = (
  desk: Desk,
  conversationId: string,
  { userIds, guests, by, ip }: { userIds: string[]; guests: boolean; by: By; ip?: string | undefined },
  now: number,
): void => {
  if (userIds.length === 0) return;
  desk.conversations.addMembers(conversationId, userIds, guests, now);
  const body = { conversationId, userIds, ...(guests ? { guests: true as const } : {}) };
  desk.record("conversation.joined", conversationId, now, by, body, ip);
  desk.tellRoom(conversationId, { kind: "joined", userIds, at: now, ...(guests ? { guests } : {}) }, now);
};

export const leave = (
  desk: Desk,
  conversationId: string,
  { userId, by, ip }: { userId: string; by: By; ip?: string | undefined },
  now: number,
): void => {
  desk.conversations.removeMember(conversationId, userId);
  desk.record("conversation.left", conversationId, now, by, { conversationId, userIds: [userId] }, ip);
  desk.tellRoom(conversationId, { kind: "left", userIds: [userId], at: now }, now);
};
