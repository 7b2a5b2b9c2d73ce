import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChainRow } from "../../history/chain-rows.ts";
import type { RecordEnvelope } from "../../protocol/records.ts";
import { joinVerifications, verifyChains } from "../../workers/reports/verify-chain.ts";
import { chained } from "./chained.ts";
import { id, raised, record, T0 } from "./history-samples.ts";

// T25: whatever is done to the events of an alarm in libSQL, verification names the row; what is on its way, was erased by
// right or is from before there were chains is no fault. Pure, on rows in memory: that libSQL keeps the text to the letter and
// that actors write such chains is verification.test.ts (system) and chain.test.ts (workerd).

const alarmId = id("alr", 1);
const tenantId = id("ten", 1);

const answer = (n: number) =>
  record(
    "alarm.answered",
    { alarmId, userId: id("usr", n), deviceId: id("dev", 1), response: "coming", version: n },
    { at: T0 + n * 10 },
  );

const story = (length: number) =>
  chained("tenant", [raised(alarmId, [id("usr", 1)]), ...Array.from({ length: length - 1 }, (_, n) => answer(n + 1))]);

const toRow = ({ eventId, type, entity, at, by, chain, body }: RecordEnvelope): ChainRow => ({
  eventId,
  type,
  entity,
  at,
  byType: by.type,
  byId: by.id,
  body: chain?.text ?? JSON.stringify(body),
  source: chain?.source ?? null,
  n: chain?.n ?? null,
  salt: chain?.salt ?? null,
  bodyHash: chain?.bodyHash ?? null,
  hash: chain?.hash ?? null,
});

const setUp = (length = 8) => {
  const { records, head } = story(length);
  const rows = records.map(toRow);
  const verify = (changed: readonly ChainRow[], over: Partial<typeof head> = {}) =>
    verifyChains(tenantId, alarmId, changed, new Map([["tenant", { ...head, ...over }]]));
  return { rows, head, verify, row: (n: number) => rows[n - 1] as ChainRow };
};

const problemsOf = ({ problems }: ReturnType<typeof verifyChains>) => problems.map(({ problem, n }) => [problem, n]);

test("T25: an untouched record is intact, in whatever order its rows are read", () => {
  const { rows, verify, head } = setUp();
  expect(verify(rows)).toEqual({
    alarmId,
    intact: true,
    complete: true,
    events: 8,
    erased: 0,
    unchained: 0,
    chains: [{ source: "tenant", events: 8, head: head.hash }],
    problems: [],
  });
  fc.assert(
    fc.property(fc.shuffledSubarray(rows, { minLength: 8, maxLength: 8 }), (shuffled) => {
      expect(verify(shuffled)).toMatchObject({ intact: true, complete: true });
    }),
  );
});

test("T25: every field of every row, changed by itself, is `altered`, and the row is named", () => {
  const { rows, verify } = setUp();
  const changes: Partial<ChainRow>[] = [
    { body: '{"alarmId":"x"}' },
    { body: "{}" },
    { at: T0 + 1 },
    { byId: id("usr", 99) },
    { byType: "operator" },
    { type: "alarm.fill" },
    { eventId: id("evx", 1) },
    { salt: "0".repeat(22) },
    { bodyHash: "forged" },
    { hash: "forged" },
  ];
  for (const [i, row] of rows.entries())
    for (const change of changes) {
      const result = verify(rows.with(i, { ...row, ...change }));
      expect(result.intact, JSON.stringify(change)).toBe(false);
      expect(problemsOf(result), JSON.stringify(change)).toEqual([["altered", i + 1]]);
      expect(result.problems[0]?.eventId).toBe(change.eventId ?? row.eventId);
    }
});

test("T25: a row that was removed is `missing`, those at the end are `truncated`, all of them too", () => {
  const { rows, verify } = setUp();
  for (const n of [1, 2, 5, 7]) expect(problemsOf(verify(rows.toSpliced(n - 1, 1)))).toEqual([["missing", n]]);
  expect(verify(rows.slice(0, 6)).problems).toEqual([{ source: "tenant", n: 7, to: 8, problem: "truncated" }]);
  expect(verify([]).problems).toEqual([{ source: "tenant", n: 1, to: 8, problem: "truncated" }]);
  expect(verify(rows.slice(0, 6)).intact).toBe(false);
});

test("T25: two rows that changed places are both `reordered`, and nothing else is blamed", () => {
  const { rows, verify } = setUp();
  for (let a = 1; a <= 8; a++)
    for (let b = a + 1; b <= 8; b++) {
      const [first, second] = [rows[a - 1] as ChainRow, rows[b - 1] as ChainRow];
      const swapped = rows.with(a - 1, { ...first, n: b }).with(b - 1, { ...second, n: a });
      expect(problemsOf(verify(swapped)).toSorted(), `${a} and ${b}`).toEqual([
        ["reordered", a],
        ["reordered", b],
      ]);
    }
});

test("T25: a row that no actor wrote is `inserted`: beside a true one, after the end, of an unknown source or without a link", () => {
  const { rows, row, verify } = setUp();
  const forged = { ...row(4), eventId: id("evx", 1), body: '{"forged":true}' };
  for (const [name, extra] of [
    ["beside a true one", forged],
    ["after the end", { ...forged, n: 9 }],
    ["of an unknown source", { ...forged, source: "sit_unknown" }],
    ["without a link", { ...forged, n: null, hash: null, bodyHash: null, salt: null, source: null }],
  ] as const) {
    const { problems, intact } = verify([...rows, extra]);
    expect(intact, name).toBe(false);
    expect(problems, name).toMatchObject([{ problem: "inserted", eventId: forged.eventId }]);
  }
});

