/**
 * I8, I11: what is written down while something that empties a table comes to its end is not left behind: either it goes along, or a
 * timer stands for it. Each kind of work is tried with a commit at every single step of its end, on the real kernel over SQLite. Not
 * proved: that the platform keeps an alarm that was set (timers.test.ts), nor work that a process dies in (simulation/).
 */
import { beforeEach, expect, test, vi } from "vitest";
import type { Kernel } from "../../actors/kernel/kernel.ts";
import type { Send } from "../../actors/tenant/channels/send.ts";
import { settle } from "./simulation/clock.ts";
import { Disk } from "./simulation/disk.ts";

/** What happens when the history has taken records. */
let taken: () => void = () => undefined;

vi.mock("../../history/client.ts", () => import("./simulation/record-sink.ts"));
vi.mock("../../history/sink.ts", () => ({
  writeRecords: (_: unknown, records: unknown[]) => {
    taken();
    return Promise.resolve(records.map(() => ({ ok: true })));
  },
}));
const { kernelOn } = await import("./simulation/kernel-on.ts");
const { Carrier } = await import("../../actors/tenant/carrier.ts");
const { Teller } = await import("../../actors/site/delivery/teller.ts");
const { DeliveryStore } = await import("../../actors/site/delivery/delivery-store.ts");
const { siteMigrations } = await import("../../actors/site/site-tables.ts");
const { Lane } = await import("../../actors/tenant/channels/lane.ts");

/** More steps than any end here has: the last ones come when all is over. */
const steps = [...Array(40).keys()];

/** After so many turns of the microtask queue. */
const later = async (turns: number, what: () => void): Promise<void> => {
  for (let i = 0; i < turns; i++) await undefined;
  what();
};

beforeEach(() => {
  taken = () => undefined;
});

const timers = (disk: Disk): string[] => disk.rows<{ name: string }>("SELECT name FROM timers").map(({ name }) => name);
const waiting = (disk: Disk): number => disk.rows("SELECT id FROM outbox").length;

const record = (kernel: Kernel): void =>
  kernel.transaction(() => {
    kernel.log.append({
      type: "alarm.sent",
      entity: "alm_1",
      at: Date.now(),
      by: { type: "system", id: "delivery" },
      body: { alarmId: "alm_1", rows: [] },
    });
    kernel.recordsWritten(Date.now());
  });

test.each(steps)("I8: a record that is written %i steps after the history took the last one", async (n) => {
  const disk = new Disk();
  const kernel = kernelOn(disk, "tnt_1.roaming", siteMigrations);
  let once = false;
  taken = () => {
    if (once) return;
    once = true;
    void later(n, () => record(kernel));
  };
  record(kernel);
  disk.run("UPDATE timers SET due_at = 1", []);
  await kernel.fire(() => undefined);
  await settle();
  expect(once).toBe(true);
  if (waiting(disk) > 0) expect(timers(disk)).toContain("kernel.history");
  else expect(timers(disk)).toEqual([]);
});

/** A carrier to whom an errand is given so many steps after the first one was stored. @returns how many were sent */
const carryTwo = async (disk: Disk, n: number, isSaid: boolean): Promise<number> => {
  const kernel = kernelOn(disk, "tnt_1");
  let sent = 0;
  const errand = (): void =>
    kernel.transaction(() => {
      kernel.outbox.add({ topic: "sites", entity: "site", body: {} }, Date.now());
      kernel.timers.setIfSooner("sites", Date.now() + 2_000);
    });
  const carrier = new Carrier<object, object>({
    kernel,
    tenantId: "tnt_1",
    topic: "sites",
    toMessages: () => [{}],
    send: () => {
      sent += 1;
      if (sent === 1)
        void later(n, () => {
          errand();
          if (isSaid) void carrier.run();
        });
      return Promise.resolve();
    },
  });
  errand();
  await carrier.run();
  await settle();
  return sent;
};

test.each(steps)("I11: an errand that is written down %i steps after the last one was stored", async (n) => {
  const disk = new Disk();
  // The process that wrote it down was killed before it could say so: the timer is all there is.
  const sent = await carryTwo(disk, n, false);
  if (waiting(disk) > 0) expect(timers(disk)).toEqual(["sites"]);
  else expect([timers(disk), sent]).toEqual([[], 2]);
});

test.each(steps)("an errand is carried when it is said %i steps after the last one was stored", async (n) => {
  const disk = new Disk();
  const sent = await carryTwo(disk, n, true);
  expect([waiting(disk), sent, timers(disk)]).toEqual([0, 2, []]);
});

test.each(steps)("I2, I11: what devices did %i steps after the tenant was told", async (n) => {
  const disk = new Disk();
  const kernel = kernelOn(disk, "tnt_1.roaming", siteMigrations);
  const deliveries = new DeliveryStore(kernel.database, kernel.log);
  const progress = (): void => {
    record(kernel);
    kernel.timers.setIfSooner("tell", Date.now() + 2_000);
  };
  let told = 0;
  const teller = new Teller(kernel, deliveries, (pieces) => {
    told += pieces.length;
    if (told === 1) void later(n, progress);
    return Promise.resolve();
  });
  progress();
  await teller.tell();
  await settle();
  if (told < 2) expect(timers(disk)).toContain("tell");
  else expect(timers(disk)).not.toContain("tell");
});

test.each(steps)("a send that is written down %i steps after its lane began to rest", async (n) => {
  const due: Send[] = [];
  const started: string[] = [];
  const sends = {
    due: () => due.splice(0),
    find: () => undefined,
    save: () => undefined,
    keepTimer: () => undefined,
  };
  const lane = new Lane({
    desk: { sends } as never,
    composer: {
      compose: ({ sendId }: Send) => {
        started.push(sendId);
        return { messages: [] };
      },
    } as never,
    adapter: { channel: "sms", perSecond: 1_000, atOnce: 10 } as never,
    commit: (change) => change(Date.now()),
  });
  const one = (sendId: string): Promise<void> => {
    due.push({ sendId, state: "waiting", attempts: 0, createdAt: Date.now(), nextAt: 0, expiresAt: 9e15 } as never);
    return lane.run();
  };
  const first = one("first");
  let second: Promise<void> | undefined;
  await later(n, () => {
    second = one("second");
  });
  await Promise.all([first, second]);
  expect(started).toEqual(["first", "second"]);
});
