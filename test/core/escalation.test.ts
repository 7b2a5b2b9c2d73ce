import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CourseFacts,
  holds,
  nextStepAt,
  ripe,
  type StepMark,
  showSteps,
  stepByHand,
  stepToFire,
} from "../../actors/tenant/alarm/escalation.ts";
import { type Escalation, type StepCondition, StepState } from "../../protocol/course.ts";

// Proves when a step of an escalation is due, when its condition lets it fire, what a step by hand passes over, and how steps are
// shown. What a step does to whom, and that its timer survives everything, is test/core/simulation and test/workerd.

const raisedAt = 1_000_000;
const conditions: fc.Arbitrary<StepCondition> = fc.oneof(
  fc.constant<StepCondition>({ type: "always" }),
  fc.constant<StepCondition>({ type: "unfilled" }),
  fc.constant<StepCondition>({ type: "unfillable" }),
  fc.record({
    type: fc.constantFrom("noReceipt" as const, "noResponse" as const),
    percent: fc.integer({ min: 1, max: 100 }),
  }),
  fc.constant<StepCondition>({ type: "roleMissing", roleId: "rol_lead" }),
);
const steps: fc.Arbitrary<Escalation> = fc.array(
  fc.record({
    name: fc.constant("Step"),
    afterSeconds: fc.nat({ max: 5 }),
    when: conditions,
    action: fc.constant({ type: "everyone" as const }),
  }),
  { maxLength: 5 },
);
const facts: fc.Arbitrary<CourseFacts> = fc
  .record({ recipients: fc.nat({ max: 8 }), received: fc.nat({ max: 8 }), answered: fc.nat({ max: 8 }) })
  .chain(({ recipients, received, answered }) =>
    fc.record({
      recipients: fc.constant(recipients),
      received: fc.constant(Math.min(received, recipients)),
      answered: fc.constant(Math.min(answered, received, recipients)),
      fill: fc.constantFrom(undefined, { filled: false, roles: [] }, { filled: true, roles: [] }),
      couldFill: fc.boolean(),
      roleComing: fc.boolean().map((coming) => () => coming),
    }),
  );
const mark = fc.option(
  fc.record({ state: fc.constantFrom("fired" as const, "skipped" as const), at: fc.constant(raisedAt) }),
  { nil: undefined },
);
const course = steps.chain((list) =>
  fc.record({
    steps: fc.constant(list),
    marks: fc.array(mark, { minLength: list.length, maxLength: list.length }) as fc.Arbitrary<(StepMark | undefined)[]>,
    now: fc.nat({ max: 6_000 }).map((ms) => raisedAt + ms),
  }),
);

test("each condition, at its edges", () => {
  const some = { recipients: 4, received: 3, answered: 1, fill: undefined, couldFill: true, roleComing: () => true };
  const nobody = { ...some, recipients: 0, received: 0, answered: 0 };
  const unmet = { filled: false, roles: [] };
  const rows: [StepCondition, CourseFacts, boolean][] = [
    [{ type: "always" }, nobody, true],
    [{ type: "unfilled" }, some, false],
    [{ type: "unfilled" }, { ...some, fill: unmet }, true],
    [{ type: "unfilled" }, { ...some, fill: { filled: true, roles: [] } }, false],
    [{ type: "unfillable" }, { ...some, fill: unmet, couldFill: true }, false],
    [{ type: "unfillable" }, { ...some, fill: unmet, couldFill: false }, true],
    [{ type: "unfillable" }, { ...some, fill: undefined, couldFill: false }, false],
    [{ type: "noReceipt", percent: 25 }, some, true],
    [{ type: "noReceipt", percent: 26 }, some, false],
    [{ type: "noReceipt", percent: 1 }, { ...some, received: 4 }, false],
    [{ type: "noReceipt", percent: 100 }, nobody, true],
    [{ type: "noResponse", percent: 75 }, some, true],
    [{ type: "noResponse", percent: 76 }, some, false],
    [{ type: "noResponse", percent: 100 }, nobody, true],
    [{ type: "roleMissing", roleId: "rol_lead" }, some, false],
    [{ type: "roleMissing", roleId: "rol_lead" }, { ...some, roleComing: (id) => id !== "rol_lead" }, true],
  ];
  for (const [when, known, expected] of rows) expect(holds(when, known), JSON.stringify(when)).toBe(expected);
});

