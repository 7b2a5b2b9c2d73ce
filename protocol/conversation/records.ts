import * as z from "zod";
import { Id } from "../ids.ts";
import { ConversationForm, ConversationKind, RoomEvent } from "./rooms.ts";

const ms = z.int();

/** Records of conversations (protocol/records.ts says what records are). All are filed under the conversation's id. */
export const conversationRecords = {
  /** By the tenant: what it is, and whether it is open. */
  "conversation.saved": z.object({
    conversationId: Id,
    form: ConversationForm,
    kind: ConversationKind,
    title: z.string(),
    siteId: Id.optional(),
    roleId: Id.optional(),
    incidentId: Id.optional(),
    createdAt: ms,
    closed: z.boolean(),
    version: z.int(),
  }),
  "conversation.joined": z.object({ conversationId: Id, userIds: z.array(Id), guests: z.literal(true).optional() }),
  "conversation.left": z.object({ conversationId: Id, userIds: z.array(Id) }),
  /** A message, or what happened to an incident. Its text is taken out of the history again when it is deleted or erased. */
  "message.sent": z.object({
    conversationId: Id,
    messageId: Id,
    seq: z.int(),
    epoch: z.int(),
    authorId: Id.optional(),
    text: z.string().optional(),
    replyTo: Id.optional(),
    mentions: z.array(Id).optional(),
    photoId: Id.optional(),
    event: RoomEvent.optional(),
  }),
  /** Numbered as its message is: what comes after the message's term is known by it. */
  "message.edited": z.object({
    conversationId: Id,
    messageId: Id,
    seq: z.int(),
    authorId: Id,
    text: z.string(),
    mentions: z.array(Id).optional(),
  }),
  "message.deleted": z.object({ conversationId: Id, messageId: Id, seq: z.int() }),
  "message.reacted": z.object({ conversationId: Id, messageId: Id, userId: Id, emoji: z.string(), on: z.boolean() }),
  /** Everything that this person wrote up to this number, in this conversation. */
  "messages.erased": z.object({ conversationId: Id, userId: Id, upToSeq: z.int(), messages: z.int() }),
  /** An epoch at its term: its messages up to this number are gone. */
  "epoch.removed": z.object({ conversationId: Id, epoch: z.int(), upToSeq: z.int(), messages: z.int() }),
  "photo.added": z.object({ conversationId: Id, photoId: Id, userId: Id, bytes: z.int() }),
  "note.written": z.object({
    conversationId: Id,
    noteVersion: z.int(),
    authorIds: z.array(Id),
    characters: z.int(),
    restoredFrom: z.int().optional(),
  }),
} as const;
