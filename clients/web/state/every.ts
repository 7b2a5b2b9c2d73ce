import { useEffect } from "preact/hooks";

/** Runs at once and again and again while somebody can see the page; once more when they come back to it. */
export const useEvery = (ms: number, run: () => void): void => {
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible") run();
    };
    run();
    const timer = setInterval(look, ms);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
};
