import { useMemo, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { AlarmStatistics, AlarmStatisticsItem, AlarmTimes } from "../../../../protocol/statistics.ts";
import { Kind } from "../../../../protocol/terms.ts";
import { Chart, type ChartData } from "../../parts/chart.tsx";
import { type FigureCell, FigureTable } from "../../parts/figures.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Select } from "../../parts/select.tsx";
import { TooFew } from "../../parts/too-few.tsx";
import { useAnswer } from "../../state/ask.ts";
import { directory } from "../../state/directory.ts";
import { locale, words } from "../../state/language.ts";
import { api } from "../../state/session.ts";
import { cellNames, monthMs, type Period, spanOf } from "../../state/statistics-times.ts";
import { count, span as duration } from "../../state/times.ts";
import { Part } from "./part.tsx";
import { PeriodFields } from "./period-fields.tsx";

const times = ["firstReceipt", "firstAnswer", "firstComing", "filled", "firstOnScene"] as const;
type Time = (typeof times)[number];

/** How fast alarms were, by month and kind. */
export const AlarmSpeed = () => {
  const [period, setPeriod] = useState<Period>({ from: "", to: "" });
  const [kind, setKind] = useState<Kind>("exercise");
  const [isByScenario, setByScenario] = useState(false);
  const [time, setTime] = useState<Time>("firstComing");
  const all = words.value;
  const w = all.statistics.alarms;
  const span = spanOf(period, "month", Date.now());
  const wrong = typeof span === "string" ? span : undefined;
  const asked = useAnswer(wrong === undefined ? JSON.stringify([period, kind, isByScenario]) : undefined, (signal) =>
    api().call(routes.getAlarmStatistics, {
      query: { kind, by: isByScenario ? "scenario" : "kind", ...(typeof span === "string" ? {} : span) },
      signal,
    }),
  );
  return (
    <Part
      title={w.title}
      help={w.help}
      wrong={wrong}
      asked={asked}
      fields={
        <>
          <Select
            label={w.kind}
            value={kind}
            options={Kind.options.map((value) => ({ value, label: all.kind[value] }))}
            onChoose={(value) => setKind(Kind.parse(value))}
          />
          <Select
            label={w.time}
            value={time}
            options={times.map((value) => ({ value, label: w.times[value] }))}
            onChoose={(value) => setTime(times.find((one) => one === value) ?? "firstComing")}
          />
          <PeriodFields period={period} step="month" onChange={setPeriod} />
          <label class="check">
            <input
              type="checkbox"
              checked={isByScenario}
              onChange={(event) => setByScenario(event.currentTarget.checked)}
            />
            {w.by}
          </label>
        </>
      }
    >
      {(answer) => <Shown answer={answer} time={time} isByScenario={isByScenario} />}
    </Part>
  );
};

const Shown = (props: { answer: AlarmStatistics; time: Time; isByScenario: boolean }) => {
  const { answer, time, isByScenario } = props;
  const { items, timeZone, minimumGroup } = answer;
  const w = words.value.statistics.alarms;
  const nameOf = cellNames("month", timeZone);
  const data = useMemo<ChartData>(() => {
    // Medians of two scenarios have no sum: the chart is of all of them, or there is none.
    const points = isByScenario ? [] : items;
    const at = (which: keyof AlarmTimes[Time]) => points.map(({ times: known }) => known?.[time][which] ?? null);
    return {
      times: points.map(({ month }) => Date.parse(month)),
      nameOf: (i) => nameOf(points[i]?.month ?? ""),
      series: [
        { label: w.half, tone: "one", values: at("median") },
        { label: w.most, tone: "two", values: at("p95") },
      ],
      format: duration,
      apartMs: monthMs,
      timeZone,
    };
  }, [answer, time, isByScenario, locale.value]);
  if (items.length === 0) return <Empty icon="clock" title={w.none} help={w.noneHelp} />;
  const isTimed = items.some((item) => item.times !== null);
  return (
    <>
      {isTimed && !isByScenario ? <Chart data={data} /> : null}
      {items.some((item) => item.times === null) ? <TooFew minimum={minimumGroup} /> : null}
      <FigureTable
        figures={{
          title: w.title,
          file: "standby-alarms",
          columns: [
            { label: w.month },
            ...(isByScenario ? [{ label: w.scenario }] : []),
            { label: w.count, number: true },
            { label: w.timed, number: true },
            ...times.map((one) => ({ label: w.times[one], number: true })),
          ],
          rows: items
            .toSorted((a, b) => b.month.localeCompare(a.month))
            .map((item) => [
              { text: nameOf(item.month), raw: item.month },
              ...(isByScenario ? [scenarioName(item)] : []),
              { text: count(item.alarms), raw: item.alarms },
              { text: count(item.timed), raw: item.timed },
              ...times.map((one) => both(item.times?.[one])),
            ]),
        }}
      />
      <p class="hint">
        {w.timedHelp(minimumGroup)} {words.value.statistics.zone(timeZone)}
      </p>
    </>
  );
};

const scenarioName = ({ scenarioId }: AlarmStatisticsItem): string => {
  if (scenarioId === undefined) return words.value.statistics.alarms.noScenario;
  const known = directory.value?.scenarios.find((one) => one.scenarioId === scenarioId);
  return known?.name ?? words.value.statistics.gone;
};

/** "12 s · 1 min 4 s": half within, 95 % within. */
const both = (known: AlarmTimes[Time] | undefined): FigureCell => {
  if (known === undefined) return null;
  if (known.median === null || known.p95 === null) return words.value.statistics.alarms.never;
  return `${duration(known.median)} · ${duration(known.p95)}`;
};
