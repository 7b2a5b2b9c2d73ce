import { signal } from "@preact/signals";
import type { PresenceEntry, PresenceReport } from "../../../protocol/presence.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { api } from "./session.ts";

/** Where the person is present; undefined until the server told or was told. */
export const presence = signal<readonly PresenceEntry[] | undefined>(undefined);
export const presenceError = signal<unknown>(undefined);

export const listenForPresence = (line: AlarmSocket): void => {
  presence.value = undefined;
  line.on("presence", (frame) => {
    presence.value = frame.presence;
  });
};

export const reportPresence = async (report: PresenceReport): Promise<void> => {
  presenceError.value = undefined;
  try {
    presence.value = (await api().putPresence(report)).presence;
  } catch (error) {
    presenceError.value = error;
  }
};
