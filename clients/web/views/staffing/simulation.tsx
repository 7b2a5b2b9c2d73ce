import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { StaffingSimulation } from "../../../../protocol/staffing.ts";
import { type Hour, HourGrid, HourLegend } from "../../parts/hour-grid.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { Pick } from "../../parts/pick.tsx";
import { useAsked } from "../../state/asked.ts";
import { directory, names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { useNews } from "../../state/planning.ts";
import { api } from "../../state/session.ts";
import { count } from "../../state/times.ts";
import { ownZone, spanIn } from "../../state/zoned.ts";

const days = 7;
const hourMs = 3_600_000;

/** If this happened at any hour of the coming week: would there be enough people, and who would be missed? */
export const Simulation = () => {
  const [scenarioId, setScenario] = useState("");
  const w = words.value.staffing;
  const scenarios = directory.value?.scenarios ?? [];
  const chosen = scenarios.find((one) => one.scenarioId === scenarioId);
  if (directory.value !== undefined && scenarios.length === 0)
    return <Empty icon="siren" title={words.value.raise.noScenarios} help={w.simulationHelp} />;
  return (
    <>
      <p class="quiet lead">{w.simulationHelp}</p>
      <div class="filters">
        <Pick
          label={w.scenario}
          value={scenarioId}
          none={w.chooseScenario}
          options={scenarios.map((s) => ({ value: s.scenarioId, label: s.name }))}
          onChoose={setScenario}
        />
      </div>
      {chosen === undefined ? null : (chosen.requirement ?? []).length === 0 ? (
        <p role="status">{w.asksNothing}</p>
      ) : (
        <Outcome key={chosen.scenarioId} scenarioId={chosen.scenarioId} />
      )}
    </>
  );
};

const Outcome = ({ scenarioId }: { scenarioId: string }) => {
  const { value, error, again } = useAsked(
    (signal) => api().call(routes.simulateStaffing, { body: { scenarioId, days }, signal }),
    [scenarioId],
  );
  useNews(again);
  const w = words.value.staffing;
  return (
    <>
      {error === undefined ? null : <Failure error={error} retry={again} />}
      {value === undefined && error === undefined ? <Loading /> : null}
      {value === undefined ? null : (
        <>
          <p class={`verdict ${value.filledHours < value.hours ? "verdict-short" : "verdict-enough"}`} role="status">
            <Icon name={value.filledHours < value.hours ? "unreached" : "check"} size={22} />
            {w.filledHours(count(value.filledHours), count(value.hours))}
          </p>
          <section class="panel" aria-labelledby="simulated">
            <h2 id="simulated">{w.hourByHour}</h2>
            <HourLegend
              tones={[
                { tone: "enough", text: "✓", name: w.wouldFill },
                { tone: "few", text: "−1", name: w.wouldLack },
                { tone: "nobody", text: "−2", name: w.wouldBeNobody },
              ]}
            />
            <HourGrid caption={w.hourByHour} zone={ownZone} hours={hoursOf(value)} />
          </section>
          <Spans spans={value.spans} />
        </>
      )}
    </>
  );
};

type Span = StaffingSimulation["spans"][number];

const lackOf = ({ lacking }: Span): number => lacking.reduce((sum, { count: n, coming }) => sum + n - coming, 0);

const lackingIn = ({ lacking }: Span): string => {
  const w = words.value.staffing;
  return lacking.map(({ roleId, count: n, coming }) => w.lacks(names.value.get(roleId) ?? "…", coming, n)).join("; ");
};

const hoursOf = ({ from, hours, spans }: StaffingSimulation): Hour[] =>
  Array.from({ length: hours }, (_, i) => Date.parse(from) + i * hourMs).flatMap((at): Hour[] => {
    const w = words.value.staffing;
    const span = spans.find((one) => Date.parse(one.from) <= at && at < Date.parse(one.to));
    if (span === undefined) return [];
    if (span.filled) return [{ at, tone: "enough", text: "✓", label: w.wouldFill }];
    const lack = lackOf(span);
    const tone = span.people === 0 ? "nobody" : "few";
    return [{ at, tone, text: lack === 0 ? "✗" : `−${lack}`, label: `${w.wouldLack}: ${lackingIn(span)}` }];
  });

/** The hours that lack somebody, and whom. */
const Spans = ({ spans }: { spans: readonly Span[] }) => {
  const [limit, setLimit] = useState(12);
  const w = words.value.staffing;
  const short = spans.filter(({ filled }) => !filled);
  if (short.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="spans">
      <h2 id="spans">{w.spans}</h2>
      <div class="table-plain">
        <table class="past">
          <thead>
            <tr>
              <th scope="col">{w.when}</th>
              <th scope="col" class="number">
                {w.couldCome}
              </th>
              <th scope="col">{w.missing}</th>
            </tr>
          </thead>
          <tbody>
            {short.slice(0, limit).map((span) => (
              <tr key={span.from}>
                <th scope="row">{spanIn(span.from, span.to, ownZone)}</th>
                <td class="number" data-label={w.couldCome}>
                  {count(span.people)}
                </td>
                <td data-label={w.missing}>{lackingIn(span) || "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {short.length > limit ? (
        <button type="button" class="button" onClick={() => setLimit(limit + 100)}>
          {words.value.common.more}
        </button>
      ) : null}
    </section>
  );
};
