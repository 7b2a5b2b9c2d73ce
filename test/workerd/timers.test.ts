import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { openDatabase } from "../../actors/kernel/database.ts";
import { timers as table } from "../../actors/kernel/kernel-tables.ts";
import { Timers } from "../../actors/kernel/timers.ts";

// I11, T7: a timer always fires in the end. A second set of timers works on a site actor's own tables with a clock of the test;
// the platform is asked what it was armed for. That the platform keeps an armed alarm is its own promise.

interface Bench {
  timers: Timers;
  storage: DurableObjectStorage;
  /** name -> due, ms after the start. */
  due: () => Record<string, number>;
  armed: () => Promise<number | null>;
}

/** Far enough away that the platform itself fires none of these. */
const start = Date.now() + 24 * 3_600_000;
let benches = 0;

const onBench = (work: (bench: Bench) => Promise<void>): Promise<void> =>
  runInDurableObject(env.SITES.getByName(`tnt_timers${++benches}.roaming`), async (_, { storage }) => {
    const database = openDatabase(storage);
    await work({
      storage,
      timers: new Timers(storage, database),
      due: () =>
        Object.fromEntries(
          database
            .select()
            .from(table)
            .all()
            .map((row) => [row.name, row.dueAt - start]),
        ),
      armed: async () => {
        const at = await storage.getAlarm();
        return at === null ? null : at - start;
      },
    });
  });

test("T7: a handler that throws forty times fires each time, and the next time it does not throw is the last", () =>
  onBench(async ({ timers, due, armed }) => {
    timers.set("works", start);
    timers.set("fails", start);
    let now = start;
    let fired = 0;
    let others = 0;
    const waits: number[] = [];
    for (let i = 0; i < 41; i++) {
      await timers.fire(
        () => now,
        (name) => {
          if (name === "works") others += 1;
          else if (++fired <= 40) throw new Error("not now");
        },
      );
      const next = due().fails;
      if (next === undefined) break;
      expect(await armed(), "the platform is armed for it").toBe(next);
      waits.push(start + next - now);
      now = start + next;
    }
    expect([fired, others]).toEqual([41, 1]);
    expect(waits.slice(0, 9)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(new Set(waits.slice(8))).toEqual(new Set([60_000]));
    expect(due()).toEqual({});
  }));

test("I11: a handler that rejects later does not hold up the others, nor take them with it", () =>
  onBench(async ({ timers, due }) => {
    for (const name of ["a", "b", "c"]) timers.set(name, start);
    const order: string[] = [];
    await timers.fire(
      () => start,
      async (name) => {
        order.push(`${name} begins`);
        await Promise.resolve();
        if (name === "a") throw new Error("not now");
        order.push(`${name} ends`);
      },
    );
    expect(order.toSorted()).toEqual(["a begins", "b begins", "b ends", "c begins", "c ends"]);
    expect(due()).toEqual({ a: 500 });
  }));

test("I11: a timer that sets itself again while it runs stays set", () =>
  onBench(async ({ timers, due, armed }) => {
    timers.set("again", start);
    await timers.fire(
      () => start,
      () => timers.set("again", start + 7_000),
    );
    expect(due()).toEqual({ again: 7_000 });
    expect(await armed()).toBe(7_000);
  }));

test("I11: a timer that is asked for while its handler waits for somebody comes once more", () =>
  onBench(async ({ timers, due, armed }) => {
    timers.set("tells", start);
    await timers.fire(
      () => start + 40,
      async () => {
        await Promise.resolve();
        // Something new was written down after the handler had looked.
        timers.setIfSooner("tells", start + 2_040);
        timers.setIfSooner("tells", start + 3_000);
      },
    );
    expect(due()).toEqual({ tells: 2_040 });
    expect(await armed()).toBe(2_040);
    await timers.fire(
      () => start + 2_040,
      () => undefined,
    );
    expect(due()).toEqual({});
  }));

test("I11: only what is due fires, and the platform is armed for the soonest of the rest", () =>
  onBench(async ({ timers, due, armed }) => {
    timers.set("late", start + 9_000);
    timers.set("soon", start + 3_000);
    expect(await armed()).toBe(3_000);
    timers.setIfSooner("soon", start + 5_000);
    timers.setIfSooner("late", start + 8_000);
    expect(due()).toEqual({ soon: 3_000, late: 8_000 });
    const fired: string[] = [];
    await timers.fire(
      () => start + 3_000,
      (name) => {
        fired.push(name);
      },
    );
    expect(fired).toEqual(["soon"]);
    expect(await armed()).toBe(8_000);
    timers.cancel("late");
    expect(due()).toEqual({});
  }));

test("T7: an alarm that the platform has given up is armed anew when the actor wakes", () =>
  onBench(async ({ timers, storage, armed }) => {
    timers.set("waits", start);
    await storage.deleteAlarm();
    await new Timers(storage, openDatabase(storage)).wake(start - 1_000);
    expect(await armed()).toBe(0);

    await storage.setAlarm(start + 3_600_000);
    await new Timers(storage, openDatabase(storage)).wake(start + 60_000);
    expect(await armed(), "one that is armed too late is not trusted").toBe(60_050);
  }));
