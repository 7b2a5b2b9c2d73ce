import type {
  Message,
  MessagePatch,
  NewMessage,
  NewReaction,
  Photo,
  RoomEvent,
} from "../../../protocol/conversation/rooms.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";

/** Who commands, and what they may. */
export interface Author {
  userId: string;
  mayWrite: boolean;
  mayModerate: boolean;
}

export type Command =
  | ({ type: "send" } & NewMessage)
  | ({ type: "edit"; messageId: string } & MessagePatch)
  | { type: "delete"; messageId: string }
  | ({ type: "react"; messageId: string } & NewReaction);

/** What a command meets: the message it names, those it refers to, and the number the next one gets. */
export interface Room {
  find(messageId: string): Message | undefined;
  photo(photoId: string): Photo | undefined;
  /** Whether everybody in this list is somebody who can be mentioned. */
  nextSeq: number;
}

/** `unchanged` when the command was taken before: it is answered the same and does nothing (I4, I5). */
export interface Decided {
  message: Message;
  unchanged: boolean;
}

/**
 * What becomes of a command (issue 6, 2). Pure. Refused: not_found (no such message), forbidden (another one's, or closed),
 * conflict (the id is taken, or the words are gone), invalid (what it refers to does not exist).
 */
export const decide = (room: Room, command: Command, author: Author, now: number): Outcome<Decided> => {
  const former = room.find(command.messageId);
  if (command.type === "send") return send(room, command, author, former, now);
  if (former === undefined) return refuse("not_found");
  if (!author.mayWrite) return refuse("forbidden", "nobody writes here any more, or not you");
  if (former.event !== undefined) return refuse("forbidden", "this is no message of a person");
  switch (command.type) {
    case "edit":
      return edit(former, command, author, now);
    case "delete":
      return takeBack(former, author);
    case "react":
      return react(former, command, author);
  }
};

const send = (
  room: Room,
  { messageId, text, replyTo, mentions, photoId }: Extract<Command, { type: "send" }>,
  author: Author,
  former: Message | undefined,
  now: number,
): Outcome<Decided> => {
  // Whoever sends again has lost the answer. Another one's message of the same id is not told of.
  if (former !== undefined)
    return former.authorId === author.userId
      ? done({ message: former, unchanged: true })
      : refuse("conflict", "this messageId is taken");
  if (!author.mayWrite) return refuse("forbidden", "nobody writes here any more, or not you");
  if (text === undefined && photoId === undefined)
    return refuse("invalid", undefined, [{ path: "text", message: "is needed without a photo" }]);
  if (replyTo !== undefined && room.find(replyTo) === undefined)
    return refuse("invalid", undefined, [{ path: "replyTo", message: "does not exist here" }]);
  const photo = photoId === undefined ? undefined : room.photo(photoId);
  if (photoId !== undefined && photo === undefined)
    return refuse("invalid", undefined, [{ path: "photoId", message: "does not exist here" }]);
  const message: Message = {
    messageId,
    seq: room.nextSeq,
    at: toTime(now),
    authorId: author.userId,
    ...(text === undefined ? {} : { text }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...mentioned(mentions),
    ...(photo === undefined ? {} : { photo }),
  };
  return done({ message, unchanged: false });
};

const edit = (former: Message, { text, mentions }: MessagePatch, author: Author, now: number): Outcome<Decided> => {
  if (former.authorId !== author.userId) return refuse("forbidden", "only its author changes a message");
  if (former.gone !== undefined) return refuse("conflict", "this message was taken back");
  const { mentions: before, editedAt, ...rest } = former;
  // Later than what it changes, whatever the clock says: the history knows the order of edits by it (I8).
  const at = Math.max(now, Date.parse(editedAt ?? former.at) + 1);
  const message: Message = { ...rest, text, ...mentioned(mentions), editedAt: toTime(at) };
  const unchanged = former.text === text && JSON.stringify(before ?? []) === JSON.stringify(message.mentions ?? []);
  return done(unchanged ? { message: former, unchanged } : { message, unchanged });
};

const takeBack = (former: Message, author: Author): Outcome<Decided> => {
  if (former.authorId !== author.userId && !author.mayModerate)
    return refuse("forbidden", "only its author and those who lead take a message back");
  if (former.gone !== undefined) return done({ message: former, unchanged: true });
  return done({ message: emptied(former, "deleted"), unchanged: false });
};

const react = (former: Message, { emoji, on }: NewReaction, author: Author): Outcome<Decided> => {
  if (former.gone !== undefined) return refuse("conflict", "this message was taken back");
  const { reactions = {}, ...rest } = former;
  const before = Object.hasOwn(reactions, emoji) ? (reactions[emoji] ?? []) : [];
  if (before.includes(author.userId) === on) return done({ message: former, unchanged: true });
  if (on && before.length === 0 && Object.keys(reactions).length >= limits.messageReactions)
    return refuse("conflict", "there are too many kinds of reactions to it");
  if (on && before.length >= limits.messageReactors) return refuse("conflict", "there are too many of these reactions");
  const after = on ? [...before, author.userId] : before.filter((userId) => userId !== author.userId);
  const { [emoji]: _, ...others } = reactions;
  const all = after.length === 0 ? others : { ...others, [emoji]: after };
  return done({
    message: { ...rest, ...(Object.keys(all).length === 0 ? {} : { reactions: all }) },
    unchanged: false,
  });
};

const mentioned = (mentions: readonly string[] | undefined): { mentions?: string[] } =>
  mentions === undefined || mentions.length === 0 ? {} : { mentions: [...new Set(mentions)] };

/** A message without anything that was in it; its place and number stay. */
export const emptied = ({ messageId, seq, at, authorId, replyTo }: Message, gone: "deleted" | "erased"): Message => ({
  messageId,
  seq,
  at,
  // An erased person is nobody's author any more (P18).
  ...(authorId === undefined || gone === "erased" ? {} : { authorId }),
  ...(replyTo === undefined ? {} : { replyTo }),
  gone,
});

/** What a message becomes when this person's data are erased: emptied when theirs, else without their name; or undefined when it stays. */
export const erasedFrom = (message: Message, userId: string): Message | undefined => {
  if (message.authorId === userId) return emptied(message, "erased");
  const named = message.mentions?.includes(userId) === true;
  const reacted = Object.values(message.reactions ?? {}).some((userIds) => userIds.includes(userId));
  const event = message.event === undefined ? undefined : eventWithout(message.event, userId);
  if (!named && !reacted && event === message.event) return undefined;
  const { mentions, reactions, ...rest } = message;
  const others = Object.entries(reactions ?? {})
    .map(([emoji, userIds]) => [emoji, userIds.filter((one) => one !== userId)] as const)
    .filter(([, userIds]) => userIds.length > 0);
  return {
    ...rest,
    ...mentioned(mentions?.filter((one) => one !== userId)),
    ...(others.length === 0 ? {} : { reactions: Object.fromEntries(others) }),
    ...(event === undefined ? {} : { event }),
  };
};

const eventWithout = (event: RoomEvent, userId: string): RoomEvent => {
  if (event.type === "noted" && event.userId === userId) return { type: "noted" };
  if (event.type !== "answered") return event;
  const others = (list: readonly string[]) => list.filter((one) => one !== userId);
  const { coming, onScene, notComing } = event;
  if (![coming, onScene, notComing].some((list) => list.includes(userId))) return event;
  return { ...event, coming: others(coming), onScene: others(onScene), notComing: others(notComing) };
};
