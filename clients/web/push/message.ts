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
  conversationId?: string;
  /** Of the answer link: the person can answer without log-in, once. */
  token?: string;
}

/**
 * One notification for one alarm (`tag`), so that a re-alarm rings again in the same place and a stand-down takes the place of
 * the alarm. Urgent ones stay until somebody has looked. A silent alarm makes no sound and stays in nobody's sight; its words
 * are the server's, which say nothing. A message of a chat makes no sound either, and a room has one notification, however many
 * were written: a chat is never louder than an alarm.
 *
 * @param isLooking the app is in front of the person and shows the alarm itself, with its sound
 */
export const shownAs = (payload: PushPayload, isLooking: boolean): Shown => {
  const { what, tenant, alarmId, conversationId, token, title, text, silent, urgency } = payload;
  const calls = what === "alarm" || what === "reAlarm";
  const isQuiet = silent || isLooking || what === "standDown" || what === "message";
  const tag = alarmId ?? conversationId ?? `notice ${tenant}`;
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
        ...(conversationId === undefined ? {} : { conversationId }),
        ...(token === undefined || !calls ? {} : { token }),
      },
    },
  };
};

/** A notification as the browser gives it back. */
type Standing = Pick<Notification, "title" | "body" | "tag" | "requireInteraction"> & { data: NotificationData };

/**
 * Notifications of alarms that stand there, to be shown again after a message was, without a sound: the newest lies on top, and
 * a message never lies over an alarm.
 */
export const onTopAgain = (standing: readonly Standing[]): Shown[] =>
  standing
    .filter(({ data }) => data.alarmId !== undefined)
    .map(({ title, body, tag, requireInteraction, data }) => ({
      title,
      options: {
        ...(body === "" ? {} : { body }),
        tag,
        icon: "/icon-192.png",
        silent: true,
        renotify: false,
        requireInteraction,
        data,
      },
    }));

/** Where a press goes when the app is not open: the page that needs no log-in, else the app. */
export const opens = ({ tenant, token, conversationId }: NotificationData): string => {
  if (tenant === undefined) return "/";
  const start = encodeURIComponent(tenant);
  if (conversationId !== undefined) return `/${start}/messages/${encodeURIComponent(conversationId)}`;
  return token === undefined ? `/${start}` : `/a/${start}/${encodeURIComponent(token)}`;
};
