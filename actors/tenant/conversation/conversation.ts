import type { Conversation, ConversationForm, ConversationKind } from "../../../protocol/conversation/rooms.ts";
import { toTime } from "../../../protocol/ids.ts";
import type { RoomFacts } from "../../kernel/room-messages.ts";

/** A conversation as the tenant keeps it. Times in ms since 1970. */
export interface KeptConversation {
  conversationId: string;
  form: ConversationForm;
  kind: ConversationKind;
  title: string;
  siteId?: string;
  roleId?: string;
  incidentId?: string;
  /** Of what there is one alone. */
  key?: string;
  makerId?: string;
  closed: boolean;
  version: number;
  createdAt: number;
  /** Number and time of the newest message, as the room told them. */
  lastSeq: number;
  lastAt: number;
}

/** The same two people always share the same one, whoever asked first. */
export const pairKey = (a: string, b: string): string => `direct:${a < b ? `${a}|${b}` : `${b}|${a}`}`;

/** What the conversation's own actor is told of it. */
export const factsOf = (kept: KeptConversation, timeZone: string): RoomFacts => ({
  form: kept.form,
  kind: kept.kind,
  title: kept.title,
  ...(kept.siteId === undefined ? {} : { siteId: kept.siteId }),
  ...(kept.roleId === undefined ? {} : { roleId: kept.roleId }),
  ...(kept.incidentId === undefined ? {} : { incidentId: kept.incidentId }),
  timeZone,
  createdAt: kept.createdAt,
  closed: kept.closed,
  version: kept.version,
});

/** A conversation as one person sees it. `other`: the other one of two. */
export const showConversation = (
  kept: KeptConversation,
  own: { read: number; guest: boolean; other?: { userId: string; name: string } | undefined },
): Conversation => ({
  conversationId: kept.conversationId,
  form: kept.form,
  kind: kept.kind,
  title: own.other?.name ?? kept.title,
  ...(kept.siteId === undefined ? {} : { siteId: kept.siteId }),
  ...(kept.roleId === undefined ? {} : { roleId: kept.roleId }),
  ...(kept.incidentId === undefined ? {} : { incidentId: kept.incidentId }),
  ...(own.other === undefined ? {} : { withUserId: own.other.userId }),
  state: kept.closed ? "closed" : "open",
  createdAt: toTime(kept.createdAt),
  ...(kept.lastSeq === 0
    ? {}
    : { lastSeq: kept.lastSeq, lastAt: toTime(kept.lastAt), unread: Math.max(0, kept.lastSeq - own.read) }),
  ...(own.guest ? { guest: true as const } : {}),
});

/** Whether people may rename, close and open it: what they made themselves, and no standing room. */
export const isMade = ({ kind, form }: KeptConversation): boolean => kind === "group" || form === "note";
