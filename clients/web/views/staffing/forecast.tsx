import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { StaffingForecast, StaffingRule } from "../../../../protocol/staffing.ts";
import { type Hour, HourGrid, HourLegend, type Tone } from "../../parts/hour-grid.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { useAsked } from "../../state/asked.ts";
import { words } from "../../state/language.ts";
import { useNews } from "../../state/planning.ts";
import { api } from "../../state/session.ts";
import { type Gap, loadRules, postOf } from "../../state/staffing.ts";
import { count } from "../../state/times.ts";
import { dayName, dayOf, spanIn, timeOf, zoneOf } from "../../state/zoned.ts";
import { AskToCover } from "./ask-to-cover.tsx";
import { CoverList } from "./cover-list.tsx";

const days = 7;
const hourMs = 3_600_000;

interface Asking {
  rule: StaffingRule;
  missing: number;
  from: number;
  to: number;
}

/** The coming week hour by hour: where it will be too few, in time to ask somebody. */
export const Forecast = () => {
  const [asking, setAsking] = useState<Asking | undefined>(undefined);
  const found = useAsked(
    async (signal) => {
      const [rules, forecast] = await Promise.all([
        loadRules(signal),
        api().call(routes.getStaffingForecast, { query: { days }, signal }),
      ]);
      return { rules, forecast };
    },
    ["forecast"],
  );
  useNews(found.again);
  const w = words.value.staffing;
  const { value, error } = found;
  const close = (): void => {
    setAsking(undefined);
    found.again();
  };
  return (
    <>
      <p class="quiet lead">{w.forecastHelp}</p>
      {error === undefined ? null : <Failure error={error} retry={found.again} />}
      {value === undefined && error === undefined ? <Loading /> : null}
      {value?.forecast.rules.length === 0 ? <Empty icon="people" title={w.noRules} help={w.noRulesHelp} /> : null}
      {value === undefined || value.forecast.rules.length === 0 ? null : (
        <>
          <Gaps {...value} ask={setAsking} />
          <HourLegend
            tones={[
              { tone: "enough", text: "2/2", name: w.legendEnough },
              { tone: "few", text: "1/2", name: w.legendFew },
              { tone: "nobody", text: "0/2", name: w.legendNobody },
              { tone: "off", text: "–", name: w.legendOff },
            ]}
          />
          {value.forecast.rules.map((line) => {
            const rule = value.rules.find((r) => r.staffingRuleId === line.staffingRuleId);
            return rule === undefined ? null : (
              <RuleForecast
                key={line.staffingRuleId}
                rule={rule}
                line={line}
                from={Date.parse(value.forecast.from)}
                ask={setAsking}
                gaps={value.forecast.gaps}
              />
            );
          })}
        </>
      )}
      <CoverList />
      {asking === undefined ? null : <AskToCover {...asking} close={close} />}
    </>
  );
};

/** From now on: what has passed of a gap needs nobody. */
const askFor = (rule: StaffingRule, { from, to, missing }: Gap): Asking => ({
  rule,
  missing,
  from: Math.max(Date.parse(from), Date.now()),
  to: Date.parse(to),
});

const Gaps = (props: { rules: readonly StaffingRule[]; forecast: StaffingForecast; ask: (asking: Asking) => void }) => {
  const w = words.value.staffing;
  const { gaps } = props.forecast;
  const [limit, setLimit] = useState(5);
  const known = gaps.flatMap((gap) => {
    const rule = props.rules.find((r) => r.staffingRuleId === gap.staffingRuleId);
    return rule === undefined ? [] : [{ gap, rule }];
  });
  return (
    <section class="panel" aria-labelledby="gaps">
      <h2 id="gaps">
        {w.gaps} <span class="quiet">{count(known.length)}</span>
      </h2>
      {known.length === 0 ? (
        <p class="verdict verdict-enough">
          <Icon name="check" size={22} />
          {w.noGaps}
        </p>
      ) : null}
      <ul class="covers">
        {known.slice(0, limit).map(({ gap, rule }) => (
          <li key={`${gap.staffingRuleId} ${gap.from}`} class="cover">
            <div>
              <p>
                <strong>{spanIn(gap.from, gap.to, zoneOf(rule.siteId))}</strong>
              </p>
              <p>
                {postOf(rule)}: {w.expectedOf(gap.expected, gap.minimum)}
              </p>
            </div>
            <button type="button" class="button" onClick={() => props.ask(askFor(rule, gap))}>
              {w.askToCover}
              <span class="hidden">
                : {postOf(rule)}, {spanIn(gap.from, gap.to, zoneOf(rule.siteId))}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {known.length > limit ? (
        <button type="button" class="button" onClick={() => setLimit(limit + 20)}>
          {words.value.common.more}
        </button>
      ) : null}
    </section>
  );
};

const toneOf = (expected: number | null, minimum: number): Tone => {
  if (expected === null) return "off";
  if (expected >= minimum) return "enough";
  return expected === 0 ? "nobody" : "few";
};

const RuleForecast = (props: {
  rule: StaffingRule;
  line: StaffingForecast["rules"][number];
  from: number;
  gaps: readonly Gap[];
  ask: (asking: Asking) => void;
}) => {
  const { rule, line, from, gaps, ask } = props;
  const w = words.value.staffing;
  const zone = zoneOf(rule.siteId);
  const { minimum, expected, onShift, weeks } = line;
  const hours = expected.map((number, i): Hour => {
    const at = from + i * hourMs;
    const tone = toneOf(number, minimum);
    const when = `${dayName(dayOf(at, zone))}, ${timeOf(at, zone)}`;
    if (number === null) return { at, tone, text: "–", label: w.hourOff };
    const inWords = w.hourOf(number, minimum, onShift[i] ?? 0);
    const label = tone === "enough" ? inWords : `${when}: ${inWords}. ${w.askToCover}`;
    return { at, tone, text: `${number}/${minimum}`, label };
  });
  const pick = ({ at }: Hour): void => {
    const gap = gaps.find(
      (one) => one.staffingRuleId === rule.staffingRuleId && Date.parse(one.from) <= at && at < Date.parse(one.to),
    );
    if (gap !== undefined) ask({ ...askFor(rule, gap), from: Math.max(at, Date.now()) });
  };
  return (
    <section class="panel" aria-labelledby={`forecast-${rule.staffingRuleId}`}>
      <h2 id={`forecast-${rule.staffingRuleId}`}>{postOf(rule)}</h2>
      <p class="quiet">{weeks === 0 ? w.fromShifts : w.fromWeeks(weeks)}</p>
      <HourGrid caption={w.gridOf(postOf(rule))} zone={zone} hours={hours} onPick={pick} />
    </section>
  );
};
