import fc from "fast-check";
import { expect, test } from "vitest";
import { callAgain, type RaisedAlarm, reopen, showAlarm, standDown } from "../../actors/tenant/alarm/alarm.ts";
import { fillOf } from "../../actors/tenant/alarm/fill.ts";
import { usualLadder } from "../../actors/tenant/alarm/ladder.ts";
import { planAlarm } from "../../actors/tenant/alarm/plan.ts";
import { newProgress } from "../../actors/tenant/alarm/progress.ts";
import { emptyDirectory, unknownTargets } from "../../actors/tenant/directory/directory.ts";
import { Alarm, type RaiseAlarm } from "../../protocol/alarms.ts";
import { limits } from "../../protocol/limits.ts";
import type { Scenario } from "../../protocol/scenarios.ts";
import type { Kind } from "../../protocol/terms.ts";

// Proves how a request and its scenario become one alarm, how it ends and opens again, and how it is shown. Who may raise what is permissions.test.ts and
// test/workerd; that it is stored before the answer (I1) is test/workerd and test/system.

const scenario: Scenario = {
  scenarioId: "scenario1",
  version: 3,
  name: "Fire",
  title: "Fire in the building",
  message: "Go to the assembly point",
  targets: { everyone: true },
  urgency: "normal",
  silent: true,
  requirement: [{ roleId: "role_0001", count: 2 }],
};
/** The course of an alarm of which nobody says anything. */
const usual = {
  whenFilled: "stop",
  escalation: [],
  forgotten: { remindMinutes: limits.remindMinutes, endMinutes: limits.endMinutes },
} as const;
const scenarioOf = (id: string) => (id === scenario.scenarioId ? scenario : undefined);

test("a scenario raised as it is", () => {
  expect(planAlarm({ scenarioId: "scenario1" }, scenarioOf)).toEqual({
    ok: true,
    value: {
      kind: "actual",
      urgency: "normal",
      silent: true,
      title: scenario.title,
      message: scenario.message,
      targets: scenario.targets,
      requirement: scenario.requirement,
      ...usual,
      ladder: usualLadder("normal", true),
      scenarioId: "scenario1",
      scenarioVersion: 3,
    },
  });
});

test("without a scenario: actual, urgent, audible", () => {
  expect(planAlarm({ title: "Help", targets: { users: ["user_0001"] } }, scenarioOf)).toEqual({
    ok: true,
    value: {
      kind: "actual",
      urgency: "urgent",
      silent: false,
      title: "Help",
      targets: { users: ["user_0001"] },
      ...usual,
      ladder: usualLadder("urgent", false),
    },
  });
});

const requests: fc.Arbitrary<RaiseAlarm> = fc.record(
  {
    scenarioId: fc.constant("scenario1"),
    title: fc.constantFrom("Leak", "Smoke"),
    message: fc.constantFrom("Bring a torch", "Stay inside"),
    targets: fc.constantFrom({ users: ["user_0001"] }, { sites: ["site_0001"] }),
    kind: fc.constantFrom("actual", "exercise", "test"),
    urgency: fc.constantFrom("urgent", "information"),
    silent: fc.boolean(),
    requirement: fc.constantFrom([], [{ roleId: "role_0002", count: 1 }]),
  },
  { requiredKeys: ["scenarioId"] },
);

test("what the request says replaces the scenario's own, field by field", () => {
  fc.assert(
    fc.property(requests, (request) => {
      const plan = planAlarm(request, scenarioOf);
      const { version, name: _, ...own } = scenario;
      const said = { kind: "actual", ...own, ...request } as typeof own & { kind: Kind };
      const forgotten = said.kind === "test" ? { remindMinutes: 30, endMinutes: 60 } : usual.forgotten;
      expect(plan).toEqual({
        ok: true,
        value: {
          ...usual,
          ...said,
          forgotten,
          ladder: usualLadder(said.urgency, said.silent),
          scenarioVersion: version,
        },
      });
    }),
  );
});

