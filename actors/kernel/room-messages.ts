import type { ConversationForm, ConversationKind, RoomEvent } from "../../protocol/conversation/rooms.ts";
import type { Permission, User } from "../../protocol/people.ts";

/**
 * What the tenant and conversation actors tell each other. Plain data; old and new code may talk to each other during a deploy,
 * so fields are only ever added, and optional.
 */

/** What a conversation's actor knows of a person: who belongs to it follows from this. No name: clients know the directory. */
export interface RoomPerson {
  userId: string;
  permission: Permission;
  roleIds: readonly string[];
  homeSiteId?: string | undefined;
  enabled: boolean;
}

export const roomPerson = ({ userId, permission, roleIds, homeSiteId, enabled }: User): RoomPerson => ({
  userId,
  permission,
  roleIds,
  homeSiteId,
  enabled,
});

/** A person whose session a site actor has checked, as the edge hands it on to a conversation's actor. */
export interface Admitted {
  sessionId: string;
  deviceId: string;
  /** Milliseconds since 1970: after it the session is over. */
  expiresAt: number;
  person: RoomPerson;
}

/** What a conversation is, as the tenant decides. Of two the one with the larger version holds. */
export interface RoomFacts {
  form: ConversationForm;
  kind: ConversationKind;
  title: string;
  siteId?: string;
  roleId?: string;
  incidentId?: string;
  /** Whose home site decides in which time zone a month ends. */
  timeZone: string;
  createdAt: number;
  /** Nobody writes any more. */
  closed: boolean;
  version: number;
}

/** Tenant to conversation, in order, at least once: the conversation must take the same one twice without harm. */
export type RoomMessage =
  | { kind: "facts"; facts: RoomFacts }
  /** People who belong to it by name: of two, a group, an incident; and guests of any room. */
  | { kind: "joined"; userIds: string[]; guests?: boolean; at: number }
  | { kind: "left"; userIds: string[]; at: number }
  /** Facts of people changed: sockets of those who no longer belong to it are closed (4403). */
  | { kind: "people"; people: RoomPerson[] }
  | { kind: "sessionsEnded"; sessionIds: string[] }
  /** What happened, each once by its id. */
  | { kind: "events"; events: { eventId: string; at: number; event: RoomEvent }[] }
  /** Everything this person wrote goes, everywhere (P18). */
  | { kind: "erase"; userId: string; at: number };

/** Conversation to tenant: what moved in a room, for lists. Told again until it was taken, and the newest counts. */
export interface RoomHead {
  conversationId: string;
  lastSeq: number;
  lastAt: number;
  /** Read marks that moved. */
  reads: readonly (readonly [userId: string, seq: number])[];
}

/** Conversation to tenant: people to be told of a message by their channels. At least once; `messageId` and the person name it. */
export interface RoomCall {
  conversationId: string;
  messageId: string;
  authorId: string;
  /** Of two, everybody is called; else those who are mentioned. */
  why: "direct" | "mention";
  userIds: readonly string[];
  at: number;
}
