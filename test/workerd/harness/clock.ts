import { afterAll, beforeAll, vi } from "vitest";

/**
 * The clock of the actors, which live in the test's own isolate, for a whole file: only `Date` is held, so that promises and
 * sockets go on. It stands in the far future and only ever goes on: the platform keeps its own time, so its alarms never come
 * by themselves (the test fires them), and no actor of an earlier test is left waiting for a time that was taken back.
 */
export const holdClock = (from: string) => {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(from) });
  });
  afterAll(() => {
    vi.useRealTimers();
  });
  return {
    now: () => Date.now(),
    pass: (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
    },
    /** @throws when it lies behind */
    goTo: (time: string | number) => {
      const at = typeof time === "number" ? time : Date.parse(time);
      if (at < Date.now()) throw new Error("this clock only goes on");
      vi.setSystemTime(at);
    },
  };
};
