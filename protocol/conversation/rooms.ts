import * as z from "zod";
import { EndReason } from "../alarms.ts";
import { Id, Time } from "../ids.ts";
import { limits } from "../limits.ts";
import { Kind } from "../terms.ts";
import { line, paragraph } from "../text.ts";

/**
 * A conversation is a chat or a note. A chat's document is written by its actor alone; a note is written together by those
 * who lead (design §4, Chat).
 */
export const ConversationForm = z.enum(["chat", "note"]);
export type ConversationForm = z.infer<typeof ConversationForm>;

/** Who belongs to it: everybody, those of a site, of a role, two people, a group, those of an incident. */
export const ConversationKind = z.enum(["everyone", "site", "role", "direct", "group", "incident"]);
export type ConversationKind = z.infer<typeof ConversationKind>;

/** Names one document of a conversation: `<number>.<generation>`. Opaque to clients. */
export const Epoch = z.string().regex(/^[0-9]{1,9}\.[0-9]{1,9}$/, "is not an epoch");

export const Conversation = z.strictObject({
  conversationId: Id,
  form: ConversationForm,
  kind: ConversationKind,
  title: z.string(),
  siteId: Id.optional(),
  roleId: Id.optional(),
  incidentId: Id.optional(),
  /** The other one of two. */
  withUserId: Id.optional(),
  /** Closed: everybody still reads it, nobody writes. */
  state: z.enum(["open", "closed"]),
  createdAt: Time,
  /** Number and time of the newest message, as told a moment ago. */
  lastSeq: z.int().optional(),
  lastAt: Time.optional(),
  /** Messages after the caller's own read mark, as told a moment ago. */
  unread: z.int().optional(),
  /** In it by invitation: not one of those it is for. */
  guest: z.literal(true).optional(),
});
export type Conversation = z.infer<typeof Conversation>;

export const ConversationMember = z.strictObject({ userId: Id, name: z.string(), guest: z.literal(true).optional() });
export type ConversationMember = z.infer<typeof ConversationMember>;

/** `direct`: the same two people always share the same one, so that making it again answers the first. */
export const NewConversation = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("direct"), userId: Id }),
  z.strictObject({
    kind: z.literal("group"),
    form: ConversationForm.optional(),
    title: line(100),
    userIds: z.array(Id).max(limits.roomMembers),
  }),
  z.strictObject({ kind: z.literal("site"), form: z.literal("note"), title: line(100), siteId: Id }),
  z.strictObject({ kind: z.literal("incident"), form: z.literal("note"), title: line(100), incidentId: Id }),
]);
export type NewConversation = z.infer<typeof NewConversation>;

export const ConversationPatch = z.strictObject({
  title: line(100).optional(),
  state: z.enum(["open", "closed"]).optional(),
});
export type ConversationPatch = z.infer<typeof ConversationPatch>;

/** One document of a chat: what was written in a month, or 2,000 messages of it. */
export const EpochInfo = z.strictObject({
  epoch: Epoch,
  firstSeq: z.int(),
  messages: z.int(),
  startedAt: Time,
  endedAt: Time.optional(),
});
export type EpochInfo = z.infer<typeof EpochInfo>;

/** How far somebody has received and read. */
export const Mark = z.strictObject({ userId: Id, received: z.int().optional(), read: z.int().optional() });
export type Mark = z.infer<typeof Mark>;

/** How a conversation stands for the caller. */
export const ConversationState = z.strictObject({
  conversationId: Id,
  form: ConversationForm,
  state: z.enum(["open", "closed"]),
  mayWrite: z.boolean(),
  /** The one that is written now. */
  epoch: Epoch,
  /** Newest first; those past their term are gone. */
  epochs: z.array(EpochInfo),
  lastSeq: z.int(),
  /** The caller's own first. At most 200, those who read last. */
  marks: z.array(Mark),
});
export type ConversationState = z.infer<typeof ConversationState>;

