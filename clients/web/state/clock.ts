import { computed, signal } from "@preact/signals";

/** Milliseconds that the server's clock is ahead of this computer's. */
let ahead = 0;

/** The server's time in ms, once a second: so that "running for" is right on a computer whose clock is not. */
export const now = signal(Date.now());

export const serverNow = (): number => Date.now() + ahead;

export const setServerTime = (time: string): void => {
  ahead = Date.parse(time) - Date.now();
  now.value = serverNow();
};

/** The same once a minute: for lists that would be built anew sixty times as often for nothing. */
export const minute = computed(() => Math.floor(now.value / 60_000) * 60_000);

setInterval(() => {
  now.value = serverNow();
}, 1_000);
