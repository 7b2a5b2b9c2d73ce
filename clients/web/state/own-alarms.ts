import { computed, signal } from "@preact/signals";
import { z } from "zod";
import { limits } from "../../../protocol/limits.ts";
import type { Response } from "../../../protocol/terms.ts";
import type { AlarmSocket } from "../../sdk/alarm-socket.ts";
import { serverNow } from "./clock.ts";
import { dropText, keepText, keptText } from "./keep.ts";
import { socket } from "./link.ts";
import {
  calledAgain,
  inFront,
  isUnanswered,
  isUp,
  newAlarm,
  OwnAlarm,
  withStandDown,
  withUpdate,
} from "./own-alarm.ts";
import { isWallboard, session } from "./session.ts";

/** Alarms kept on this computer; the oldest ended ones are forgotten. */
const mostKept = 30;
/** An alarm older than this, ms, may come with its stand-down right behind it: it waits a moment before it rings. */
const oldMs = 30_000;
const settleMs = 300;

/** Alarms for the person of this page, the newest first. */
export const ownAlarms = signal<readonly OwnAlarm[]>([]);

/** The one that fills the screen. A wallboard hangs on a wall: nobody answers there. */
export const takingOver = computed(() => (isWallboard.value ? undefined : inFront(ownAlarms.value)));
export const waiting = computed(
  () => ownAlarms.value.filter((a) => isUp(a) && isUnanswered(a) && a.alarmId !== takingOver.value?.alarmId).length,
);

let key = "";

const put = (next: readonly OwnAlarm[]): void => {
  const open = next.filter((a) => a.ended === undefined);
  const ended = next.filter((a) => a.ended !== undefined).slice(0, Math.max(0, mostKept - open.length));
  const kept = new Set([...open, ...ended]);
  ownAlarms.value = next.filter((a) => kept.has(a));
  // In the same turn as the SDK's own save: an alarm it has handled is not told again after a reload, so it must be here.
  keepText(key, JSON.stringify(ownAlarms.value));
};

const change = (alarmId: string, how: (alarm: OwnAlarm) => OwnAlarm): void =>
  put(ownAlarms.value.map((alarm) => (alarm.alarmId === alarmId ? how(alarm) : alarm)));

const kept = (): readonly OwnAlarm[] => {
  try {
    const alarms = z.array(OwnAlarm).parse(JSON.parse(keptText(key) ?? "[]"));
    // The server says nothing more about older ones, so their stand-down may have been missed for good.
    return alarms.filter((a) => serverNow() - Date.parse(a.raisedAt) < limits.resumeMs);
  } catch {
    return [];
  }
};

const add = (alarm: OwnAlarm): void =>
  put([alarm, ...ownAlarms.value.filter((former) => former.alarmId !== alarm.alarmId)]);

export const listenForAlarms = (line: AlarmSocket, storageKey: string): void => {
  key = storageKey;
  ownAlarms.value = kept();
  line.on("alarm", (frame) => {
    const known = ownAlarms.value.find((a) => a.alarmId === frame.alarmId);
    if (frame.again !== undefined && known !== undefined) {
      const { again: _, ended: __, ...call } = frame;
      return add(calledAgain(known, call));
    }
    const alarm = newAlarm(frame);
    if (serverNow() - Date.parse(frame.raisedAt) < oldMs || alarm.ended !== undefined) return add(alarm);
    add({ ...alarm, aside: true });
    setTimeout(() => {
      change(frame.alarmId, (a) => (isUnanswered(a) && !a.elsewhere ? { ...a, aside: false } : a));
    }, settleMs);
  });
  line.on("alarmUpdate", (update) => {
    if (ownAlarms.value.some((a) => a.alarmId === update.alarmId)) change(update.alarmId, (a) => withUpdate(a, update));
  });
  line.on("standDown", (frame) => change(frame.alarmId, (a) => withStandDown(a, frame)));
  line.on("answerAccepted", ({ alarmId, response, at, standBy }) =>
    change(alarmId, (a) => {
      const { standBy: _, ...answering } = a.answering ?? { knew: 0 };
      const filled = standBy === undefined ? {} : { standBy };
      return {
        ...a,
        answering: { ...answering, ...filled, response, progress: "accepted", at },
        you: { state: "answered", response },
      };
    }),
  );
  line.on("answerRejected", ({ alarmId }) =>
    change(alarmId, (a) =>
      a.answering === undefined ? a : { ...a, answering: { ...a.answering, progress: "rejected" } },
    ),
  );
};

/** Ended alarms of a session that somebody logged out of are nobody's business any more. */
export const forgetOnLogOut = (): void => {
  const { value } = session;
  if (value.state !== "out") return;
  ownAlarms.value = [];
  if (value.why === "loggedOut" && key !== "") dropText(key);
};

export const answer = (
  alarmId: string,
  response: Response,
  more: { etaMinutes?: number; text?: string } = {},
): void => {
  change(alarmId, (a) => ({
    ...a,
    elsewhere: false,
    answering: { response, progress: "sending", knew: Math.max(...ownAlarms.value.map(({ seq }) => seq)), ...more },
  }));
  void socket.value?.respond(alarmId, response, more);
};

export const markSeen = (alarmId: string): void => socket.value?.seen(alarmId);
export const putAside = (alarmId: string): void => change(alarmId, (a) => ({ ...a, aside: true }));
export const mute = (alarmId: string): void => change(alarmId, (a) => ({ ...a, muted: true }));
export const dismiss = (alarmId: string): void => put(ownAlarms.value.filter((a) => a.alarmId !== alarmId));
