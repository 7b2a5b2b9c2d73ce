import { expect, it, test } from "vitest";
import { mayReserve, reservationMs } from "../../actors/registry/reservation.ts";
import { metricsText } from "../../workers/http/metrics-text.ts";
import { readiness } from "../../workers/http/readiness.ts";

const now = 1_800_000_000_000;
const wanted = { slug: "acme", tenantId: "tnt_new" };

test.each([
  ["nobody has it", undefined, true],
  ["the same tenant asks again", { tenantId: "tnt_new", reservedAt: now - 1, confirmedAt: null }, true],
  ["another is being made", { tenantId: "tnt_old", reservedAt: now - reservationMs + 1, confirmedAt: null }, false],
  ["another was never finished", { tenantId: "tnt_old", reservedAt: now - reservationMs, confirmedAt: null }, true],
  ["another has it", { tenantId: "tnt_old", reservedAt: now - 1e9, confirmedAt: now - 1e9 }, false],
])("reserving a slug when %s", (_, held, taken) => {
  expect(mayReserve(held, wanted, now)).toEqual(
    taken ? { ok: true, value: { tenantId: "tnt_new" } } : { ok: false, refusal: { code: "slug_taken" } },
  );
});

test.each([
  ["nothing waits", { pending: 0, parked: 0 }, true, "ok", "ok", 0],
  ["a row waits for a minute", { pending: 1, parked: 0, oldestAt: now - 60_000 }, true, "ok", "ok", 60],
  ["a row waits for longer", { pending: 1, parked: 0, oldestAt: now - 60_001 }, true, "ok", "behind", 60.001],
  ["libSQL is away", { pending: 9, parked: 1, oldestAt: now - 90_000 }, false, "ok", "down", 90],
  ["the registry does not answer", undefined, true, "down", "ok", 0],
] as const)("readiness when %s", (_, backlog, up, alarms, history, oldestSeconds) => {
  expect(readiness(backlog, up, now)).toEqual({
    alarms,
    history,
    outbox: { pending: backlog?.pending ?? 0, parked: backlog?.parked ?? 0, oldestSeconds },
  });
});

it("writes Prometheus text in which every line is a comment or a sample", () => {
  const text = metricsText({
    requests: [
      { route: "raiseAlarm", status: 202, count: 3 },
      { route: "raiseAlarm", status: 401, count: 1 },
    ],
    tenants: 2,
    backlog: { pending: 5, parked: 1, oldestAt: now - 1_500 },
    historyUp: false,
    now,
  });
  const lines = text.trimEnd().split("\n");
  for (const line of lines)
    expect(line).toMatch(/^(# (HELP|TYPE) standby_\w+ .+|standby_\w+(\{\w+="\w+"(,\w+="\w+")*\})? [\d.]+)$/);
  expect(lines).toContain('standby_http_requests_total{route="raiseAlarm",status="202"} 3');
  expect(lines).toContain("standby_tenants 2");
  expect(lines).toContain("standby_outbox_oldest_seconds 1.5");
  expect(lines).toContain("standby_history_up 0");
  expect(text.endsWith("\n")).toBe(true);
});
