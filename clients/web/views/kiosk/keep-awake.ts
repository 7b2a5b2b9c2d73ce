/** Asks the browser to leave the screen on, again after each time it was hidden. Where it cannot, the device's own settings must. */
export const keepAwake = (): (() => void) => {
  let held: WakeLockSentinel | undefined;
  let isEnded = false;
  const ask = async (): Promise<void> => {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      if (isEnded) await lock.release();
      else held = lock;
    } catch {
      // A battery that is low, or a policy: the kiosk works all the same.
    }
  };
  const look = (): void => void ask();
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    isEnded = true;
    document.removeEventListener("visibilitychange", look);
    void held?.release();
  };
};
