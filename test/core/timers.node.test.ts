import { expect, test } from "vitest";
import { Kernel } from "../../actors/kernel/kernel.ts";
import { Disk, storageOf } from "./simulation/disk.ts";

// I11: a transaction that failed leaves no timer behind that later ones rely upon. The platform's alarm is in the same database as
// the rows and is taken back with them. How timers fire inside workerd is test/workerd/timers.test.ts.

test("I11: after a failed transaction the next timer arms the platform's alarm again", () => {
  const disk = new Disk();
  const state = {
    id: { name: "tnt_00000001" },
    storage: storageOf(disk, () => undefined),
    blockConcurrencyWhile: (work: () => Promise<unknown>) => work(),
  };
  const kernel = new Kernel(state as never, {} as never, "tnt_00000001", []);
  const failing = () =>
    kernel.transaction(() => {
      kernel.timers.set("soon", 5_000);
      throw new Error("after all not");
    });
  expect(failing).toThrow("after all not");
  expect(disk.alarmAt, "the platform took it back").toBeNull();
  kernel.transaction(() => kernel.timers.set("later", 9_000));
  expect(disk.alarmAt).toBe(9_000);
});
