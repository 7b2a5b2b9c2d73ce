import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import type { Targets } from "../../../protocol/targets.ts";
import type { TestAudienceChange } from "../../../protocol/test-plans.ts";
import type { RaiseResult } from "../../kernel/contract.ts";
import { newId } from "../../kernel/ids.ts";
import { audienceNow } from "../alarm/calling.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName, nameKey, unknownTargets } from "../directory/directory.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { patched } from "../operations/places.ts";
import { runTest, setTimer, storeOf } from "./running.ts";
import { audienceChange, type KeptTestPlan, planned, rhythmErrors, showPlan } from "./test-plan.ts";

/** People listed on each side of a change of the audience. */
const mostListed = 1_000;

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

const taken = (desk: Desk, name: string, except?: string): boolean =>
  storeOf(desk)
    .all()
    .some((other) => other.testPlanId !== except && nameKey(other.name) === nameKey(name));

/** Whom the targets mean at this moment: from now on the plan is for these. */
const freeze = (desk: Desk, audience: Targets, now: number): string[] =>
  audienceNow(desk, { targets: audience }, now).recipients;

const recordPlan = (
  desk: Desk,
  who: Who,
  plan: KeptTestPlan,
  now: number,
  more: { came?: string[]; went?: string[]; deleted?: true } = {},
): void => {
  const {
    testPlanId,
    version,
    name,
    every,
    weekday,
    day,
    at: timeOfDay,
    timeZone,
    channels,
    title,
    enabled,
    people,
  } = plan;
  const said = {
    testPlanId,
    version,
    name,
    every,
    weekday,
    day,
    timeOfDay,
    timeZone,
    channels,
    title,
    enabled,
    people,
  };
  desk.record("testPlan.saved", testPlanId, now, by(who), { ...said, ...more }, who.ip);
};

export const createTestPlan: Operation<"createTestPlan"> = (desk, who, { body }, now) => {
  const errors = [...rhythmErrors(body), ...unknownTargets(body.audience, desk.directory, "audience")];
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (taken(desk, body.name)) return refuse("name_taken");
  if (storeOf(desk).all().length >= limits.testPlansPerTenant) return refuse("conflict", "there are too many plans");
  const audience = freeze(desk, body.audience, now);
  const { every, at, title, name } = body;
  const plan = planned(
    patched<KeptTestPlan>(
      {
        testPlanId: newId("tpl"),
        version: 1,
        name,
        every,
        at,
        title,
        timeZone: desk.facts?.timeZone ?? "Europe/Amsterdam",
        channels: [],
        audience: body.audience,
        enabled: true,
        people: audience.length,
        frozenAt: now,
        nextAt: 0,
      },
      { ...body, channels: [...new Set(body.channels)] },
    ),
    now,
  );
  storeOf(desk).add(plan, audience);
  setTimer(desk, plan);
  recordPlan(desk, who, plan, now, { came: audience });
  return done(showPlan(plan));
};

export const listTestPlans: Operation<"listTestPlans"> = (desk, _who, { query }) =>
  pageOf(storeOf(desk).all().map(showPlan), (plan) => nameKey(plan.name), query);

export const getTestPlan: Operation<"getTestPlan"> = (desk, _who, { params }) => {
  const plan = storeOf(desk).get(params.testPlanId ?? "");
  return plan === undefined ? notFound() : done(showPlan(plan));
};

/** A changed rhythm counts from now: what would have been due meanwhile is not made up for. */
export const patchTestPlan: Operation<"patchTestPlan"> = (desk, who, { params, body }, now) => {
  const before = storeOf(desk).get(params.testPlanId ?? "");
  if (before === undefined) return notFound();
  const { audience: targets, channels } = body;
  const changed = patched(before, {
    ...body,
    ...(channels === undefined ? {} : { channels: [...new Set(channels)] }),
  });
  const errors = [
    ...rhythmErrors(changed),
    ...(targets === undefined ? [] : unknownTargets(targets, desk.directory, "audience")),
  ];
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  if (body.name !== undefined && taken(desk, body.name, before.testPlanId)) return refuse("name_taken");
  const plan = planned({ ...changed, version: before.version + 1 }, now);
  if (targets === undefined) {
    storeOf(desk).update(plan);
    setTimer(desk, plan);
    recordPlan(desk, who, plan, now);
    return done(showPlan(plan));
  }
  const { plan: frozen, ...change } = refreeze(desk, plan, now);
  setTimer(desk, frozen);
  recordPlan(desk, who, frozen, now, change);
  return done(showPlan(frozen));
};

const refreeze = (desk: Desk, plan: KeptTestPlan, now: number) => {
  const audience = freeze(desk, plan.audience, now);
  const change = audienceChange(storeOf(desk).audience(plan.testPlanId), audience);
  const frozen = { ...plan, people: audience.length, frozenAt: now };
  storeOf(desk).update(frozen, audience);
  return { plan: frozen, ...change };
};

export const deleteTestPlan: Operation<"deleteTestPlan"> = (desk, who, { params }, now) => {
  const plan = storeOf(desk).get(params.testPlanId ?? "");
  if (plan === undefined) return notFound();
  storeOf(desk).remove(plan.testPlanId);
  setTimer(desk, { ...plan, enabled: false });
  recordPlan(desk, who, { ...plan, version: plan.version + 1 }, now, { deleted: true });
  return done(null);
};

export const refreshTestAudience: Operation<"refreshTestAudience"> = (desk, who, { params }, now) => {
  const before = storeOf(desk).get(params.testPlanId ?? "");
  if (before === undefined) return notFound();
  // What the targets name may be gone since: then nobody is meant by it any more.
  const { plan, came, went } = refreeze(desk, { ...before, version: before.version + 1 }, now);
  recordPlan(desk, who, plan, now, { came, went });
  const named = (ids: readonly string[]) =>
    ids.slice(0, mostListed).map((userId) => {
      const person = desk.directory.people.get(userId);
      return { userId, name: person === undefined ? "" : fullName(person) };
    });
  return done<TestAudienceChange>({
    people: plan.people,
    frozenAt: toTime(plan.frozenAt),
    came: named(came),
    went: named(went),
    totals: { came: came.length, went: went.length },
  });
};

export const runTestPlan: Operation<"runTestPlan"> = (desk, who, { params }, now) => {
  const plan = storeOf(desk).get(params.testPlanId ?? "");
  if (plan === undefined) return notFound();
  const running = storeOf(desk)
    .runsOf(plan.testPlanId)
    .some(({ alarmId }) => desk.alarms.open(alarmId)?.alarm.end === undefined);
  if (running) return refuse("conflict", "this test is running");
  const raised = runTest(desk, plan, "hand", by(who), now);
  return raised.ok ? done<RaiseResult>({ raised: raised.value, replayed: false }) : raised;
};
