import fc from "fast-check";
import { expect, test } from "vitest";
import { afterFailure, type DrainStore, drain, type OutboxRow, ready } from "../../actors/kernel/drain.ts";

// Proves the outbox's rules on a store in memory and a clock that the test moves: at least once, in order for each entity, a
// poison row parked and reported and in nobody's way (I8). A receiver that refuses a row refuses the later ones of that entity
// in the same call, as site actors do; the history sink takes them, which its versions allow (history-sink.test.ts).

const attempts = 4;

const row = (id: number, entity = "a", facts: Partial<OutboxRow> = {}): OutboxRow => ({
  id,
  entity,
  attempts: 0,
  nextAt: 0,
  createdAt: 0,
  ...facts,
});

const memory = (rows: OutboxRow[]): DrainStore & { rows(limit?: number, except?: readonly string[]): OutboxRow[] } => ({
  rows: (limit = 1e9, except: readonly string[] = []) =>
    rows
      .filter(({ entity }) => !except.includes(entity))
      .toSorted((a, b) => a.id - b.id)
      .slice(0, limit),
  remove: (ids) => {
    for (const id of ids)
      rows.splice(
        rows.findIndex((each) => each.id === id),
        1,
      );
  },
  update: (changed) => {
    rows[rows.findIndex((each) => each.id === changed.id)] = changed;
  },
});

type Answer = (row: OutboxRow) => string | undefined;

/** Drains again and again, moving the clock to when it asks to be called, until nothing is left or `rounds` are over. */
const drainOver = async (
  store: DrainStore,
  facts: {
    answer: Answer;
    batch?: number;
    rounds?: number;
    attempts?: number;
    away?: (call: number) => "before" | "after" | undefined;
  },
) => {
  const arrived: OutboxRow[] = [];
  const reports: string[] = [];
  let now = 1;
  let calls = 0;
  for (let round = 0; round < (facts.rounds ?? 200); round++) {
    let next: number | undefined;
    try {
      await drain({
        store,
        rest: (at) => {
          next = at;
        },
        now: () => now,
        batch: facts.batch ?? 3,
        attempts: facts.attempts ?? attempts,
        deliver: async (rows) => {
          calls += 1;
          const away = facts.away?.(calls);
          if (away === "before") throw new Error("away");
          const held = new Set<string>();
          const failures = new Map<number, string | undefined>();
          for (const one of rows) {
            const failed = held.has(one.entity) ? "held" : facts.answer(one);
            failures.set(one.id, failed);
            if (failed === undefined) arrived.push(one);
            else held.add(one.entity);
          }
          if (away === "after") throw new Error("the answer was lost");
          return failures;
        },
        report: (what, { id }) => reports.push(`${what} ${id}`),
      });
    } catch {
      next = now + 10;
    }
    if (next === undefined) break;
    expect(next).toBeGreaterThan(now);
    now = next;
  }
  return { arrived, reports, calls, now };
};

const outboxes = fc
  .array(fc.record({ entity: fc.constantFrom("a", "b", "c"), fails: fc.integer({ min: 0, max: attempts - 1 }) }), {
    maxLength: 25,
  })
  .map((list) => list.map(({ entity, fails }, i) => ({ fails, row: row(i + 1, entity) })));

/** The first time each row arrived, for one entity. */
const firsts = (arrived: readonly OutboxRow[], entity: string): number[] => [
  ...new Set(arrived.filter((each) => each.entity === entity).map(({ id }) => id)),
];

test("I8: rows that fail now and then all arrive once, in order for each entity, and nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(outboxes, fc.integer({ min: 1, max: 6 }), async (list, batch) => {
      const failures = new Map(list.map((each) => [each.row.id, each.fails]));
      const store = memory(list.map((each) => each.row));
      // "held" counts as a failure too, so nothing may be parked here: that would let a row overtake.
      const { arrived } = await drainOver(store, {
        batch,
        attempts: 1_000,
        answer: ({ id }) => {
          const left = failures.get(id) ?? 0;
          failures.set(id, left - 1);
          return left > 0 ? "failed" : undefined;
        },
      });
      expect(store.rows(1)).toEqual([]);
      expect(arrived.length, "once each: nothing was in doubt").toBe(list.length);
      for (const entity of ["a", "b", "c"])
        expect(firsts(arrived, entity)).toEqual(
          list.filter((each) => each.row.entity === entity).map((each) => each.row.id),
        );
    }),
  );
});

