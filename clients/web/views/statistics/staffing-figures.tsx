import { useMemo, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { StaffingRule } from "../../../../protocol/staffing.ts";
import type { StaffingStatistics } from "../../../../protocol/statistics.ts";
import { Chart, type ChartData } from "../../parts/chart.tsx";
import { FigureTable } from "../../parts/figures.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Select } from "../../parts/select.tsx";
import { useAnswer } from "../../state/ask.ts";
import { names } from "../../state/directory.ts";
import { locale, words } from "../../state/language.ts";
import { api } from "../../state/session.ts";
import { cellNames, decimal, type Period, percentage, spanOf } from "../../state/statistics-times.ts";
import { Part } from "./part.tsx";
import { PeriodFields } from "./period-fields.tsx";

interface Answer extends StaffingStatistics {
  rules: readonly StaffingRule[];
}

const load = async (span: { from?: string | undefined; to?: string | undefined }, signal: AbortSignal) => {
  const rules: StaffingRule[] = [];
  const [answer] = await Promise.all([
    api().call(routes.getStaffingStatistics, { query: span, signal }),
    (async () => {
      for await (const one of api().items(routes.listStaffingRules, { query: { limit: 200 }, signal })) rules.push(one);
    })(),
  ]);
  return { ...answer, rules };
};

/** Hours in which rules were kept and missed, by week. No count of people is in them, so nothing is left out. */
export const StaffingFigures = () => {
  const [period, setPeriod] = useState<Period>({ from: "", to: "" });
  const [rule, setRule] = useState("");
  const w = words.value.statistics.staffing;
  const span = spanOf(period, "week", Date.now());
  const wrong = typeof span === "string" ? span : undefined;
  const asked = useAnswer<Answer>(wrong === undefined ? JSON.stringify(period) : undefined, (signal) =>
    load(typeof span === "string" ? {} : span, signal),
  );
  const nameOf = namesOf(asked.answer);
  const known = [...new Set(asked.answer?.items.map(({ staffingRuleId }) => staffingRuleId))];
  return (
    <Part
      title={w.title}
      help={w.help}
      wrong={wrong}
      asked={asked}
      fields={
        <>
          <Select
            label={w.rule}
            value={known.includes(rule) ? rule : ""}
            options={[
              { value: "", label: w.all },
              ...known.map((value) => ({ value, label: nameOf(value) })).sort((a, b) => a.label.localeCompare(b.label)),
            ]}
            onChoose={setRule}
          />
          <PeriodFields period={period} step="week" onChange={setPeriod} />
        </>
      }
    >
      {(answer) => <Shown answer={answer} rule={known.includes(rule) ? rule : ""} nameOf={nameOf} />}
    </Part>
  );
};

const namesOf = (answer: Answer | undefined): ((staffingRuleId: string) => string) => {
  const w = words.value.statistics;
  const byId = new Map(answer?.rules.map((one) => [one.staffingRuleId, one]));
  return (staffingRuleId) => {
    const rule = byId.get(staffingRuleId);
    if (rule === undefined) return `${staffingRuleId} (${w.gone})`;
    const { name, minimum, roleId, siteId } = rule;
    const place = siteId === undefined ? w.staffing.everywhere : (names.value.get(siteId) ?? w.gone);
    return name ?? w.staffing.atLeast(minimum, names.value.get(roleId) ?? w.gone, place);
  };
};

const Shown = (props: { answer: Answer; rule: string; nameOf: (staffingRuleId: string) => string }) => {
  const { answer, rule } = props;
  const all = words.value.statistics;
  const w = all.staffing;
  const { timeZone } = answer;
  const items = rule === "" ? answer.items : answer.items.filter(({ staffingRuleId }) => staffingRuleId === rule);
  const weekName = cellNames("week", timeZone);
  const data = useMemo<ChartData>(() => {
    const weeks = [...new Set(items.map(({ week }) => week))].sort();
    const sum = (week: string, which: "keptHours" | "missedHours"): number =>
      items.reduce((total, one) => total + (one.week === week ? one[which] : 0), 0);
    const kept = weeks.map((week) => sum(week, "keptHours"));
    return {
      times: weeks.map((week) => Date.parse(week)),
      nameOf: (i) => weekName(weeks[i] ?? ""),
      // Missed hours on top of kept ones: the bar behind has both.
      series: [
        {
          label: w.missed,
          tone: "three",
          bars: true,
          values: weeks.map((week, i) => (kept[i] ?? 0) + sum(week, "missedHours")),
          told: weeks.map((week) => sum(week, "missedHours")),
        },
        { label: w.kept, tone: "one", bars: true, values: kept },
      ],
      format: (hours) => all.hours(decimal(hours)),
      timeZone,
    };
  }, [answer, rule, locale.value]);
  if (items.length === 0) return <Empty icon="clock" title={w.none} help={w.noneHelp} />;
  return (
    <>
      <Chart data={data} />
      <FigureTable
        figures={{
          title: w.title,
          file: "standby-staffing",
          columns: [
            { label: w.week },
            { label: w.rule },
            { label: w.kept, number: true },
            { label: w.missed, number: true },
            { label: w.share, number: true },
          ],
          rows: items
            .toSorted((a, b) => b.week.localeCompare(a.week))
            .map(({ week, staffingRuleId, keptHours, missedHours }) => [
              { text: weekName(week), raw: week },
              props.nameOf(staffingRuleId),
              { text: all.hours(decimal(keptHours)), raw: keptHours },
              { text: all.hours(decimal(missedHours)), raw: missedHours },
              percentage(keptHours / (keptHours + missedHours)),
            ]),
        }}
      />
      <p class="hint">{all.zone(timeZone)}</p>
    </>
  );
};
