import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { markSeen } from "../state/own-alarms.ts";

/**
 * `seen` means that a person could read it: the card is within the window and the window is in front. A tab in the
 * background receives, and says so, but has been seen by nobody.
 */
export const useSeen = (
  { alarmId, seq }: { alarmId: string; seq: number },
  card: RefObject<HTMLElement | null>,
): void => {
  useEffect(() => {
    const { current } = card;
    if (current === null) return;
    let isInside = false;
    const look = (): void => {
      if (!isInside || document.visibilityState !== "visible") return;
      stop();
      markSeen(alarmId);
    };
    const observer = new IntersectionObserver(
      (entries) => {
        isInside = entries.some((entry) => entry.isIntersecting);
        look();
      },
      { threshold: 0.5 },
    );
    const stop = (): void => {
      observer.disconnect();
      document.removeEventListener("visibilitychange", look);
    };
    document.addEventListener("visibilitychange", look);
    observer.observe(current);
    return stop;
  }, [alarmId, seq]);
};
