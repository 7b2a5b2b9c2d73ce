import { pageSize } from "../../../protocol/lists.ts";
import { done } from "../../../protocol/problems.ts";
import type { TestRun, TestRunReport } from "../../../protocol/test-plans.ts";
import { fullName } from "../directory/directory.ts";
import { decodeCursor, encodeCursor, notFound, type Operation, pageOf, wrongCursor } from "../operations/operation.ts";
import { resultOf } from "./results.ts";
import { storeOf } from "./running.ts";

/** Milliseconds as text that sorts the newest first. */
const newestFirst = (at: number): string => String(1e14 - at).padStart(15, "0");

export const listTestRuns: Operation<"listTestRuns"> = (desk, _who, { params, query }) => {
  const plan = storeOf(desk).get(params.testPlanId ?? "");
  if (plan === undefined) return notFound();
  const page = pageOf(
    storeOf(desk).runsOf(plan.testPlanId),
    ({ startedAt, alarmId }) => `${newestFirst(startedAt)} ${alarmId}`,
    query,
  );
  if (!page.ok) return page;
  const items = page.value.items.flatMap((run): TestRun[] => {
    const shown = run.result ?? resultOf(desk, run)?.shown;
    return shown === undefined ? [] : [shown];
  });
  return done({ ...page.value, items });
};

export const getTestRun: Operation<"getTestRun"> = (desk, _who, { params, query }) => {
  const run = storeOf(desk).run(params.alarmId ?? "");
  const result = run === undefined ? undefined : resultOf(desk, run);
  if (result === undefined || run?.testPlanId !== params.testPlanId) return notFound();
  const from = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor) ?? Number.NaN);
  if (!Number.isSafeInteger(from) || from < 0) return wrongCursor();
  const { people, shown } = result;
  const items: TestRunReport["items"] = [];
  let next = from;
  for (; next < people.length && items.length < pageSize(query); next++) {
    const { userId, channels } = people[next] ?? { userId: "", channels: [] };
    if (query.only === "notReached" && channels.every(({ outcome }) => outcome !== "notReached")) continue;
    const person = desk.directory.people.get(userId);
    items.push({ userId, name: person === undefined ? "" : fullName(person), channels });
  }
  return done<TestRunReport>({
    run: shown,
    items,
    ...(next < people.length ? { nextCursor: encodeCursor(String(next)) } : {}),
  });
};
