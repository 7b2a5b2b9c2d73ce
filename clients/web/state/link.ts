import { computed, effect, signal, untracked } from "@preact/signals";
import { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { connectByTicket } from "../../sdk/socket/connection.ts";
import type { SocketStatus } from "../../sdk/socket/events.ts";
import { webStorageMemory } from "../../sdk/socket/memory.ts";
import { setServerTime } from "./clock.ts";
import { forgetConversations } from "./copies.ts";
import { dropText, keepText, keptText } from "./keep.ts";
import { session, sessionEnded } from "./session.ts";

export const status = signal<SocketStatus>("stopped");
export const isOnline = computed(() => status.value === "online");

/** The socket of the person who is logged in; a new one for each log-in. */
export const socket = signal<AlarmSocket | undefined>(undefined);

/** One memory for one person: nobody may send the answers of another (SDK). */
export const personKey = (tenant: string, userId: string, what: string): string =>
  `standby.${what}.${tenant}.${userId}`;

const open = (tenant: string, userId: string, api: ConstructorParameters<typeof AlarmSocket>[0]): AlarmSocket => {
  const line = new AlarmSocket({
    ...api,
    memory: webStorageMemory(
      { getItem: (key) => keptText(key) ?? null, setItem: keepText },
      personKey(tenant, userId, "socket"),
    ),
  });
  line.on("status", (value) => {
    status.value = value;
    if (value === "ended") sessionEnded();
  });
  line.on("welcome", ({ serverTime }) => setServerTime(serverTime));
  return line;
};

/** Opens the line at log-in and closes it at log-out. Listeners take hold of `socket` before `start` is called. */
export const holdLine = (listen: (line: AlarmSocket, key: string) => void): void => {
  effect(() => {
    const current = session.value;
    if (current.state !== "in") return;
    const { tenant, user, api } = current;
    const line = open(tenant, user.userId, { url: api.socketUrl, connect: connectByTicket(api) });
    untracked(() => listen(line, personKey(tenant, user.userId, "alarms")));
    socket.value = line;
    line.start();
    return () => {
      socket.value = undefined;
      status.value = "stopped";
      void line.stop().then(() => {
        // Nothing about a person stays behind on a computer that somebody logged out of.
        const after = session.peek();
        if (after.state !== "out" || after.why !== "loggedOut") return;
        dropText(personKey(tenant, user.userId, "socket"));
        void forgetConversations(personKey(tenant, user.userId, "rooms"));
      });
    };
  });
  for (const event of ["online", "offline"]) addEventListener(event, () => socket.value?.wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") socket.value?.wake();
  });
};
