import type { PushPayload } from "../../../protocol/channels.ts";

/** What the notification of a push message is: pure, so that it can be tested without a browser. */
export interface Shown {
  title: string;
  options: NotificationOptions & { renotify?: boolean; data: NotificationData };
}

/** What a notification remembers for the press on it. */
export interface NotificationData {
  tenant?: string;
  alarmId?: string;
  /** Of the answer link: the person can answer without log-in, once. */
  token?: string;
}

/**
 * One notification for one alarm (`tag`), so that a re-alarm rings again in the same place and a stand-down takes the place of
 * the alarm. Urgent ones stay until somebody has looked. A silent alarm makes no sound and stays in nobody's sight; its words
 * are the server's, which say nothing.
 *
 * @param isLooking the app is in front of the person and shows the alarm itself, with its sound
 */
export const shownAs = (payload: PushPayload, isLooking: boolean): Shown => {
  const { what, tenant, alarmId, token, title, text, silent, urgency } = payload;
  const calls = what === "alarm" || what === "reAlarm";
  const isQuiet = silent || isLooking || what === "standDown";
  const tag = alarmId ?? `notice ${tenant}`;
  return {
    title,
    options: {
      ...(text === undefined ? {} : { body: text }),
      tag,
      icon: "/icon-192.png",
      silent: isQuiet,
      renotify: calls && !isQuiet,
      requireInteraction: calls && urgency === "urgent" && !isQuiet,
      data: {
        tenant,
        ...(alarmId === undefined ? {} : { alarmId }),
        ...(token === undefined || !calls ? {} : { token }),
      },
    },
  };
};

/** Where a press goes when the app is not open: the page that needs no log-in, else the app. */
export const opens = ({ tenant, token }: NotificationData): string => {
  if (tenant === undefined) return "/";
  const start = encodeURIComponent(tenant);
  return token === undefined ? `/${start}` : `/a/${start}/${encodeURIComponent(token)}`;
};
