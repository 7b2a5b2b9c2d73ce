import { effect, signal } from "@preact/signals";
import { NewPushSubscription } from "../../../protocol/channels.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { dropText, keepText, keptText } from "./keep.ts";
import { personKey } from "./link.ts";
import { notifying } from "./notifying.ts";
import { api, isWallboard, session } from "./session.ts";

/** Alarms in this browser while no page is open. `blocked`: the person, or a policy, has refused notifications. */
export type PushState = "unsupported" | "blocked" | "off" | "turningOn" | "on" | "turningOff";

const isSupported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

export const push = signal<PushState>(isSupported ? "off" : "unsupported");
export const pushError = signal<unknown>(undefined);

/** Who wanted it in this browser: the next person who logs in here is asked for themselves. */
const wishKey = (): string | undefined => {
  const { value } = session;
  return value.state === "in" ? personKey(value.tenant, value.user.userId, "push") : undefined;
};

const bytes = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));

const isSame = (a: ArrayBuffer | null, b: Uint8Array): boolean => {
  const known = a === null ? undefined : new Uint8Array(a);
  return known?.length === b.length && known.every((byte, i) => byte === b[i]);
};

/** The subscription with the server's present key: one made with an older key takes no message of today's. */
const subscribed = async (): Promise<PushSubscription> => {
  await navigator.serviceWorker.register("/sw.js");
  const registration = await navigator.serviceWorker.ready;
  const { publicKey } = await api().call(routes.getPushKey);
  const key = bytes(publicKey);
  const known = await registration.pushManager.getSubscription();
  if (known !== null && isSame(known.options.applicationServerKey, key)) return known;
  await known?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
};

const subscribe = async (): Promise<void> => {
  const { endpoint, keys } = (await subscribed()).toJSON();
  await api().call(routes.putPushSubscription, { body: NewPushSubscription.parse({ endpoint, keys }) });
};

/** Only ever from a button: a page that asks for permission on load is refused for good. */
export const turnPushOn = async (): Promise<void> => {
  const key = wishKey();
  if (key === undefined || !isSupported) return;
  push.value = "turningOn";
  pushError.value = undefined;
  try {
    notifying.value = await Notification.requestPermission();
    if (notifying.value !== "granted") {
      push.value = notifying.value === "denied" ? "blocked" : "off";
      return;
    }
    await subscribe();
    keepText(key, "on");
    push.value = "on";
  } catch (error) {
    pushError.value = error;
    push.value = "off";
  }
};

export const turnPushOff = async (): Promise<void> => {
  const key = wishKey();
  if (key === undefined) return;
  push.value = "turningOff";
  pushError.value = undefined;
  try {
    await api().call(routes.deletePushSubscription);
    dropText(key);
    const registration = await navigator.serviceWorker.getRegistration("/");
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
    push.value = "off";
  } catch (error) {
    pushError.value = error;
    push.value = "on";
  }
};

/** A new log-in is a new session, which the server knows no subscription of: whoever wanted it before has it again. */
const resume = async (): Promise<void> => {
  const key = wishKey();
  if (!isSupported || key === undefined) return;
  if (Notification.permission === "denied") {
    push.value = "blocked";
    return;
  }
  push.value = "off";
  if (Notification.permission !== "granted" || keptText(key) !== "on") return;
  push.value = "turningOn";
  try {
    await subscribe();
    push.value = "on";
  } catch (error) {
    pushError.value = error;
    push.value = "off";
  }
};

export const holdPush = (): void => {
  effect(() => {
    if (session.value.state === "in" && !isWallboard.value) void resume();
  });
  if (isSupported)
    navigator.serviceWorker.addEventListener("message", ({ data }) => {
      if (typeof data === "object" && data !== null && Reflect.get(data, "type") === "subscribeAgain") void resume();
    });
};
