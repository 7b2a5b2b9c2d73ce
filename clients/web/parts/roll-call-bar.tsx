import type { RollCallTotals } from "../../../protocol/roll-calls.ts";
import { words } from "../state/language.ts";
import { count } from "../state/times.ts";

const states = ["accountedFor", "unknown", "missing"] as const;

/** How many are safe, how many are missed, in numbers and as one bar. */
export const RollCallBar = ({ totals }: { totals: RollCallTotals }) => {
  const w = words.value.muster;
  const { visitors } = totals;
  return (
    <>
      <div class="bar" aria-hidden="true">
        {states
          .filter((state) => totals[state] > 0)
          .map((state) => (
            <span key={state} class={`bar-part line-${state}`} style={{ flexGrow: totals[state] }} />
          ))}
      </div>
      <dl class="muster-totals">
        {(["missing", "unknown", "accountedFor"] as const).map((state) => (
          <div key={state} class={`total-${state}${totals[state] === 0 ? " total-zero" : ""}`}>
            <dt>{w.state[state]}</dt>
            <dd class="figure">{count(totals[state])}</dd>
          </div>
        ))}
        {visitors.expected + visitors.accounted === 0 ? null : (
          <div class={visitors.accounted >= visitors.expected ? "total-accountedFor" : "total-missing"}>
            <dt>{w.visitors}</dt>
            <dd class="figure">
              {count(visitors.accounted)}
              <small> / {count(visitors.expected)}</small>
            </dd>
          </div>
        )}
      </dl>
    </>
  );
};
