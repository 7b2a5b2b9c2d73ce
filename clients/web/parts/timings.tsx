import type { Timings } from "../../../protocol/alarms.ts";
import { words } from "../state/language.ts";
import { span } from "../state/times.ts";

/** How fast it was, from acceptance to the devices' own receipts. */
export const TimingList = ({ timings }: { timings: Timings }) => {
  const w = words.value.alarm;
  const { p50, p95, p99, max } = timings.received;
  const rows = [
    [w.commit, timings.commitMs],
    [w.p50, p50],
    [w.p95, p95],
    [w.p99, p99],
    [w.max, max],
  ] as const;
  return (
    <section class="panel" aria-labelledby="timings">
      <h2 id="timings">{w.timings}</h2>
      <dl class="figures">
        {rows.map(([label, ms]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{ms === null ? "–" : span(ms)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
};
