import { signal } from "@preact/signals";
import type { Alarm } from "../../../protocol/alarms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { socket } from "./link.ts";
import { merge, type Recipients } from "./recipients.ts";
import { api } from "./session.ts";

export interface LiveAlarm {
  alarmId: string;
  alarm: Alarm | undefined;
  recipients: Recipients;
  /** Recipients the board did not hold are being fetched page by page, or could not be. */
  rest: "complete" | "loading" | "failed";
  error?: unknown;
}

/** The one alarm somebody is looking at. */
export const live = signal<LiveAlarm | undefined>(undefined);

/** What the raise answered about this alarm, shown once at the top of it. */
export const justRaised = signal<{ alarmId: string; recipients: number } | undefined>(undefined);

const set = (alarmId: string, part: Partial<LiveAlarm>): void => {
  if (live.value?.alarmId === alarmId) live.value = { ...live.value, ...part };
};

/** What an action on the alarm answered: newer than anything on the page. */
export const changedTo = (alarm: Alarm): void => set(alarm.alarmId, { alarm });

export const listenForAlarm = (line: AlarmSocket): void => {
  line.on("board", (board) => {
    if (board.board !== "alarm" || live.value?.alarmId !== board.alarm.alarmId) return;
    const { alarmId } = board.alarm;
    set(alarmId, {
      alarm: board.alarm,
      recipients: merge(board.full ? new Map() : live.value.recipients, board.recipients),
    });
    if (board.full) lookForRest(alarmId);
  });
};

/** Shows an alarm: at once what the server has, then every change. @returns how to stop */
export const follow = (alarmId: string): (() => void) => {
  live.value = { alarmId, alarm: undefined, recipients: new Map(), rest: "complete" };
  socket.value?.watch({ board: "alarm", alarmId });
  void fetchAlarm(alarmId);
  return () => {
    socket.value?.unwatch("alarm");
    if (live.value?.alarmId === alarmId) live.value = undefined;
  };
};

const fetchAlarm = async (alarmId: string): Promise<void> => {
  try {
    const alarm = await api().getAlarm(alarmId);
    if (live.value?.alarmId !== alarmId) return;
    // The board's frames come in order; this answer may have been overtaken by one of them.
    if (live.value.alarm === undefined) set(alarmId, { alarm });
    lookForRest(alarmId);
  } catch (error) {
    set(alarmId, { error });
  }
};

/** A large board comes in parts, right after each other; this long, ms, is waited for them. */
const partsMs = 1_000;

/** The board says more and sooner, but there is none without a line, and it may hold only a part: the list has them all. */
const lookForRest = (alarmId: string): void => {
  setTimeout(() => {
    const { value } = live;
    if (value?.alarmId !== alarmId || value.alarm === undefined) return;
    if (value.recipients.size < value.alarm.counts.recipients) void fetchRest(alarmId);
  }, partsMs);
};

export const fetchRest = async (alarmId: string): Promise<void> => {
  if (live.value?.alarmId !== alarmId || live.value.rest === "loading") return;
  set(alarmId, { rest: "loading" });
  try {
    for await (const page of api().pages(routes.listRecipients, { params: { alarmId }, query: { limit: 200 } })) {
      if (live.value?.alarmId !== alarmId) return;
      set(alarmId, { recipients: merge(live.value.recipients, page) });
    }
    set(alarmId, { rest: "complete" });
  } catch {
    set(alarmId, { rest: "failed" });
  }
};
