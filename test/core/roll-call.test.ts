import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import {
  applyChange,
  conflictAt,
  lineState,
  newRoll,
  type Roll,
  visitorsAccounted,
} from "../../actors/tenant/roll-call/roll.ts";
import { pointsOf, showLine, timingsOf, totalsOf } from "../../actors/tenant/roll-call/roll-call.ts";
import { type Ground, presenceEffect, rosterOf, type Whereabouts } from "../../actors/tenant/roll-call/roster.ts";
import { checkInRow, pressedAt, tickRow } from "../../actors/tenant/roll-call/words.ts";
import { rollCallRoutes } from "../../protocol/http/roll-call-routes.ts";
import type { RollCallChange, WordRow } from "../../protocol/roll-call-records.ts";
import { type LineState, MusterPoint, RollCall, RollCallLine, RollCallRecord } from "../../protocol/roll-calls.ts";
import { CheckInFrame } from "../../protocol/socket/client-frames.ts";

// Proves of the rules alone: in any order of ticks, own check-ins (late ones too) and reports of presence the totals add up,
// nobody vanishes, what a line says is what a plain model of the brief says, and folding the stored changes again gives the
// same (what an eviction does). Not: that changes are stored, told and put on record; that is test/workerd and test/system.

const openedAt = 1_000_000;
const users = Array.from({ length: 8 }, (_, i) => `usr_${i}`);
const points = ["mus_a", "mus_b"];
const states: LineState[] = ["missing", "accountedFor", "unknown"];
const ground: Ground = { siteId: "s0" };

