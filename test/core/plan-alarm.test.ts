import fc from "fast-check";
import { expect, test } from "vitest";
import { planAlarm, type RaisedAlarm, showAlarm, standDown } from "../../actors/tenant/alarm/alarm.ts";
import { newProgress } from "../../actors/tenant/alarm/progress.ts";
import { emptyDirectory, unknownTargets } from "../../actors/tenant/directory/directory.ts";
import { Alarm, type RaiseAlarm } from "../../protocol/alarms.ts";
import { type Scenario } from "../../protocol/scenarios.ts";

// Proves how a request and its scenario become one alarm, and how it ends. Who may raise what is permissions.test.ts and
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
      scenarioId: "scenario1",
      scenarioVersion: 3,
    },
  });
});

test("without a scenario: actual, urgent, audible", () => {
  expect(planAlarm({ title: "Help", targets: { users: ["user_0001"] } }, scenarioOf)).toEqual({
    ok: true,
    value: { kind: "actual", urgency: "urgent", silent: false, title: "Help", targets: { users: ["user_0001"] } },
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
      expect(plan).toEqual({ ok: true, value: { kind: "actual", ...own, ...request, scenarioVersion: version } });
    }),
  );
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
  alarmId: "alarm_0001",
  seq: 4,
  raisedAt: 1_000,
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

test("I9: an alarm is shown as the wire says, its kind included", () => {
  const open = showAlarm(alarm, newProgress(["user_0002"]));
  expect(Alarm.parse(open)).toMatchObject({ state: "open", kind: "exercise", counts: { recipients: 1 } });
  const ended = showAlarm({ ...alarm, end: { seq: 5, at: 2_000, reason: "over", text: "all safe" } }, newProgress([]));
  expect(Alarm.parse(ended)).toMatchObject({
    state: "ended",
    endedAt: "1970-01-01T00:00:02.000Z",
    endReason: "over",
    endText: "all safe",
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
