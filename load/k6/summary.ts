/** The end of a run in a few lines. */

/** What k6 hands to `handleSummary`, as far as it is used here. */
export interface Data {
  readonly metrics: Readonly<Record<string, Metric | undefined>>;
}

interface Metric {
  readonly values: Readonly<Record<string, number | undefined>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

export function shortSummary({ metrics }: Data): string {
  const value = (metric: string, what: string): string => metrics[metric]?.values[what]?.toFixed(0) ?? "-";
  const trend = (metric: string): string =>
    `p50 ${value(metric, "med")} · p95 ${value(metric, "p(95)")} · p99 ${value(metric, "p(99)")} · last ${value(metric, "max")} ms`;
  const broken = Object.entries(metrics).flatMap(([name, metric]) =>
    Object.entries(metric?.thresholds ?? {})
      .filter(([, { ok }]) => !ok)
      .map(([rule]) => `${name} ${rule}`),
  );
  return [
    "",
    `alarms raised      ${value("alarms_raised", "count")}, 202 after ${trend("raise_ms")}`,
    `sockets            ${value("devices_done", "count")}, connecting ${trend("ws_connecting")}`,
    `raise to receive   ${trend("alarm_fanout_ms")}`,
    `received ${value("received", "count")} · missed ${value("missed", "count")} · duplicates ${value("duplicates", "count")} · ` +
      `unexpected ${value("unexpected", "count")} · lost sockets ${value("lost_sockets", "count")}`,
    broken.length === 0 ? "all thresholds held" : `NOT HELD: ${broken.join(", ")}`,
    "",
  ].join("\n");
}
