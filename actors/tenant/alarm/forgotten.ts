import type { Forgotten } from "../../../protocol/course.ts";

/** Reminders of one alarm at most: one who does not hear the third does not hear the tenth. */
const reminders = 3;

/** When a forgotten alarm is reminded of, or ends by itself, next; ms since 1970. `sent` is how many reminders went out. */
export const forgottenAt = (forgotten: Forgotten, openedAt: number, sent: number): number => {
  const endAt = openedAt + forgotten.endMinutes * 60_000;
  if (sent >= reminders) return endAt;
  return Math.min(endAt, openedAt + (sent + 1) * forgotten.remindMinutes * 60_000);
};

/** What is due by now: after a long absence the end comes before reminders that nobody could act upon. */
export const isForgotten = (
  forgotten: Forgotten,
  openedAt: number,
  sent: number,
  now: number,
): "end" | "remind" | undefined => {
  if (now >= openedAt + forgotten.endMinutes * 60_000) return "end";
  return now >= forgottenAt(forgotten, openedAt, sent) ? "remind" : undefined;
};
