import { signal } from "@preact/signals";
import type { Conversation, ConversationForm } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { api } from "../state/session.ts";
import { unreadOf } from "../state/unread.ts";
import { nameThem } from "./people.ts";

/** Conversations that this person is in, by form; undefined before they came. */
export const rooms = signal<readonly Conversation[] | undefined>(undefined);
export const roomsError = signal<unknown>(undefined);

const newestFirst = (a: Conversation, b: Conversation): number =>
  Date.parse(b.lastAt ?? b.createdAt) - Date.parse(a.lastAt ?? a.createdAt);

export const loadRooms = async (): Promise<void> => {
  try {
    const list: Conversation[] = [];
    for await (const item of api().items(routes.listConversations, { query: { limit: 200 } })) list.push(item);
    rooms.value = list.toSorted(newestFirst);
    nameThem(
      list.flatMap(({ withUserId, title }) => (withUserId === undefined ? [] : [{ userId: withUserId, name: title }])),
    );
    unreadOf(list);
    roomsError.value = undefined;
  } catch (error) {
    roomsError.value = error;
  }
};

export const putRoom = (room: Conversation): void => {
  const others = (rooms.value ?? []).filter(({ conversationId }) => conversationId !== room.conversationId);
  rooms.value = [room, ...others].toSorted(newestFirst);
};

export const removeRoom = (conversationId: string): void => {
  rooms.value = rooms.value?.filter((room) => room.conversationId !== conversationId);
};

/** The open room was read up to its end: the list is told at once, the server in a moment. */
export const wasRead = (conversationId: string, lastSeq: number, lastAt: string | undefined): void => {
  const known = rooms.value?.find((room) => room.conversationId === conversationId);
  if (known === undefined || ((known.unread ?? 0) === 0 && known.lastSeq === lastSeq)) return;
  putRoom({ ...known, unread: 0, lastSeq, ...(lastAt === undefined ? {} : { lastAt }) });
  unreadOf(rooms.value ?? []);
};

export const ofForm = (form: ConversationForm): readonly Conversation[] | undefined =>
  rooms.value?.filter((room) => room.form === form);