test("what fires is ripe, holds, and is the first such; its cause says whether a condition was asked", () => {
  fc.assert(
    fc.property(course, facts, ({ steps: list, marks, now }, known) => {
      const able = list.flatMap(({ afterSeconds, when }, i) =>
        marks[i] === undefined && raisedAt + afterSeconds * 1_000 <= now && holds(when, known) ? [i] : [],
      );
      const next = stepToFire(list, marks, raisedAt, now, () => known);
      expect(next?.step).toBe(able[0]);
      if (next !== undefined) expect(next.cause).toBe(list[next.step]?.when.type === "always" ? "time" : "condition");
    }),
  );
});

test("nothing is computed of an alarm of which no step is ripe", () => {
  const waiting: Escalation = [
    { name: "Later", afterSeconds: 9, when: { type: "always" }, action: { type: "everyone" } },
  ];
  const never = () => {
    throw new Error("facts were asked for");
  };
  expect(stepToFire(waiting, [], raisedAt, raisedAt + 8_999, never)).toBeUndefined();
  expect(ripe(waiting, [], raisedAt, raisedAt + 9_000)).toEqual([0]);
});

test("I11: going from due time to due time, every step is ripe once it is due, and none is passed by", () => {
  fc.assert(
    fc.property(steps, (list) => {
      const seen = new Set<number>(ripe(list, [], raisedAt, raisedAt));
      let at = nextStepAt(list, [], raisedAt, raisedAt);
      for (let turns = 0; at !== undefined; turns++) {
        expect(turns).toBeLessThanOrEqual(list.length);
        const now = ripe(list, [], raisedAt, at);
        expect(
          now.some((step) => !seen.has(step)),
          "somebody became ripe",
        ).toBe(true);
        for (const step of now) seen.add(step);
        at = nextStepAt(list, [], raisedAt, at);
      }
      expect(seen.size).toBe(list.length);
    }),
  );
});

test("by hand: the wanted step or the next one, never one that has fired; those before it are passed over", () => {
  fc.assert(
    fc.property(course, fc.option(fc.nat({ max: 6 }), { nil: undefined }), ({ steps: list, marks }, wanted) => {
      const found = stepByHand(list, marks, wanted);
      if (found === undefined) {
        if (wanted === undefined) expect(marks.every((one) => one !== undefined)).toBe(true);
        else expect(wanted >= list.length || marks[wanted]?.state === "fired").toBe(true);
        return;
      }
      expect(found.step).toBe(wanted ?? marks.indexOf(undefined));
      expect(marks[found.step]?.state).not.toBe("fired");
      const open = marks.flatMap((one, i) => (one === undefined && i < found.step ? [i] : []));
      expect(found.skipped).toEqual(open);
    }),
  );
});

test("every step that is shown is one of the wire's, and says waiting, armed, fired or skipped", () => {
  fc.assert(
    fc.property(course, ({ steps: list, marks, now }) => {
      const shown = showSteps(list, marks, raisedAt, now);
      expect(shown.length).toBe(list.length);
      for (const one of shown) {
        expect(StepState.safeParse(one).error).toBeUndefined();
        const due = Date.parse(one.dueAt);
        expect(due).toBe(raisedAt + (list[one.step]?.afterSeconds ?? 0) * 1_000);
        expect(one.state).toBe(marks[one.step]?.state ?? (due <= now ? "armed" : "waiting"));
        expect(one.firedAt !== undefined).toBe(one.state === "fired");
      }
    }),
  );
});
