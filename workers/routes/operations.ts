import { registryStub } from "../../actors/kernel/stubs.ts";
import { routes } from "../../protocol/http/routes.ts";
import { json } from "../http/answers.ts";
import { operatorEndpoint, publicEndpoint } from "../http/endpoint.ts";
import { metricsText } from "../http/metrics-text.ts";
import { historyIsUp, readiness, totalBacklog } from "../http/readiness.ts";
import { requestCounts } from "../http/request-counts.ts";

export const operationEndpoints = {
  healthz: publicEndpoint(routes.healthz, async () => json(200, { status: "ok" })),

  readyz: publicEndpoint(routes.readyz, async ({ env, settings }) => {
    const [backlog, historyUp] = await Promise.all([totalBacklog(env), historyIsUp(env, settings)]);
    const state = readiness(backlog, historyUp, Date.now());
    // Alarms do not wait for the history (I8), so its absence takes nobody out of service.
    return json(state.alarms === "ok" ? 200 : 503, state);
  }),

  metrics: operatorEndpoint(routes.metrics, async ({ env, settings }) => {
    const registry = registryStub(env);
    const [tenants, backlog, historyUp] = await Promise.all([
      registry.tenants(),
      registry.backlog(),
      historyIsUp(env, settings),
    ]);
    const text = metricsText({ requests: requestCounts(), tenants, backlog, historyUp, now: Date.now() });
    return new Response(text, {
      headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Cache-Control": "no-store" },
    });
  }),
};
