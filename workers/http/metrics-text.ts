import type { TotalBacklog } from "../../actors/registry/backlog-board.ts";
import type { RequestCount } from "./request-counts.ts";

export interface Measured {
  requests: readonly RequestCount[];
  tenants: number;
  backlog: TotalBacklog;
  historyUp: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

const metric = (name: string, type: "counter" | "gauge", help: string, ...samples: readonly string[]): string =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples, ""].join("\n");

/** Prometheus text exposition, version 0.0.4. Labels hold route ids and statuses, never a tenant or a person (T22). */
export const metricsText = ({ requests, tenants, backlog, historyUp, now }: Measured): string =>
  [
    metric(
      "standby_http_requests_total",
      "counter",
      "Requests answered, by route and status.",
      ...requests.map((r) => `standby_http_requests_total{route="${r.route}",status="${r.status}"} ${r.count}`),
    ),
    metric("standby_tenants", "gauge", "Tenants.", `standby_tenants ${tenants}`),
    metric(
      "standby_outbox_pending",
      "gauge",
      "Records that wait for the history, as far as actors have reported.",
      `standby_outbox_pending ${backlog.pending}`,
    ),
    metric(
      "standby_outbox_parked",
      "gauge",
      "Records that the history keeps refusing.",
      `standby_outbox_parked ${backlog.parked}`,
    ),
    metric(
      "standby_outbox_oldest_seconds",
      "gauge",
      "Age of the oldest record that waits.",
      `standby_outbox_oldest_seconds ${backlog.oldestAt === undefined ? 0 : Math.max(0, now - backlog.oldestAt) / 1_000}`,
    ),
    metric("standby_history_up", "gauge", "1 when libSQL answers.", `standby_history_up ${historyUp ? 1 : 0}`),
  ].join("");