test("I8: a receiver that dies before or after it took the rows gets them again: at least once, in order, nobody parked", async () => {
  const away = fc.array(fc.constantFrom("before" as const, "after" as const, undefined), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(outboxes, away, async (list, moments) => {
      const store = memory(list.map((each) => each.row));
      const { arrived, reports } = await drainOver(store, {
        answer: () => undefined,
        away: (call) => moments[call - 1],
      });
      expect(store.rows(1)).toEqual([]);
      expect(reports, "an absent receiver is not the rows' fault").toEqual([]);
      for (const entity of ["a", "b", "c"])
        expect(firsts(arrived, entity)).toEqual(
          list.filter((each) => each.row.entity === entity).map((each) => each.row.id),
        );
    }),
  );
});

test("I8: poison rows are parked and reported once, and every other row arrives", async () => {
  await fc.assert(
    fc.asyncProperty(outboxes, fc.array(fc.integer({ min: 1, max: 25 }), { maxLength: 3 }), async (list, poison) => {
      const store = memory(list.map((each) => each.row));
      const bad = poison.filter((id, i) => id <= list.length && poison.indexOf(id) === i);
      const { arrived, reports } = await drainOver(store, {
        batch: 1,
        rounds: 400,
        answer: ({ id }) => (bad.includes(id) ? "poison" : undefined),
      });
      const left = store.rows();
      expect(left.map(({ id }) => id)).toEqual(bad.toSorted((a, b) => a - b));
      for (const each of left) expect(each).toMatchObject({ parkedAt: expect.any(Number), lastError: "poison" });
      expect(arrived.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
        list.map((each) => each.row.id).filter((id) => !bad.includes(id)),
      );
      expect(reports.toSorted()).toEqual(bad.flatMap((id) => [`failed ${id}`, `parked ${id}`]).toSorted());
    }),
    { numRuns: 40 },
  );
});

test("a parked row is tried again, and goes when its cause was mended", async () => {
  const store = memory([row(1)]);
  let mended = false;
  const answer: Answer = () => (mended ? undefined : "broken");
  const { now } = await drainOver(store, { answer, rounds: attempts + 3 });
  const [parked] = store.rows(1);
  expect(parked?.parkedAt).toBeDefined();
  expect(parked?.nextAt, "rarely").toBeGreaterThanOrEqual(now);
  mended = true;
  await drainOver(store, { answer });
  expect(store.rows(1)).toEqual([]);
});

test("I8: however many rows of one entity wait, the others go", async () => {
  const batch = 3;
  const stuck = Array.from({ length: 100 }, (_, i) => row(i + 1, "a", i === 0 ? { nextAt: 5_000 } : {}));
  const also = Array.from({ length: 100 }, (_, i) => row(i + 101, "b", i === 0 ? { nextAt: 4_000 } : {}));
  const store = memory([...stuck, ...also, row(201, "c"), row(202, "d")]);
  const arrived: number[] = [];
  let next: number | undefined;
  await drain({
    store,
    now: () => 1_000,
    batch,
    attempts,
    deliver: (rows) => {
      arrived.push(...rows.map(({ id }) => id));
      return Promise.resolve(new Map());
    },
    isHeld: (entity) => entity === "d",
    rest: (at) => {
      next = at;
    },
    report: () => undefined,
  });
  expect(arrived).toEqual([201]);
  expect(next, "the first of those that wait").toBe(4_000);
  expect(store.rows()).toHaveLength(201);
});

test("a row that waits holds up its own entity alone; a parked one holds up nobody", () => {
  const waiting = row(1, "a", { nextAt: 100 });
  expect(ready([waiting, row(2, "a"), row(3, "b")], 50, 9).map(({ id }) => id)).toEqual([3]);
  expect(ready([waiting, row(2, "a"), row(3, "b")], 100, 9).map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(ready([{ ...waiting, parkedAt: 1 }, row(2, "a")], 50, 9).map(({ id }) => id)).toEqual([2]);
  expect(ready([row(1), row(2), row(3)], 0, 2).map(({ id }) => id)).toEqual([1, 2]);
});

test("a failed row waits longer each time and keeps no more of the error than fits a line", () => {
  const waits: number[] = [];
  let failed = row(1);
  for (let i = 1; i < 6; i++) {
    failed = afterFailure(failed, "x".repeat(2_000), 1_000, 10);
    waits.push(failed.nextAt - 1_000);
  }
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000]);
  expect(failed.lastError?.length).toBe(500);
  expect(failed.parkedAt).toBeUndefined();
});