const step = { name: "More", afterSeconds: 60, when: { type: "unfilled" }, action: { type: "everyone" } } as const;
const rich: Scenario = {
  ...scenario,
  scenarioId: "scenario3",
  parts: { danger: "Smoke" },
  conditions: { available: true },
  severity: "Severe",
  category: "Fire",
  whenFilled: "collect",
  escalation: [step],
  ladder: [{ criterion: "seen", withinSeconds: 9, channel: "voice" }],
  forgotten: { remindMinutes: 2, endMinutes: 3 },
  instructions: [{ roleId: "role_0001", text: "Take the stairs" }],
  attachments: [{ title: "Plan", url: "https://example.org/plan" }],
  duress: true,
};
const richOf = () => rich;

test("the whole course comes from the scenario; with targets of its own a request does not inherit the conditions", () => {
  const { name: _, version, parts: __, ...own } = rich;
  expect(planAlarm({ scenarioId: "scenario3" }, richOf)).toEqual({
    ok: true,
    value: { kind: "actual", ...own, scenarioVersion: version },
  });
  const elsewhere = planAlarm({ scenarioId: "scenario3", targets: { users: ["user_0001"] } }, richOf);
  expect(elsewhere.ok && elsewhere.value.conditions).toBeUndefined();
  const asked = planAlarm({ scenarioId: "scenario3", conditions: { onDuty: true } }, richOf);
  expect(asked).toMatchObject({ value: { conditions: { onDuty: true } } });
  expect(asked.ok && asked.value.conditions).toEqual({ onDuty: true });
});

test("the words are made once, of the scenario's parts unless the request brings a message of its own", () => {
  const worded: object[] = [];
  const word = (words: { title: string; message?: string | undefined }) => {
    worded.push(words);
    return { title: `<${words.title}>` };
  };
  expect(planAlarm({ scenarioId: "scenario3" }, richOf, word)).toMatchObject({ value: { title: `<${rich.title}>` } });
  planAlarm({ scenarioId: "scenario3", message: "Mine" }, richOf, word);
  expect(worded).toEqual([
    { title: rich.title, message: rich.message, parts: rich.parts },
    { title: rich.title, message: "Mine", parts: undefined },
  ]);
});

test("a silent or duress alarm of which the scenario says no ladder makes no telephone ring", () => {
  const { ladder: _, ...duress } = rich;
  for (const one of [
    { ...duress, silent: false },
    { ...duress, duress: undefined, silent: true },
  ]) {
    const plan = planAlarm({ scenarioId: "scenario3", urgency: "urgent" }, () => one as Scenario);
    expect(plan.ok && plan.value.ladder.map(({ channel }) => channel)).not.toContain("voice");
  }
});

test("I9: an exercise stays one: no scenario can make it actual, and none makes an exercise by itself", () => {
  for (const kind of ["exercise", "test"] as const)
    expect(planAlarm({ scenarioId: "scenario1", kind }, scenarioOf)).toMatchObject({ value: { kind } });
});

test.each<[string, RaiseAlarm, string]>([
  ["an unknown scenario", { scenarioId: "scenario2", title: "x", targets: { everyone: true } }, "scenarioId"],
  ["no title", { targets: { everyone: true } }, "title"],
  ["no targets", { title: "x" }, "title"],
])("refuses %s", (_, request, path) => {
  expect(planAlarm(request, scenarioOf)).toMatchObject({ ok: false, refusal: { code: "invalid", errors: [{ path }] } });
});

const alarm: RaisedAlarm = {
  kind: "exercise",
  urgency: "urgent",
  silent: false,
  title: "Fire",
  ...usual,
  escalation: [step],
  ladder: [],
  alarmId: "alarm_0001",
  incidentId: "incident_1",
  seq: 4,
  raisedAt: 1_000,
  openedAt: 1_000,
  steps: [],
  runs: [],
  raisedBy: { type: "user", id: "user_0001", name: "An Jansen" },
};

