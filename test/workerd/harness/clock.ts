import { vi } from "vitest";

/**
 * The clock of the actors, which live in the test's own isolate: only `Date` is held, so that promises, sockets and the platform's
 * alarms go on. The platform's alarm keeps real time and so never comes by itself while this runs: the test fires it.
 */
export const holdClock = (at: string): { now: () => number; pass: (ms: number) => void; release: () => void } => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(at) });
  return {
    now: () => Date.now(),
    pass: (ms) => {
      vi.setSystemTime(Date.now() + ms);
    },
    release: () => {
      vi.useRealTimers();
    },
  };
};
