import { signal } from "@preact/signals";
import type { Availability, AvailabilityReport, PresenceEntry, PresenceReport } from "../../../protocol/presence.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { api } from "./session.ts";

/** Where the person is present; undefined until the server told or was told. */
export const presence = signal<readonly PresenceEntry[] | undefined>(undefined);
export const availability = signal<Availability | undefined>(undefined);
export const presenceError = signal<unknown>(undefined);
export const availabilityError = signal<unknown>(undefined);

export const listenForPresence = (line: AlarmSocket): void => {
  presence.value = undefined;
  availability.value = undefined;
  line.on("presence", (frame) => {
    presence.value = frame.presence;
  });
  line.on("availability", ({ type: _, ...value }) => {
    availability.value = value;
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

export const reportAvailability = async (report: AvailabilityReport): Promise<void> => {
  availabilityError.value = undefined;
  try {
    availability.value = await api().putAvailability(report);
  } catch (error) {
    availabilityError.value = error;
  }
};
