import { signal } from "@preact/signals";

/** Milliseconds that the server's clock is ahead of this computer's. */
let ahead = 0;

/** The server's time in ms, once a second: so that "running for" is right on a computer whose clock is not. */
export const now = signal(Date.now());

export const serverNow = (): number => Date.now() + ahead;

export const setServerTime = (time: string): void => {
  ahead = Date.parse(time) - Date.now();
  now.value = serverNow();
};

setInterval(() => {
  now.value = serverNow();
}, 1_000);
