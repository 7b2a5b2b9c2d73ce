import { type Signal, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Mark } from "../../../protocol/conversation/rooms.ts";
import { webStorageRoomMemory } from "../../sdk/conversation/memory.ts";
import { Room } from "../../sdk/conversation/room.ts";
import type { RoomView } from "../../sdk/conversation/shown.ts";
import type { EndedWhy, RoomStatus, Standing } from "../../sdk/conversation/state.ts";
import { connectByTicket } from "../../sdk/socket/connection.ts";
import { keepText, keptText } from "../state/keep.ts";
import { personKey } from "../state/link.ts";
import { session } from "../state/session.ts";
import { indexedDbKeeper } from "./keeper.ts";

/** A conversation that is open on the page. */
export interface OpenRoom {
  conversationId: string;
  room: Room;
  view: Signal<RoomView>;
  status: Signal<RoomStatus>;
  standing: Signal<Standing | undefined>;
  marks: Signal<readonly Mark[]>;
  typing: Signal<readonly string[]>;
  ended: Signal<EndedWhy | undefined>;
}

const open = (conversationId: string): OpenRoom | undefined => {
  const current = session.peek();
  if (current.state !== "in") return undefined;
  const { api, user, tenant } = current;
  const key = personKey(tenant, user.userId, "rooms");
  const room = new Room({
    conversationId,
    api,
    connect: connectByTicket(api),
    userId: user.userId,
    memory: webStorageRoomMemory(
      { getItem: (name) => keptText(name) ?? null, setItem: keepText },
      `${key}.${conversationId}`,
    ),
    keeper: indexedDbKeeper(key),
  });
  const opened: OpenRoom = {
    conversationId,
    room,
    view: signal(room.view),
    status: signal(room.status),
    standing: signal(room.standing),
    marks: signal([]),
    typing: signal([]),
    ended: signal(undefined),
  };
  for (const name of ["view", "status", "standing", "marks", "typing", "ended"] as const)
    room.on(name, (value: unknown) => {
      (opened[name] as Signal<unknown>).value = value;
    });
  room.start();
  return opened;
};

/** Follows a conversation as long as it is on the page. */
export const useRoom = (conversationId: string): OpenRoom | undefined => {
  const [opened, setOpened] = useState<OpenRoom | undefined>(undefined);
  useEffect(() => {
    const made = open(conversationId);
    setOpened(made);
    const wake = (): void => {
      if (document.visibilityState === "visible") made?.room.wake();
    };
    addEventListener("online", wake);
    document.addEventListener("visibilitychange", wake);
    return () => {
      removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      void made?.room.stop();
    };
  }, [conversationId]);
  return opened;
};
