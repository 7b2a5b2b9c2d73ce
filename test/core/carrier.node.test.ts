/**
 * I2, I11: messages to other actors, when one of those does not answer: the others get theirs at once, its own wait in order, and a call
 * that never ends is made anew. On the real kernel over SQLite, by a clock of the test. Not proved: what kills do in between
 * (simulation/), and that nothing is left at the end of a round (lost-wake-ups.node.test.ts).
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Kernel } from "../../actors/kernel/kernel.ts";
import { Carrier } from "../../actors/tenant/carrier.ts";
import { Clock, settle } from "./simulation/clock.ts";
import { Disk } from "./simulation/disk.ts";
import { kernelOn } from "./simulation/kernel-on.ts";

interface Call {
  place: string;
  messages: string[];
  answer: (error?: Error) => void;
}

let clock: Clock;
let leave: () => void;
let disk: Disk;
let kernel: Kernel;
let calls: Call[];
let silent: Set<string>;
let carrier: Carrier<string, string>;

beforeEach(() => {
  clock = new Clock(1_000_000);
  leave = clock.install();
  disk = new Disk();
  kernel = kernelOn(disk, "tnt_1");
  calls = [];
  silent = new Set();
  carrier = new Carrier<string, string>({
    kernel,
    tenantId: "tnt_1",
    topic: "sites",
    parkedRetryMs: 10_000,
    toMessages: (_, text) => [text],
    send: (place, messages) =>
      new Promise<void>((resolve, reject) => {
        const answer = (error?: Error) => (error === undefined ? resolve() : reject(error));
        calls.push({ place, messages, answer });
        if (!silent.has(place)) answer();
      }),
  });
});

afterEach(() => leave());

const say = async (place: string, text: string): Promise<void> => {
  kernel.transaction(() => {
    kernel.outbox.add({ topic: "sites", entity: place, body: text }, Date.now());
    kernel.timers.setIfSooner("sites", Date.now() + 2_000);
  });
  void carrier.run();
  await settle();
};

/** Lets time pass, with the timeouts that fall due in it. The platform's alarm is not among them: nobody may need it here. */
const wait = async (ms: number): Promise<void> => {
  const until = clock.now + ms;
  for (let next = clock.nextAt(); next !== undefined && next <= until; next = clock.nextAt()) {
    clock.runNext();
    await settle();
  }
  clock.now = until;
};

const told = (place: string): string[][] =>
  calls.filter((call) => call.place === place).map(({ messages }) => messages);
const left = (): number => disk.rows("SELECT id FROM outbox").length;
const timer = (): number | undefined =>
  disk.rows<{ dueAt: number }>("SELECT due_at AS dueAt FROM timers WHERE name = 'sites'")[0]?.dueAt;

test("I2: a place that does not answer holds up no other, and its own messages stay in order", async () => {
  silent.add("north");
  await say("north", "one");
  await say("south", "one");
  await wait(250);
  expect(told("south"), "a quarter of a second is all that it waits").toEqual([["one"]]);
  await say("south", "two");
  await say("north", "two");
  expect(told("south"), "from now on at once").toEqual([["one"], ["two"]]);
  expect(told("north")).toEqual([["one"]]);
  expect([left(), timer()], "what is left has a timer").toEqual([2, clock.now + 10_000]);
  silent.clear();
  calls[0]?.answer();
  await settle();
  expect(told("north")).toEqual([["one"], ["two"]]);
  expect([left(), timer()]).toEqual([0, undefined]);
});

test("a place that fails late is tried again, in order, while the others go on", async () => {
  silent.add("north");
  await say("north", "one");
  await wait(5_000);
  await say("north", "two");
  silent.clear();
  calls[0]?.answer(new TypeError("gone"));
  await settle();
  expect(told("north")).toEqual([["one"]]);
  const again = timer() ?? 0;
  expect(again - clock.now).toBeLessThan(2_000);
  clock.now = again;
  await carrier.run();
  expect(told("north")).toEqual([["one"], ["one", "two"]]);
  expect([left(), timer()]).toEqual([0, undefined]);
});

test("a call that never ends is made anew after half a minute", async () => {
  silent.add("north");
  await say("north", "one");
  await wait(30_000);
  expect(told("north")).toEqual([["one"]]);
  await wait(300);
  silent.clear();
  clock.now = timer() ?? 0;
  await carrier.run();
  expect(told("north")).toEqual([["one"], ["one"]]);
  // Its late answer is of no consequence.
  calls[0]?.answer();
  await settle();
  expect([left(), timer()]).toEqual([0, undefined]);
});
