import * as z from "zod";
import { Raised } from "../../protocol/alarms.ts";
import { routes } from "../../protocol/http/routes.ts";
import { answer } from "../http/answers.ts";
import { created } from "../http/created.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { perform, performed } from "../http/perform.ts";
import { raisedAnswer } from "../http/raised.ts";

const Result = z.object({ raised: Raised.loose(), replayed: z.boolean() });

export const testPlanEndpoints = {
  createTestPlan: created(routes.createTestPlan, "testPlanId"),
  listTestPlans: performed(routes.listTestPlans),
  getTestPlan: performed(routes.getTestPlan),
  patchTestPlan: performed(routes.patchTestPlan),
  deleteTestPlan: performed(routes.deleteTestPlan),
  refreshTestAudience: performed(routes.refreshTestAudience),
  runTestPlan: personEndpoint(routes.runTestPlan, async (call) =>
    answer(await perform(call), (value) => raisedAnswer(call, call.tenantId, Result.parse(value))),
  ),
  listTestRuns: performed(routes.listTestRuns),
  getTestRun: performed(routes.getTestRun),
};