test("T25: whoever writes the end anew, with hashes that fit each other, is betrayed by the head that the actor holds", () => {
  const { verify } = setUp();
  const { records } = chained("tenant", [
    raised(alarmId, [id("usr", 1)]),
    ...Array.from({ length: 7 }, (_, n) => answer(n + 20)),
  ]);
  const result = verify(records.map(toRow));
  expect(result.intact).toBe(false);
  expect(problemsOf(result)).toEqual([["altered", 8]]);
});

test("T25: a chain cannot be passed off as another alarm's, another tenant's or another actor's", () => {
  const { records, head } = story(3);
  const rows = records.map(toRow);
  const heads = new Map([["tenant", head]]);
  expect(verifyChains(tenantId, alarmId, rows, heads).intact).toBe(true);
  expect(verifyChains(id("ten", 2), alarmId, rows, heads).intact).toBe(false);
  expect(verifyChains(tenantId, id("alr", 2), rows, heads).intact).toBe(false);
  const moved = rows.map((row) => ({ ...row, source: "roaming" }));
  expect(verifyChains(tenantId, alarmId, moved, new Map([["roaming", head]])).intact).toBe(false);
});

test("I8: what the outbox still has is `behind` and no fault, in the middle too; what it has not is one", () => {
  const { rows, head, verify, row } = setUp();
  const end = verify(rows.slice(0, 6), { waiting: [{ from: 7, to: 8, hash: head.hash }] });
  expect(end).toMatchObject({ intact: true, complete: false });
  expect(end.problems).toEqual([{ source: "tenant", n: 7, to: 8, problem: "behind" }]);

  const parked = { waiting: [{ from: 3, to: 4, hash: row(4).hash ?? "" }] };
  const without = rows.filter(({ n }) => n !== 3 && n !== 4);
  expect(verify(without, parked)).toMatchObject({ intact: true, complete: false });
  // The link after the gap is checked against what the actor says the gap ends with.
  const altered = without.map((one) => (one.n === 5 ? { ...one, at: one.at + 1 } : one));
  expect(problemsOf(verify(altered, parked))).toEqual([
    ["behind", 3],
    ["altered", 5],
  ]);
  expect(problemsOf(verify(without.slice(0, -1), parked))).toEqual([
    ["behind", 3],
    ["truncated", 8],
  ]);
});

test("a body that was erased with its salt leaves the chain whole; a body taken away alone does not", () => {
  const { rows, verify, row } = setUp();
  const erased = rows.with(3, { ...row(4), body: "{}", salt: null });
  expect(verify(erased)).toMatchObject({ intact: true, erased: 1, problems: [] });
  // An erased row still cannot change who did it and when.
  expect(problemsOf(verify(rows.with(3, { ...row(4), body: "{}", salt: null, at: 1 })))).toEqual([["altered", 4]]);
  expect(problemsOf(verify(rows.with(3, { ...row(4), body: '{"forged":1}', salt: null })))).toEqual([["altered", 4]]);
});

test("events from before there were chains are counted, and one more than the actors know of is `inserted`", () => {
  const { rows, verify } = setUp();
  const old = [1, 2, 3].map((n) => toRow(answer(n + 50)));
  expect(verify([...old.slice(0, 2), ...rows], { unchained: 2 })).toMatchObject({ intact: true, unchained: 2 });
  const { problems } = verify([...old.slice(0, 2), ...rows, ...old.slice(2)], { unchained: 2 });
  expect(problems).toMatchObject([{ problem: "inserted", eventId: old[2]?.eventId }]);
});

test("the incident's chain is verified with the alarm's, and named apart from it", () => {
  const { rows, verify, head } = setUp();
  const both = joinVerifications(verify(rows), verify(rows.toSpliced(4, 1)));
  expect(both).toMatchObject({ alarmId, intact: false, complete: true, events: 15 });
  expect(both.chains).toEqual([
    { source: "tenant", events: 8, head: head.hash },
    { source: "incident", events: 7, head: head.hash },
  ]);
  expect(both.problems).toEqual([{ source: "incident", n: 5, problem: "missing" }]);
  expect(joinVerifications(verify(rows), verify(rows)).intact).toBe(true);
});

test("T25: any damage to any record is noticed", () => {
  const { rows, verify } = setUp(30);
  const place = fc.integer({ min: 0, max: 29 });
  const damage = fc.oneof(
    fc.record({ kind: fc.constant("remove" as const), at: place }),
    fc.record({ kind: fc.constant("copy" as const), at: place, to: place }),
    fc.record({ kind: fc.constant("swapBodies" as const), at: place, to: place }),
    fc.record({ kind: fc.constant("swapLinks" as const), at: place, to: place }),
    fc.record({ kind: fc.constant("shift" as const), at: place }),
  );
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
      let now = [...rows];
      for (const one of damages) {
        const there = now[one.at];
        const other = "to" in one ? now[one.to] : undefined;
        if (there === undefined) continue;
        if (one.kind === "remove") now = now.toSpliced(one.at, 1);
        if (one.kind === "copy" && other) now = now.with(one.at, { ...there, body: other.body });
        if (one.kind === "swapBodies" && other)
          now = now.with(one.at, { ...there, body: other.body, salt: other.salt, bodyHash: other.bodyHash });
        if (one.kind === "swapLinks" && other) now = now.with(one.at, { ...there, hash: other.hash });
        if (one.kind === "shift") now = now.map((row, i) => (i >= one.at ? { ...row, n: (row.n ?? 0) + 1 } : row));
      }
      const same = JSON.stringify(now) === JSON.stringify(rows);
      expect(verify(now).intact).toBe(same);
    }),
    { numRuns: 300 },
  );
});