test("I4: the first stand-down stands, a second is refused", () => {
  const first = standDown(alarm, { seq: 5, at: 2_000, reason: "over", text: "all safe" });
  expect(first).toMatchObject({ ok: true, value: { end: { seq: 5, reason: "over" } } });
  if (!first.ok) return;
  expect(standDown(first.value, { seq: 6, at: 3_000, reason: "mistake" })).toMatchObject({
    refusal: { code: "conflict" },
  });
  expect(alarm.end, "the given alarm is not changed").toBeUndefined();
});

const ended = { ...alarm, end: { seq: 5, at: 2_000, reason: "over", text: "all safe" } } as const;

test("an ended alarm opens again within ten minutes, and its course counts from then; what has fired has fired", () => {
  const fired = { state: "fired", at: 1_500, cause: "time", people: 2 } as const;
  const before = { ...ended, steps: [fired], reminders: 2 };
  const last = 2_000 + limits.reopenMs;
  expect(reopen(before, last)).toEqual({
    ok: true,
    value: { ...alarm, steps: [fired], reopened: true, openedAt: last, reminders: 0 },
  });
  expect(reopen(before, last + 1), "too late").toMatchObject({ refusal: { code: "conflict" } });
  expect(reopen(alarm, last), "it is open").toMatchObject({ refusal: { code: "conflict" } });
  expect(before.end.seq, "the given alarm is not changed").toBe(5);
});

test("I4: each call again is counted, and the alarm keeps the number it was raised with", () => {
  expect(callAgain(callAgain(alarm))).toMatchObject({ seq: 4, reAlarms: 2 });
});

test("I9: an alarm is shown as the wire says, its kind included", () => {
  const open = showAlarm(alarm, newProgress(["user_0002"]), undefined, 31_000);
  expect(Alarm.parse(open)).toMatchObject({
    state: "open",
    kind: "exercise",
    counts: { recipients: 1 },
    escalation: [{ step: 0, name: "More", state: "waiting", dueAt: "1970-01-01T00:01:01.000Z" }],
  });
  for (const absent of ["fill", "requirement", "whenFilled", "repeats", "reAlarms", "endedAt", "reopenUntil"])
    expect(open).not.toHaveProperty(absent);
  expect(Alarm.parse(showAlarm(ended, newProgress([]), undefined, 90_000))).toMatchObject({
    state: "ended",
    endedAt: "1970-01-01T00:00:02.000Z",
    endReason: "over",
    endText: "all safe",
    reopenUntil: "1970-01-01T00:10:02.000Z",
    // The countdown stood still at the end.
    escalation: [{ state: "waiting" }],
  });
});

test("an alarm with a need shows how it is met, and what it was called and repeated", () => {
  const requirement = [{ roleId: "role_0001", count: 1 }];
  const fill = fillOf(requirement, [{ userId: "user_0002", roleIds: ["role_0001"], at: 1 }]);
  const shown = showAlarm(
    { ...alarm, requirement, repeats: 3, reAlarms: 2, severity: "Severe", category: "Fire" },
    newProgress(["user_0002"]),
    fill,
    2_000,
  );
  expect(Alarm.parse(shown)).toMatchObject({
    requirement,
    whenFilled: "stop",
    fill: { filled: true, roles: [{ roleId: "role_0001", count: 1, coming: 1 }] },
    repeats: 3,
    reAlarms: 2,
  });
});

test("I6: each unknown id in the targets is named by its path, and only those", () => {
  const directory = emptyDirectory();
  directory.roles.set("role_0001", { roleId: "role_0001", name: "First aider" });
  expect(unknownTargets({ roles: ["role_0001", "role_0002"], sites: ["site_0001"] }, directory)).toEqual([
    { path: "targets.roles.1", message: "does not exist" },
    { path: "targets.sites.0", message: "does not exist" },
  ]);
});
