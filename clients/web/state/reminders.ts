import { computed, signal } from "@preact/signals";
import type { NoticeFrame } from "../../../protocol/socket/server-frames.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { openAlarms } from "./open-alarms.ts";

/** Alarms that somebody may have forgotten to end, the newest reminder of each. */
const reminders = signal<readonly NoticeFrame[]>([]);

/** What has ended in the meantime needs no reminder. */
export const forgotten = computed(() =>
  reminders.value.flatMap((notice) => {
    const alarm = openAlarms.value?.find((a) => a.alarmId === notice.ref);
    return alarm === undefined ? [] : [{ alarm, dueAt: notice.dueAt }];
  }),
);

export const listenForReminders = (line: AlarmSocket): void => {
  reminders.value = [];
  line.on("notice", (frame) => {
    if (frame.notice !== "alarmForgotten") return;
    reminders.value = [frame, ...reminders.value.filter(({ ref }) => ref !== frame.ref)];
  });
};

export const dismissReminder = (alarmId: string): void => {
  reminders.value = reminders.value.filter(({ ref }) => ref !== alarmId);
};
