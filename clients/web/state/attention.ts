import { effect } from "@preact/signals";
import { now } from "./clock.ts";
import { words } from "./language.ts";
import { notifying } from "./notifying.ts";
import { isUnanswered, isUp } from "./own-alarm.ts";
import { ownAlarms, takingOver } from "./own-alarms.ts";
import { push } from "./push.ts";

const badge = (count: number): void => {
  if (!("setAppBadge" in navigator)) return;
  // Refused where the page is not installed; the title flashes all the same.
  void (count === 0 ? navigator.clearAppBadge() : navigator.setAppBadge(count)).catch(() => undefined);
};

const notified = new Set<string>();

const notify = (call: string, alarmId: string, heading: string, title: string, silent: boolean): void => {
  // The service worker shows the same alarm, and twice is once too often.
  if (push.value === "on") return;
  if (notified.has(call) || notifying.value !== "granted" || document.visibilityState === "visible") return;
  notified.add(call);
  try {
    const shown = new Notification(heading, { body: title, tag: alarmId, requireInteraction: true, silent });
    shown.addEventListener("click", () => {
      window.focus();
      shown.close();
    });
  } catch {
    // Phones' browsers notify from a service worker alone; there the push message does it (push/worker.ts).
  }
};

/** A background tab draws the eye: the title flashes once a second while an alarm waits for an answer. */
export const drawAttention = (): void => {
  effect(() => {
    const up = takingOver.value;
    const unanswered = ownAlarms.value.filter((a) => isUp(a) && isUnanswered(a)).length;
    badge(unanswered);
    const w = words.value;
    if (up === undefined || !isUnanswered(up)) {
      document.title = "StandBy";
      return;
    }
    // Nothing that draws the eyes of others: a silent alarm is on the screen for whoever looks, and nowhere else.
    if (up.silent) {
      document.title = "StandBy";
      return;
    }
    const heading = up.kind === "actual" ? w.mine.titleFlash : `${w.kind[up.kind]}: ${w.mine.titleFlash}`;
    notify(`${up.alarmId} ${up.seq}`, up.alarmId, heading, up.title, up.silent);
    document.title = Math.floor(now.value / 1_000) % 2 === 0 ? `⚠ ${heading}` : up.title;
  });
};
