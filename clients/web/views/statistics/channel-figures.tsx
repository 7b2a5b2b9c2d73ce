import { useMemo, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { ChannelOutcome, ChannelStatistics } from "../../../../protocol/statistics.ts";
import { Channel, Kind } from "../../../../protocol/terms.ts";
import { Chart, type ChartData } from "../../parts/chart.tsx";
import { FigureTable } from "../../parts/figures.tsx";
import { Empty } from "../../parts/notice.tsx";
import { Select } from "../../parts/select.tsx";
import { TooFew } from "../../parts/too-few.tsx";
import { useAnswer } from "../../state/ask.ts";
import { locale, words } from "../../state/language.ts";
import { api } from "../../state/session.ts";
import { cellNames, monthMs, type Period, spanOf } from "../../state/statistics-times.ts";
import { count } from "../../state/times.ts";
import { Part } from "./part.tsx";
import { PeriodFields } from "./period-fields.tsx";

const outcomes = ["delivered", "sent", "failed", "skipped"] as const satisfies readonly ChannelOutcome[];
const tones = ["one", "two", "three", "four"] as const;

/** What came of messages, by month, kind and channel. */
export const ChannelFigures = () => {
  const [period, setPeriod] = useState<Period>({ from: "", to: "" });
  const [kind, setKind] = useState<Kind>("exercise");
  const [channel, setChannel] = useState<Channel>("push");
  const all = words.value;
  const w = all.statistics.channels;
  const span = spanOf(period, "month", Date.now());
  const wrong = typeof span === "string" ? span : undefined;
  const asked = useAnswer(wrong === undefined ? JSON.stringify(period) : undefined, (signal) =>
    api().call(routes.getChannelStatistics, { query: typeof span === "string" ? {} : span, signal }),
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
            label={w.channel}
            value={channel}
            options={Channel.options.map((value) => ({ value, label: all.channel.name[value] }))}
            onChoose={(value) => setChannel(Channel.parse(value))}
          />
          <PeriodFields period={period} step="month" onChange={setPeriod} />
        </>
      }
    >
      {(answer) => <Shown answer={answer} kind={kind} channel={channel} />}
    </Part>
  );
};

const Shown = ({ answer, kind, channel }: { answer: ChannelStatistics; kind: Kind; channel: Channel }) => {
  const { timeZone, minimumGroup, roundedTo } = answer;
  const items = answer.items.filter((item) => item.kind === kind && item.channel === channel);
  const all = words.value.statistics;
  const w = all.channels;
  const nameOf = cellNames("month", timeZone);
  const figure = (item: (typeof items)[number], outcome: ChannelOutcome): number | null =>
    item.outcomes.find((one) => one.outcome === outcome)?.messages ?? null;
  const data = useMemo<ChartData>(
    () => ({
      times: items.map(({ month }) => Date.parse(month)),
      nameOf: (i) => nameOf(items[i]?.month ?? ""),
      series: outcomes
        .map((outcome, i) => ({
          label: w.outcomes[outcome],
          tone: tones[i] ?? "one",
          values: items.map((item) => figure(item, outcome)),
        }))
        .filter(({ values }) => values.some((value) => value !== null)),
      format: count,
      apartMs: monthMs,
      timeZone,
    }),
    [answer, kind, channel, locale.value],
  );
  if (items.length === 0) return <Empty icon="sent" title={w.none} help={w.noneHelp} />;
  const told = items.flatMap((item) => item.outcomes);
  if (told.every(({ messages }) => messages === null)) return <TooFew minimum={minimumGroup} all />;
  return (
    <>
      <Chart data={data} />
      {told.some(({ messages }) => messages === null) ? <TooFew minimum={minimumGroup} /> : null}
      <FigureTable
        figures={{
          title: w.title,
          file: `standby-messages-${kind}-${channel}`,
          columns: [{ label: w.month }, ...outcomes.map((outcome) => ({ label: w.outcomes[outcome], number: true }))],
          rows: items
            .toSorted((a, b) => b.month.localeCompare(a.month))
            .map((item) => [
              { text: nameOf(item.month), raw: item.month },
              ...outcomes.map((outcome) => {
                const messages = figure(item, outcome);
                return messages === null ? null : { text: count(messages), raw: messages };
              }),
            ]),
        }}
      />
      <p class="hint">
        {w.rounded(roundedTo)} {all.zone(timeZone)}
      </p>
    </>
  );
};
