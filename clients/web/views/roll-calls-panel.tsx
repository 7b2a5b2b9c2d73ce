import { useState } from "preact/hooks";
import { Link } from "../parts/link.tsx";
import { KindBanner } from "../parts/marks.tsx";
import { RollCallBar } from "../parts/roll-call-bar.tsx";
import { directory, names } from "../state/directory.ts";
import { useEvery } from "../state/every.ts";
import { words } from "../state/language.ts";
import { loadOpenRollCalls, openRollCalls } from "../state/roll-calls.ts";
import { mayCoordinate } from "../state/session.ts";
import { timeOrDay } from "../state/times.ts";
import { StartRollCall } from "./start-roll-call.tsx";

const askAgainMs = 10_000;

/** Open roll-calls, and for those who lead a way to start one. */
export const RollCallsPanel = () => {
  const [isStarting, setStarting] = useState(false);
  useEvery(askAgainMs, () => void loadOpenRollCalls());
  const w = words.value.muster;
  const { value } = openRollCalls;
  if (value.length === 0 && !mayCoordinate.value) return null;
  return (
    <section aria-labelledby="roll-calls">
      <div class="section-head">
        <h2 id="roll-calls">{w.plural}</h2>
        {mayCoordinate.value && (directory.value?.sites.length ?? 0) > 0 ? (
          <button type="button" class="button" onClick={() => setStarting(true)}>
            {w.start}
          </button>
        ) : null}
      </div>
      {value.length === 0 ? <p class="quiet">{w.none}</p> : null}
      <ul class="cards">
        {value.map((rollCall) => (
          <li key={rollCall.rollCallId} class={`card card-${rollCall.kind}`}>
            <KindBanner kind={rollCall.kind} />
            <h3>
              <Link to={{ view: "rollCall", rollCallId: rollCall.rollCallId }} class="card-link">
                {rollCall.title}
              </Link>
            </h3>
            <p class="quiet">
              {names.value.get(rollCall.siteId) ?? "…"}, {timeOrDay(rollCall.openedAt)}
            </p>
            <RollCallBar totals={rollCall.totals} />
          </li>
        ))}
      </ul>
      {isStarting ? <StartRollCall close={() => setStarting(false)} /> : null}
    </section>
  );
};
