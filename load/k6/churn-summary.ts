/** The end of a run of presence-churn in a few lines. */
import { type Data, received, teller, verdict } from "./summary.ts";

/** Above these a figure tells as much about this program, or others, as about the server. */
const LAGGING_MS = 50;
const DISTURBED_PERCENT = 15;

export function churnSummary(data: Data): string {
  const tell = teller(data);
  const { value, trend, metric } = tell;
  const middle = (quiet: string, churn: string): string =>
    `quiet ${value(quiet, "med")} · churn ${value(churn, "med")} ms (worst ${value(quiet, "max")} and ${value(churn, "max")})`;
  const remarks = [
    metric("k6_lag_ms", "p(99)") > LAGGING_MS
      ? `k6 itself was late by ${value("k6_lag_ms", "p(99)")} ms (p99): its times are upper bounds.`
      : "",
    metric("others_percent", "med") > DISTURBED_PERCENT
      ? `Other programs took ${value("others_percent", "med")} % of a core meanwhile: measure again when they are done.`
      : "",
  ].filter((line) => line !== "");
  return [
    "",
    `alarms             ${value("alarms_raised", "count")}, medians over those of each kind`,
    `  202 after        ${middle("raise_quiet_ms", "raise_churn_ms")}`,
    `  receive, p99     ${middle("quiet_p99_ms", "churn_p99_ms")}, ratio ${metric("churn_ratio", "max").toFixed(2)}`,
    `  receive, last    ${middle("quiet_last_ms", "churn_last_ms")}`,
    `  by the walkers   quiet ${trend("walkers_quiet_ms")}`,
    `                   churn ${trend("walkers_churn_ms")}`,
    `  CPU of workerd   ${middle("server_quiet_ms", "server_churn_ms")} a turn with its alarm`,
    `presence changes   ${value("presence_changes", "count")}, unseen ${value("changes_unseen", "count")}`,
    `  CPU of workerd   ${value("change_cpu_us", "max")} us a change, boards included`,
    `  to a watcher     ${trend("to_watcher_ms")}`,
    `    with an alarm  ${trend("to_watcher_alarm_ms")}`,
    `  answered         ${trend("report_answered_ms")}`,
    `board              at most ${metric("frames_a_second", "max").toFixed(2)} frames a second`,
    `generator          k6 late by ${trend("k6_lag_ms")}`,
    `                   listeners held up ${trend("listeners_lag_ms")} · other programs ${value("others_percent", "med")} % of a core (worst ${value("others_percent", "max")})`,
    received(tell),
    ...remarks,
    verdict(data),
    "",
  ].join("\n");
}