const tick = fc.record({
  do: fc.constant("tick" as const),
  ticks: fc.uniqueArray(
    fc.record({
      userId: fc.constantFrom(...users),
      state: fc.constantFrom(...states),
      musterPointId: fc.option(fc.constantFrom(...points), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 3, selector: (one) => one.userId },
  ),
});
const step = fc.oneof(
  { weight: 3, arbitrary: tick },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("checkIn" as const),
      userId: fc.constantFrom(...users),
      musterPointId: fc.option(fc.constantFrom(...points), { nil: undefined }),
      secondsAgo: fc.option(fc.nat(60), { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("presence" as const),
      userId: fc.constantFrom(...users),
      state: fc.constantFrom("present" as const, "absent" as const),
      siteId: fc.constantFrom("s0", "s1"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("visitors" as const),
      point: fc.option(fc.constantFrom(...points), { nil: null }),
      accounted: fc.nat(9),
      expected: fc.option(fc.nat(9), { nil: undefined }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** One line as the brief says it, without any of the machinery: every word in order, and who wins. */
interface Model {
  start: LineState;
  words: { state: LineState; at: number; self: boolean }[];
  holds: number;
}

const says = (model: Model): LineState => model.words[model.holds]?.state ?? model.start;

/** Turns a step into the change the actor would store; undefined when it is none. */
const changeOf = (roll: Roll, one: Step, now: number): Omit<RollCallChange, "version" | "at"> | undefined => {
  switch (one.do) {
    case "tick":
      return { words: one.ticks.map((each) => tickRow(each, "usr_marshal", now)) };
    case "checkIn": {
      const row = checkInRow(roll, one.userId, one.musterPointId, pressedAt(openedAt, one.secondsAgo, now));
      return row === undefined ? undefined : { words: [row] };
    }
    case "presence": {
      const effect = presenceEffect(roll, ground, { ...one, zoneIds: [], at: now });
      if (effect === undefined) return undefined;
      return "joined" in effect ? { joined: [effect.joined] } : { left: [[...effect.left]] };
    }
    case "visitors":
      return {
        visitors: [[one.point, one.accounted]],
        ...(one.expected === undefined ? {} : { visitorsExpected: one.expected }),
      };
  }
};

const follow = (models: Map<string, Model>, one: Step, now: number): void => {
  const lineOf = (userId: string, start: LineState): Model => {
    const model = models.get(userId) ?? { start, words: [], holds: -1 };
    models.set(userId, model);
    return model;
  };
  if (one.do === "tick")
    for (const each of one.ticks) {
      const model = lineOf(each.userId, "unknown");
      model.holds = model.words.push({ state: each.state, at: now, self: false }) - 1;
    }
  if (one.do === "checkIn") {
    const model = lineOf(one.userId, "unknown");
    const at = Math.max(openedAt, now - (one.secondsAgo ?? 0) * 1_000);
    const word = { state: "accountedFor" as const, at, self: true };
    const i = model.words.push(word) - 1;
    // A marshal who spoke after the person pressed is right; nobody else is.
    const later = model.words.some((known) => !known.self && known.at > at);
    if (!later) model.holds = i;
  }
  if (one.do === "presence" && one.state === "present" && one.siteId === "s0") {
    const model = lineOf(one.userId, "missing");
    if (model.holds === -1) model.start = "missing";
  }
};

const snapshot = (roll: Roll) => ({
  totals: totalsOf(roll),
  points: pointsOf(roll, []),
  lines: roll.userIds.map((_, i) => showLine(roll, i, (id) => id)),
  timings: timingsOf(roll, undefined),
});

test("any order of ticks, check-ins and presence: totals add up, nobody vanishes, a marshal's later word stands", {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...users), { maxLength: 8 }),
      fc.nat(8),
      fc.array(fc.tuple(step, fc.integer({ min: 1, max: 20_000 })), { maxLength: 40, size: "max" }),
      (there, known, steps) => {
        const roster = { missing: there.slice(0, known), unknown: there.slice(known) };
        const roll = newRoll(openedAt, roster, 2);
        const models = new Map<string, Model>([
          ...roster.missing.map((id): [string, Model] => [id, { start: "missing", words: [], holds: -1 }]),
          ...roster.unknown.map((id): [string, Model] => [id, { start: "unknown", words: [], holds: -1 }]),
        ]);
        const stored: RollCallChange[] = [];
        let now = openedAt;
        for (const [one, later] of steps) {
          now += later;
          const before = [...roll.userIds];
          const change = changeOf(roll, one, now);
          follow(models, one, now);
          if (change !== undefined) {
            const made: RollCallChange = { version: roll.version + 1, at: now, ...change };
            stored.push(JSON.parse(JSON.stringify(made)) as RollCallChange);
            applyChange(roll, made);
            // Twice the same is harmless.
            expect(applyChange(roll, made)).toEqual([]);
          }
          expect(roll.userIds.slice(0, before.length), "nobody vanishes or moves").toEqual(before);
          const totals = totalsOf(roll);
          expect(totals.missing + totals.accountedFor + totals.unknown).toBe(totals.lines);
          for (const state of states)
            expect(totals[state], state).toBe(roll.userIds.filter((_, i) => lineState(roll, i) === state).length);
          const placed = pointsOf(
            roll,
            points.map((id) => ({ musterPointId: id, siteId: "s0", name: id })),
          );
          expect(placed.reduce((sum, point) => sum + point.accountedFor, 0)).toBe(totals.accountedFor);
          expect(placed.reduce((sum, point) => sum + point.visitors, 0)).toBe(visitorsAccounted(roll));
          const { noneMissingMs, allAccountedMs } = timingsOf(roll, undefined);
          if (noneMissingMs !== null) expect(totals.missing).toBe(0);
          if (allAccountedMs !== null) expect([totals.missing, totals.unknown]).toEqual([0, 0]);
        }
        expect(new Map(roll.userIds.map((id, i) => [id, lineState(roll, i)]))).toEqual(
          new Map([...models].map(([id, model]) => [id, says(model)])),
        );
        const again = newRoll(openedAt, roster, 2);
        for (const change of stored) applyChange(again, change);
        expect(snapshot(again)).toEqual(snapshot(roll));
      },
    ),
    { numRuns: 3_000 },
  );
});

const rollOf = (...missing: string[]) => newRoll(openedAt, { missing, unknown: [] }, 0);
const say = (roll: Roll, row: WordRow | undefined) => {
  expect(row).toBeDefined();
  if (row !== undefined)
    applyChange(roll, { version: roll.version + 1, at: openedAt + roll.version + 1, words: [row] });
};
const stateOf = (roll: Roll, userId: string) => lineState(roll, roll.indexOf.get(userId) ?? -1);

test("a marshal's later `missing` stands over an older check-in, which is shown as a conflict; a newer one stands again", () => {
  const roll = rollOf("usr_a");
  say(roll, tickRow({ userId: "usr_a", state: "missing" }, "usr_m", openedAt + 60_000));
  say(roll, checkInRow(roll, "usr_a", "mus_a", openedAt + 30_000));
  expect(stateOf(roll, "usr_a")).toBe("missing");
  expect(showLine(roll, 0, (id) => id)).toMatchObject({
    by: { userId: "usr_m" },
    self: false,
    conflict: { state: "accountedFor", self: true, musterPointId: "mus_a", by: { userId: "usr_a" } },
  });
  expect(checkInRow(roll, "usr_a", "mus_a", openedAt + 30_200), "the same message again").toBeUndefined();
  say(roll, checkInRow(roll, "usr_a", "mus_a", openedAt + 90_000));
  expect(stateOf(roll, "usr_a")).toBe("accountedFor");
  expect(conflictAt(roll, 0), "a coordinator sees that a marshal had looked").toMatchObject({
    state: "missing",
    self: false,
  });
  say(roll, tickRow({ userId: "usr_a", state: "accountedFor" }, "usr_m", openedAt + 95_000));
  expect(conflictAt(roll, 0)).toBeUndefined();
});

test("an offline check-in is idempotent, keeps its muster point, and does not undo a newer one from another device", () => {
  const roll = rollOf("usr_a");
  say(roll, checkInRow(roll, "usr_a", "mus_b", openedAt + 50_000));
  expect(checkInRow(roll, "usr_a", "mus_b", openedAt + 50_400)).toBeUndefined();
  expect(
    checkInRow(roll, "usr_a", undefined, openedAt + 51_000),
    "without a point it keeps the known one",
  ).toBeUndefined();
  expect(checkInRow(roll, "usr_a", "mus_a", openedAt + 10_000), "pressed before").toBeUndefined();
  say(roll, checkInRow(roll, "usr_a", "mus_a", openedAt + 60_000));
  expect(roll.standing.get(0)?.musterPointId).toBe("mus_a");
});

test("a check-in is never dated before the opening nor into the future", () => {
  expect(pressedAt(openedAt, 86_400, openedAt + 5_000)).toBe(openedAt);
  expect(pressedAt(openedAt, undefined, openedAt + 5_000)).toBe(openedAt + 5_000);
  expect(pressedAt(openedAt, 2, openedAt + 5_000)).toBe(openedAt + 3_000);
});

const person = (userId: string, more: object = {}) => ({ userId, enabled: true, permission: "employee", ...more });

test("P4: who becomes a line is decided by presence alone", () => {
  const where = new Map<string, Whereabouts>([
    ["here", { state: "present", siteId: "s0", zoneIds: ["z0"] }],
    ["otherZone", { state: "present", siteId: "s0", zoneIds: ["z1"] }],
    ["elsewhere", { state: "present", siteId: "s1", zoneIds: ["z0"] }],
    ["absent", { state: "absent", siteId: "s0", zoneIds: [] }],
    ["disabled", { state: "present", siteId: "s0", zoneIds: ["z0"] }],
    ["screen", { state: "present", siteId: "s0", zoneIds: ["z0"] }],
  ]);
  const home = { homeSiteId: "s0" };
  const people = [
    person("here"),
    person("otherZone"),
    person("elsewhere", home),
    person("absent", home),
    person("disabled", { enabled: false }),
    person("screen", { permission: "wallboard", ...home }),
    person("nobodyKnows", home),
    person("nobodyKnowsElsewhere", { homeSiteId: "s1" }),
  ];
  const of = (there: Ground) => rosterOf(there, people, (id) => where.get(id));
  expect(of({ siteId: "s0" })).toEqual({ missing: ["here", "otherZone"], unknown: ["nobodyKnows"] });
  expect(of({ siteId: "s0", zoneIds: ["z0"] })).toEqual({ missing: ["here"], unknown: ["nobodyKnows"] });
});

test("a person who leaves keeps the line with a hint, which goes when they are back", () => {
  const roll = newRoll(openedAt, { missing: ["usr_a"], unknown: ["usr_b"] }, 0);
  const effect = (userId: string, where: Whereabouts) => presenceEffect(roll, ground, { userId, at: 7, ...where });
  const absent: Whereabouts = { state: "absent", siteId: "s0", zoneIds: [] };
  expect(effect("usr_a", absent)).toEqual({ left: ["usr_a", 7] });
  expect(effect("usr_a", { state: "present", siteId: "s1", zoneIds: [] })).toEqual({ left: ["usr_a", 7] });
  expect(effect("usr_a", { ...absent, siteId: "s1" }), "absent elsewhere says nothing").toBeUndefined();
  expect(effect("usr_c", absent), "no line for somebody who was not there").toBeUndefined();
  applyChange(roll, { version: 1, at: 7, left: [["usr_a", 7]] });
  expect(totalsOf(roll)).toMatchObject({ lines: 2, missing: 1, unknown: 1, leftSite: 1 });
  const here: Whereabouts = { state: "present", siteId: "s0", zoneIds: [] };
  expect(effect("usr_a", here)).toEqual({ left: ["usr_a", null] });
  expect(effect("usr_b", here), "unknown no more").toEqual({ joined: "usr_b" });
  expect(effect("usr_c", here)).toEqual({ joined: "usr_c" });
});

test("timings: the first, nobody missing, everybody accounted for, and taken back when somebody is missing after all", () => {
  const roll = newRoll(openedAt, { missing: ["usr_a"], unknown: ["usr_b"] }, 3);
  const at = (seconds: number, change: Omit<RollCallChange, "version" | "at">) =>
    applyChange(roll, { version: roll.version + 1, at: openedAt + seconds * 1_000, ...change });
  const tickOf = (userId: string, state: LineState) => tickRow({ userId, state }, "usr_m", openedAt);
  at(10, { words: [tickOf("usr_a", "accountedFor")] });
  expect(timingsOf(roll, undefined), "visitors are not there yet").toMatchObject({
    firstMs: 10_000,
    noneMissingMs: null,
  });
  at(20, {
    visitors: [
      ["mus_a", 2],
      [null, 1],
    ],
  });
  expect(timingsOf(roll, undefined)).toMatchObject({ noneMissingMs: 20_000, allAccountedMs: null });
  at(30, { words: [tickOf("usr_b", "accountedFor")] });
  expect(timingsOf(roll, openedAt + 60_000)).toEqual({
    firstMs: 10_000,
    noneMissingMs: 20_000,
    allAccountedMs: 30_000,
    closedMs: 60_000,
  });
  at(40, { joined: ["usr_c"] });
  expect(timingsOf(roll, undefined)).toMatchObject({ firstMs: 10_000, noneMissingMs: null, allAccountedMs: null });
});

test("ten thousand lines: each is ticked off by itself, in time that does not grow with the list", () => {
  const missing = Array.from({ length: 10_000 }, (_, i) => `usr_${i}`);
  const roll = newRoll(openedAt, { missing, unknown: [] }, 0);
  const began = performance.now();
  for (const userId of missing)
    say(roll, tickRow({ userId, state: "accountedFor", musterPointId: "mus_a" }, "usr_m", openedAt));
  // A pass over all lines for each tick would be 10^8 steps: seconds, not this.
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(totalsOf(roll)).toMatchObject({ lines: 10_000, missing: 0, accountedFor: 10_000 });
});

test("I7: no call and no frame of a roll-call takes a coordinate, nor shows one", () => {
  const id = "usr_12345678";
  const bodies: Record<string, object> = {
    createMusterPoint: { name: "North gate" },
    patchMusterPoint: { name: "North gate" },
    startRollCall: { siteId: id },
    tickLine: { state: "accountedFor" },
    tickLines: { lines: [{ userId: id, state: "accountedFor" }] },
    checkIn: {},
    putVisitors: { accounted: 1 },
  };
  const withBody = Object.values(rollCallRoutes).flatMap((route) =>
    "body" in route ? [[route.id, route.body] as const] : [],
  );
  expect(withBody.map(([name]) => name).toSorted()).toEqual(Object.keys(bodies).toSorted());
  for (const [name, schema] of withBody) {
    expect(schema.safeParse(bodies[name]).error, name).toBeUndefined();
    for (const field of ["position", "latitude", "shape", "coordinates", "accuracy"])
      expect(schema.safeParse({ ...bodies[name], [field]: [4.9, 52.4] }).success, `${name} ${field}`).toBe(false);
  }
  const tickAt = { lines: [{ userId: id, state: "accountedFor", latitude: 52.4 }] };
  expect(rollCallRoutes.tickLines.body.safeParse(tickAt).success).toBe(false);
  expect(CheckInFrame.safeParse({ type: "checkIn", rollCallId: id }).success).toBe(true);
  expect(CheckInFrame.safeParse({ type: "checkIn", rollCallId: id, latitude: 52.4 }).success).toBe(false);
  const shown = JSON.stringify([RollCall, RollCallLine, RollCallRecord, MusterPoint].map((one) => z.toJSONSchema(one)));
  expect(shown).not.toMatch(/"(lat|lon|lng|coord|geo|shape|position|accuracy|altitude)/i);
});
