import { computed, signal } from "@preact/signals";
import { routes } from "../../../protocol/http/routes.ts";
import type { LoneWorkerSession, NewLoneWorkerSession } from "../../../protocol/lone-workers.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { now } from "./clock.ts";
import { directory } from "./directory.ts";
import { socket } from "./link.ts";
import { api } from "./session.ts";
import { chime } from "./sound.ts";

/** This person's session that is not over; null when there is none, undefined until the server was asked. */
export const working = signal<LoneWorkerSession | null | undefined>(undefined);
export const workingError = signal<unknown>(undefined);
/** A check-in that the server has not confirmed yet. */
export const isCheckingIn = signal(false);

/** The deadline is near, or was missed: that belongs on top of the page, not in its margin. */
export const isPressing = computed(() => {
  const session = working.value;
  if (!session) return false;
  return session.state === "missed" || Date.parse(session.dueAt) - now.value <= session.warnSeconds * 1_000;
});

const isOver = ({ state, endedAt }: LoneWorkerSession): boolean => state === "ended" || endedAt !== undefined;

const show = (session: LoneWorkerSession): void => {
  working.value = isOver(session) ? null : session;
};

export const loadWorking = async (): Promise<void> => {
  workingError.value = undefined;
  try {
    const { items } = await api().call(routes.listOwnLoneWorkerSessions, { query: { limit: 5 } });
    working.value = items.find((session) => !isOver(session)) ?? null;
  } catch (error) {
    workingError.value = error;
  }
};

/** Where the alarm must not be heard, the warning before it is not heard either. */
const isHushed = (session: LoneWorkerSession): boolean => {
  const scenario = directory.value?.scenarios.find((s) => s.scenarioId === session.scenarioId);
  return scenario?.duress === true || scenario?.silent === true;
};

export const listenForWorking = (line: AlarmSocket): void => {
  working.value = undefined;
  isCheckingIn.value = false;
  line.on("welcome", () => void loadWorking());
  line.on("loneWorker", ({ type: _, ...session }) => {
    isCheckingIn.value = false;
    show(session);
  });
  line.on("notice", ({ notice }) => {
    if (notice === "checkInDue" && working.value && !isHushed(working.value)) chime();
    if (notice === "checkInMissed" || notice === "checkInDue") void loadWorking();
  });
  line.on("error", ({ ref }) => {
    // Over already, on another device or by somebody who leads.
    if (ref !== undefined && ref === working.value?.loneWorkerSessionId) {
      isCheckingIn.value = false;
      void loadWorking();
    }
  });
};

/** @throws what the server refused */
export const startWorking = async (body: NewLoneWorkerSession): Promise<void> =>
  show(await api().call(routes.startLoneWorkerSession, { body }));

/** Works without a line too: kept, and told with when it was pressed. */
export const checkInWorking = (): void => {
  const session = working.value;
  if (!session) return;
  isCheckingIn.value = true;
  void socket.value?.checkedIn(session.loneWorkerSessionId);
};

/** @throws what the server refused */
export const endWorking = async (): Promise<void> => {
  const session = working.value;
  if (!session) return;
  await api().call(routes.endLoneWorkerSession, { params: { loneWorkerSessionId: session.loneWorkerSessionId } });
  working.value = null;
};