/** What happened to an incident, as its room tells it. Clients put it into their own words. */
export const RoomEvent = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("alarmRaised"), alarmId: Id, kind: Kind, title: z.string(), recipients: z.int() }),
  z.strictObject({ type: z.literal("widened"), alarmId: Id, name: z.string().optional(), people: z.int() }),
  z.strictObject({ type: z.literal("reAlarmed"), alarmId: Id, people: z.int() }),
  z.strictObject({ type: z.literal("filled"), alarmId: Id, met: z.boolean() }),
  z.strictObject({
    type: z.literal("answered"),
    alarmId: Id,
    coming: z.array(Id),
    onScene: z.array(Id),
    notComing: z.array(Id),
  }),
  z.strictObject({ type: z.literal("stoodDown"), alarmId: Id, reason: EndReason, text: z.string().optional() }),
  z.strictObject({ type: z.literal("reopened"), alarmId: Id }),
  /** A line of the incident's log; without its words when its author's data were erased. */
  z.strictObject({ type: z.literal("noted"), userId: Id.optional(), text: z.string().optional() }),
  z.strictObject({ type: z.literal("closed") }),
  z.strictObject({ type: z.literal("opened") }),
]);
export type RoomEvent = z.infer<typeof RoomEvent>;

export const Photo = z.strictObject({
  photoId: Id,
  width: z.int().min(1),
  height: z.int().min(1),
  bytes: z.int().min(1),
});
export type Photo = z.infer<typeof Photo>;

/** Emoji and who gave it. */
export const Reactions = z.record(z.string(), z.array(Id));

/**
 * A message as it is in the room's document (an entry of the array `messages`), in frames and in lists. The server gives author,
 * time and number; its place in the room never changes.
 */
export const Message = z.strictObject({
  messageId: Id,
  seq: z.int(),
  at: Time,
  /** Absent: the system's own words, or of somebody whose data were erased. */
  authorId: Id.optional(),
  text: z.string().optional(),
  replyTo: Id.optional(),
  mentions: z.array(Id).optional(),
  photo: Photo.optional(),
  reactions: Reactions.optional(),
  editedAt: Time.optional(),
  /** Its words are gone: taken back by its author or somebody who leads, or erased with its author's data. */
  gone: z.enum(["deleted", "erased"]).optional(),
  event: RoomEvent.optional(),
});
export type Message = z.infer<typeof Message>;

export const MessageText = paragraph(limits.messageCharacters).refine(
  (text) => text.trim() !== "",
  "must not be blank",
);
/** One emoji, whatever it is put together of. */
export const Emoji = z
  .string()
  .min(1)
  .max(32)
  .regex(/^(?:\p{Extended_Pictographic}|\p{Emoji_Component}|\u200d)+$/u, "must be an emoji")
  .regex(/\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u, "must be an emoji");

const mentions = z.array(Id).max(limits.messageMentions).optional();

export const NewMessage = z
  .strictObject({
    /** Made by the client, so that sending again is harmless. */
    messageId: Id,
    text: MessageText.optional(),
    replyTo: Id.optional(),
    mentions,
    photoId: Id.optional(),
  })
  .refine((message) => message.text !== undefined || message.photoId !== undefined, {
    path: ["text"],
    message: "is needed without a photo",
  });
export type NewMessage = z.infer<typeof NewMessage>;

export const MessagePatch = z.strictObject({ text: MessageText, mentions });
export type MessagePatch = z.infer<typeof MessagePatch>;

export const NewReaction = z.strictObject({ emoji: Emoji, on: z.boolean() });
export type NewReaction = z.infer<typeof NewReaction>;

export const ReadMark = z.strictObject({ read: z.int().min(0) });

export const AcceptedMessage = z.strictObject({ messageId: Id, seq: z.int(), at: Time });
export type AcceptedMessage = z.infer<typeof AcceptedMessage>;

/** A version of a note that can be brought back. */
export const NoteVersion = z.strictObject({
  version: z.int(),
  at: Time,
  /** Who wrote since the version before. */
  authorIds: z.array(Id),
  characters: z.int(),
  restoredFrom: z.int().optional(),
});
export type NoteVersion = z.infer<typeof NoteVersion>;

export const NoteText = z.strictObject({ version: z.int(), at: Time, text: z.string() });
export type NoteText = z.infer<typeof NoteText>;
