import { signal } from "@preact/signals";

/** Whether the browser shows notifications of this page; undefined where it cannot. */
export const notifying = signal<NotificationPermission | undefined>(
  "Notification" in window ? Notification.permission : undefined,
);
