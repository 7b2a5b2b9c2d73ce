import { tenantStub } from "../../actors/kernel/stubs.ts";
import { routes } from "../../protocol/http/routes.ts";
import { answer, json, problem } from "../http/answers.ts";
import { created } from "../http/created.ts";
import { personEndpoint } from "../http/endpoint.ts";
import { perform, performed } from "../http/perform.ts";

export const staffingEndpoints = {
  createStaffingRule: created(routes.createStaffingRule, "staffingRuleId"),
  listStaffingRules: performed(routes.listStaffingRules),
  getStaffingRule: performed(routes.getStaffingRule),
  patchStaffingRule: performed(routes.patchStaffingRule),
  deleteStaffingRule: performed(routes.deleteStaffingRule),
  getStaffing: performed(routes.getStaffing),
  // Whether somebody may ask is an operation like any other; the work takes longer than a transaction may.
  getStaffingForecast: personEndpoint(routes.getStaffingForecast, async (call) => {
    const allowed = await perform(call);
    if (!allowed.ok) return problem(allowed.refusal);
    const days = call.query.days === undefined ? undefined : Number(call.query.days);
    return answer(await tenantStub(call.env, call.tenantId).staffingForecast(days), (value) => json(200, value));
  }),
  simulateStaffing: personEndpoint(routes.simulateStaffing, async (call) => {
    const allowed = await perform(call);
    if (!allowed.ok) return problem(allowed.refusal);
    return answer(await tenantStub(call.env, call.tenantId).staffingSimulation(call.body), (value) => json(200, value));
  }),
  createCoverRequest: created(routes.createCoverRequest, "coverRequestId"),
  listCoverRequests: performed(routes.listCoverRequests),
  getCoverRequest: performed(routes.getCoverRequest),
  takeCoverRequest: performed(routes.takeCoverRequest),
  withdrawCoverRequest: performed(routes.withdrawCoverRequest),
};
