import * as z from "zod";
import { Raised } from "../alarms.ts";
import { PageQuery, page } from "../lists.ts";
import { NewTestPlan, TestAudienceChange, TestPlan, TestPlanPatch, TestRun, TestRunReport } from "../test-plans.ts";
import { defineRoute } from "./route.ts";

const tag = "Test alarms";

export const testPlanRoutes = {
  createTestPlan: defineRoute({
    id: "createTestPlan",
    method: "POST",
    path: "/v1/{tenant}/test-plans",
    tag,
    summary: "Plan a recurring test alarm; its audience is frozen now",
    access: "person",
    body: NewTestPlan,
    answers: { 201: TestPlan },
    problems: ["name_taken", "conflict"],
  }),
  listTestPlans: defineRoute({
    id: "listTestPlans",
    method: "GET",
    path: "/v1/{tenant}/test-plans",
    tag,
    summary: "Recurring test alarms",
    access: "person",
    query: PageQuery,
    answers: { 200: page(TestPlan) },
  }),
  getTestPlan: defineRoute({
    id: "getTestPlan",
    method: "GET",
    path: "/v1/{tenant}/test-plans/{testPlanId}",
    tag,
    summary: "One recurring test alarm",
    access: "person",
    answers: { 200: TestPlan },
  }),
  patchTestPlan: defineRoute({
    id: "patchTestPlan",
    method: "PATCH",
    path: "/v1/{tenant}/test-plans/{testPlanId}",
    tag,
    summary: "Change a plan; a new audience is frozen now",
    access: "person",
    body: TestPlanPatch,
    answers: { 200: TestPlan },
    problems: ["name_taken"],
  }),
  deleteTestPlan: defineRoute({
    id: "deleteTestPlan",
    method: "DELETE",
    path: "/v1/{tenant}/test-plans/{testPlanId}",
    tag,
    summary: "Remove a plan with its reports; the alarms of its runs stay",
    access: "person",
    answers: { 204: null },
  }),
  refreshTestAudience: defineRoute({
    id: "refreshTestAudience",
    method: "POST",
    path: "/v1/{tenant}/test-plans/{testPlanId}/audience",
    tag,
    summary: "Freeze the audience anew: who came and who went",
    access: "person",
    answers: { 200: TestAudienceChange },
  }),
  runTestPlan: defineRoute({
    id: "runTestPlan",
    method: "POST",
    path: "/v1/{tenant}/test-plans/{testPlanId}/run",
    tag,
    summary: "Raise the test alarm now; ends by itself after 15 minutes",
    access: "person",
    answers: { 202: Raised },
    problems: ["conflict"],
  }),
  listTestRuns: defineRoute({
    id: "listTestRuns",
    method: "GET",
    path: "/v1/{tenant}/test-plans/{testPlanId}/runs",
    tag,
    summary: "Runs of a plan, newest first, with how many were reached by which channel",
    access: "person",
    query: PageQuery,
    answers: { 200: page(TestRun) },
  }),
  getTestRun: defineRoute({
    id: "getTestRun",
    method: "GET",
    path: "/v1/{tenant}/test-plans/{testPlanId}/runs/{alarmId}",
    tag,
    summary: "One run: who was reached by each channel, or why not",
    access: "person",
    query: PageQuery.extend({ only: z.enum(["notReached"]).optional() }),
    answers: { 200: TestRunReport },
  }),
};
