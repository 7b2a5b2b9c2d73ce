/** The end of a run in a few lines. */

/** What k6 hands to `handleSummary`, as far as it is used here. */
export interface Data {
  readonly metrics: Readonly<Record<string, Metric | undefined>>;
}

interface Metric {
  readonly values: Readonly<Record<string, number | undefined>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

export interface Teller {
  metric(metric: string, what: string): number;
  value(metric: string, what: string): string;
  trend(metric: string): string;
}

export const teller = ({ metrics }: Data): Teller => {
  const metric = (name: string, what: string): number => metrics[name]?.values[what] ?? Number.NaN;
  const value = (metric: string, what: string): string => metrics[metric]?.values[what]?.toFixed(0) ?? "-";
  const trend = (metric: string): string =>
    `p50 ${value(metric, "med")} · p95 ${value(metric, "p(95)")} · p99 ${value(metric, "p(99)")} · last ${value(metric, "max")} ms`;
  return { metric, value, trend };
};

export const verdict = ({ metrics }: Data): string => {
  const broken = Object.entries(metrics).flatMap(([name, metric]) =>
    Object.entries(metric?.thresholds ?? {})
      .filter(([, { ok }]) => !ok)
      .map(([rule]) => `${name} ${rule}`),
  );
  return broken.length === 0 ? "all thresholds held" : `NOT HELD: ${broken.join(", ")}`;
};

export const received = ({ value }: Teller): string =>
  `received ${value("received", "count")} · missed ${value("missed", "count")} · duplicates ${value("duplicates", "count")} · ` +
  `unexpected ${value("unexpected", "count")} · lost sockets ${value("lost_sockets", "count")}`;

export function shortSummary(data: Data): string {
  const tell = teller(data);
  return [
    "",
    `alarms raised      ${tell.value("alarms_raised", "count")}, 202 after ${tell.trend("raise_ms")}`,
    `sockets            ${tell.value("devices_done", "count")}, connecting ${tell.trend("ws_connecting")}`,
    `raise to receive   ${tell.trend("alarm_fanout_ms")}`,
    received(tell),
    verdict(data),
    "",
  ].join("\n");
}

export function chatSummary(data: Data): string {
  const tell = teller(data);
  return [
    "",
    `messages           ${tell.value("messages_accepted", "count")}, answered after ${tell.trend("message_accepted_ms")}`,
    `sockets            ${tell.value("devices_done", "count")}, connecting ${tell.trend("ws_connecting")}`,
    `message to reader  ${tell.trend("message_to_reader_ms")}`,
    `out of order       ${tell.value("out_of_order", "count")}`,
    received(tell),
    verdict(data),
    "",
  ].join("\n");
}

export function stormSummary(data: Data): string {
  const tell = teller(data);
  return [
    "",
    `alarms raised      ${tell.value("alarms_raised", "count")}, 202 after ${tell.trend("raise_ms")}`,
    `sockets            ${tell.value("devices_done", "count")}, connecting ${tell.trend("ws_connecting")}`,
    `call to receive    ${tell.trend("called_ms")}`,
    `steps fired        ${tell.value("steps_fired", "count")}, late by ${tell.trend("step_late_ms")}`,
    received(tell),
    verdict(data),
    "",
  ].join("\n");
}
