import { signal } from "@preact/signals";
import type { Conversation } from "../../../protocol/conversation/rooms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { api, isWallboard } from "./session.ts";

/** Conversations with something in them that this person has not read. */
export const unread = signal<ReadonlySet<string>>(new Set());
/** Counts messages for this person, so that a page that shows the list asks for it again. */
export const messageNotices = signal(0);

export const unreadOf = (list: readonly Conversation[]): void => {
  unread.value = new Set(
    list.flatMap(({ conversationId, unread: n }) => (n !== undefined && n > 0 ? [conversationId] : [])),
  );
};

const load = async (): Promise<void> => {
  if (isWallboard.value) return;
  try {
    // The newest page is enough for a badge; the page of messages asks for all.
    const { items } = await api().call(routes.listConversations, {
      query: { limit: 200, state: "open", form: "chat" },
    });
    unreadOf(items);
  } catch {
    // The badge is a courtesy: the page of messages says what is wrong.
  }
};

/** The badge in the navigation: asked for at log-in, then moved by notices. */
export const listenForMessages = (line: AlarmSocket): void => {
  unread.value = new Set();
  void load();
  line.on("notice", ({ notice, ref }) => {
    if (notice !== "message") return;
    unread.value = new Set(unread.value).add(ref);
    messageNotices.value++;
  });
};
