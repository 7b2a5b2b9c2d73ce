import { useEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { locale, words } from "../state/language.ts";
import { Notice } from "./notice.tsx";

export interface ChartSeries {
  label: string;
  /** Gives the colour by the style sheet: `chart-<tone>`. */
  tone: "one" | "two" | "three" | "four";
  /** One for each moment; null: not told. */
  values: readonly (number | null)[];
  /** What is said where the pointer is, when a bar stands upon others. */
  told?: readonly (number | null)[];
  /** Bars, later ones in front of earlier ones; else a line. */
  bars?: boolean;
}

export interface ChartData {
  /** The beginning of each cell, ms since 1970. */
  times: readonly number[];
  /** Names a cell, where the pointer is. */
  nameOf: (index: number) => string;
  series: readonly ChartSeries[];
  /** A value in words, on the axis and where the pointer is. */
  format: (value: number) => string;
  /** Cells that may not be told of get a ground of their own: an empty place would look like nobody. */
  hidden?: readonly boolean[];
  timeZone: string;
  /** Cells further apart than this have others between them of which there is nothing: no line goes over those. ms. */
  apartMs?: number;
}

const height = 260;

/** What a style sheet says about a colour, as the canvas wants it. */
const colourOf = (box: HTMLElement, selector: string): string => {
  const probe = box.querySelector(selector);
  return probe === null ? "gray" : getComputedStyle(probe).color;
};

const optionsFor = (
  data: ChartData,
  box: HTMLElement,
  Plot: typeof uPlot,
  point: (index: number | undefined) => void,
): uPlot.Options => {
  const ink = colourOf(box, ".chart-ink");
  const line = colourOf(box, ".chart-line");
  const ground = colourOf(box, ".chart-hidden");
  const font = `13px ${getComputedStyle(box).fontFamily}`;
  const axis = { font, stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const isBars = data.series.some(({ bars }) => bars === true);
  const bars = Plot.paths.bars?.({ size: [0.7, 60] });
  return {
    width: Math.max(200, box.clientWidth),
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1_000), data.timeZone),
    scales: {
      // Half a cell of room, so that the first and last bar are whole.
      x: { range: (_, min, max) => padded(data.times, min, max, isBars) },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.1 : 1] },
    },
    axes: [
      { ...axis, space: 70, values: dates(data.timeZone) },
      { ...axis, size: 64, values: (_, splits) => splits.map(data.format) },
    ],
    series: [
      {},
      ...data.series.map(({ tone, bars: isBar, label }): uPlot.Series => {
        const stroke = colourOf(box, `.chart-${tone}`);
        return isBar === true && bars !== undefined
          ? { label, stroke, fill: stroke, width: 0, paths: bars, points: { show: false } }
          : { label, stroke, width: 2, spanGaps: false, gaps: breaks(data) };
      }),
    ],
    hooks: {
      drawClear: [(plot) => shade(plot, data, ground)],
      setCursor: [(plot) => point(plot.cursor.idx ?? undefined)],
    },
  };
};

const padded = (times: readonly number[], min: number, max: number, isBars: boolean): [number, number] => {
  const [first = 0, second = first + 86_400_000] = times;
  const half = isBars || times.length === 1 ? (second - first) / 2_000 : 0;
  return [min - half, max + half];
};

/** The axis in the page's own language and the figures' own time zone. */
const dates =
  (timeZone: string): uPlot.Axis.Values =>
  (_, splits, __, ___, step) => {
    const language = locale.value === "en" ? "en-GB" : "nl-NL";
    const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language, { ...options, timeZone });
    const day = of(step >= 28 * 86_400 ? { month: "short", year: "2-digit" } : { day: "numeric", month: "short" });
    const time = of({ hour: "2-digit", minute: "2-digit" });
    return splits.map((seconds) => {
      const at = new Date(seconds * 1_000);
      const clock = time.format(at);
      return step >= 86_400 || clock === "00:00" ? day.format(at) : clock;
    });
  };

const breaks =
  ({ times, apartMs }: ChartData): uPlot.Series.GapsRefiner =>
  (plot, _, from, to, gaps) => {
    const all = [...gaps];
    for (let i = from; i < to; i++) {
      const [here = 0, next = here] = times.slice(i, i + 2);
      if (next - here <= (apartMs ?? Number.POSITIVE_INFINITY)) continue;
      all.push([plot.valToPos(here / 1_000, "x", true), plot.valToPos(next / 1_000, "x", true)]);
    }
    return all.sort(([a], [b]) => a - b);
  };

const shade = (plot: uPlot, { times, hidden }: ChartData, ground: string): void => {
  if (hidden === undefined) return;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = ground;
  const at = (i: number): number => {
    const [first = 0, second = first] = times;
    const ms = times[i] ?? (times.at(-1) ?? 0) + (second - first);
    return Math.min(Math.max(plot.valToPos(ms / 1_000, "x", true), bbox.left), bbox.left + bbox.width);
  };
  for (let i = 0; i < hidden.length; i++) {
    if (hidden[i] !== true) continue;
    const from = i;
    while (hidden[i + 1] === true) i++;
    ctx.fillRect(at(from), bbox.top, at(i + 1) - at(from), bbox.height);
  }
  ctx.restore();
};

/**
 * A picture of figures that stand in a table as well: screen readers pass over it. The library comes when the first chart does, so
 * that pages that wait for alarms do not carry it; it draws on a canvas and needs no inline style in the page.
 */
export const Chart = ({ data }: { data: ChartData }) => {
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | undefined>(undefined);
  const [isFailed, setFailed] = useState(false);
  useEffect(() => {
    const box = place.current;
    if (box === null) return;
    let plot: uPlot | undefined;
    let isOver = false;
    let Plot: typeof uPlot | undefined;
    const draw = (): void => {
      if (Plot === undefined || isOver) return;
      plot?.destroy();
      const values = data.series.map(({ values: all }) => [...all]);
      const target = box.querySelector<HTMLElement>(".chart-canvas") ?? box;
      plot = new Plot(optionsFor(data, box, Plot, setPointed), [data.times.map((ms) => ms / 1_000), ...values], target);
    };
    import("uplot").then(
      (loaded) => {
        Plot = loaded.default;
        draw();
      },
      () => setFailed(true),
    );
    const sized = new ResizeObserver(() => plot?.setSize({ width: Math.max(200, box.clientWidth), height }));
    sized.observe(box);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    return () => {
      isOver = true;
      sized.disconnect();
      dark.removeEventListener("change", draw);
      plot?.destroy();
    };
  }, [data]);
  const w = words.value.statistics;
  if (isFailed)
    return (
      <Notice tone="warn" icon="info">
        <p>{w.chartFailed}</p>
      </Notice>
    );
  const shown = pointed !== undefined && pointed < data.times.length ? pointed : undefined;
  return (
    <div class="chart" ref={place} aria-hidden="true">
      <span class="chart-ink" />
      <span class="chart-line" />
      <ul class="chart-legend">
        {data.series.map(({ label, tone, values, told }) => (
          <li key={label}>
            <span class={`chart-swatch chart-${tone}`} />
            {label}
            {shown === undefined ? null : <strong>{inWords((told ?? values)[shown], data.format)}</strong>}
          </li>
        ))}
        <li hidden={data.hidden?.includes(true) !== true}>
          <span class="chart-swatch chart-hidden" />
          {w.tooFew}
        </li>
      </ul>
      <p class="chart-pointed">{shown === undefined ? "\u00A0" : data.nameOf(shown)}</p>
      <div class="chart-canvas" />
    </div>
  );
};

const inWords = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? words.value.statistics.tooFew : format(value);
