import "../state/without-eval.ts";
import { z } from "zod";
import { PushPayload } from "../../../protocol/channels.ts";
import { Id } from "../../../protocol/ids.ts";
import { pause } from "../../sdk/pause.ts";
import { type NotificationData, onTopAgain, opens, shownAs } from "./message.ts";

/**
 * The service worker, served at /sw.js: shows push messages when no page is open and tells the server that they arrived. It
 * holds no cache: what it would keep for offline would be an old alarm.
 */
declare const self: ServiceWorkerGlobalScope;

const Data = z.object({
  tenant: z.string().optional(),
  alarmId: Id.optional(),
  conversationId: Id.optional(),
  token: z.string().optional(),
});

// A newer worker takes over at once: an old one might not understand the newest messages.
self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => event.waitUntil(take(event.data)));

/** The tries of a receipt, ms after each other: the phone may be just coming back to the network. */
const receiptWaits = [0, 1_000, 4_000, 15_000];

const read = (data: PushMessageData | null): PushPayload | undefined => {
  try {
    return PushPayload.safeParse(data?.json()).data;
  } catch {
    return undefined;
  }
};

const take = async (data: PushMessageData | null): Promise<void> => {
  const payload = read(data);
  // Browsers end a subscription that shows nothing; a message nobody can read is at least a reason to look.
  if (payload === undefined) return self.registration.showNotification("StandBy", { tag: "unreadable" });
  const { title, options } = shownAs(payload, await isLooking(payload.tenant));
  // First shown, then told: a receipt says that the person's device has it on its screen.
  await self.registration.showNotification(title, options);
  if (payload.what === "message") await alarmsOnTop();
  if (options.data.token !== undefined) await tell(options.data, "received");
};

/** The alarms that stand on the screen, back over the message that was just shown. */
const alarmsOnTop = async (): Promise<void> => {
  const standing = (await self.registration.getNotifications()).map(
    ({ title, body, tag, requireInteraction, data }) => ({
      title,
      body,
      tag,
      requireInteraction,
      data: (Data.safeParse(data).data ?? {}) as NotificationData,
    }),
  );
  for (const { title, options } of onTopAgain(standing)) await self.registration.showNotification(title, options);
};

const windows = (): Promise<readonly WindowClient[]> =>
  self.clients.matchAll({ type: "window", includeUncontrolled: true });

/** A page of this tenant's app; other pages of this site, such as that of a link, show no alarms. */
const appOf = async (tenant: string): Promise<readonly WindowClient[]> => {
  const start = `/${encodeURIComponent(tenant)}`;
  return (await windows()).filter(({ url }) => {
    const { pathname } = new URL(url);
    return pathname === start || pathname.startsWith(`${start}/`);
  });
};

const isLooking = async (tenant: string): Promise<boolean> => (await appOf(tenant)).some((page) => page.focused);

const tell = async ({ tenant = "", token = "" }: NotificationData, what: "received" | "seen"): Promise<void> => {
  const url = `/v1/${encodeURIComponent(tenant)}/answer-links/${encodeURIComponent(token)}/receipts`;
  for (const wait of receiptWaits) {
    await pause(wait);
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ what }),
        credentials: "omit",
      });
      // Used or expired is an answer as well: there is nothing left to tell.
      if (answer.status !== 429 && answer.status < 500) return;
    } catch {
      // No network: tried again.
    }
  }
};

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const data = Data.safeParse(event.notification.data).data ?? {};
  event.waitUntil(
    Promise.all([
      open(data as NotificationData),
      data.token === undefined ? undefined : tell(data as NotificationData, "seen"),
    ]),
  );
});

/** The app where it is open, because it shows the alarm already; else the page of the link. */
const open = async (data: NotificationData): Promise<void> => {
  const [page] = await appOf(data.tenant ?? "");
  if (page !== undefined) {
    await page.focus();
    // The app is open somewhere else in itself: it goes to the room by its own address.
    if (data.conversationId !== undefined) await page.navigate(opens(data));
  } else await self.clients.openWindow(opens(data));
};

// The push service gave the browser another address; only a page has the session to tell the server.
self.addEventListener("pushsubscriptionchange", (event) => {
  const asked = windows().then((pages) => {
    for (const page of pages) page.postMessage({ type: "subscribeAgain" });
  });
  (event as ExtendableEvent).waitUntil(asked);
});
