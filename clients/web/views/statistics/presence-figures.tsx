import { useMemo, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import { type PresenceStatistics, StatisticsGrid } from "../../../../protocol/statistics.ts";
import { Chart, type ChartData } from "../../parts/chart.tsx";
import { FigureTable } from "../../parts/figures.tsx";
import { Empty, Loading } from "../../parts/notice.tsx";
import { Select } from "../../parts/select.tsx";
import { TooFew } from "../../parts/too-few.tsx";
import { useAnswer } from "../../state/ask.ts";
import { directory, loadZones, names, zones } from "../../state/directory.ts";
import { locale, words } from "../../state/language.ts";
import { api, me } from "../../state/session.ts";
import { cellNames, type Period, spanOf } from "../../state/statistics-times.ts";
import { count } from "../../state/times.ts";
import { Part } from "./part.tsx";
import { PeriodFields } from "./period-fields.tsx";

/** How many people are present in a site: all, of a role or in a zone. */
export const PresenceFigures = () => {
  const [site, setSite] = useState<string | undefined>(undefined);
  const w = words.value.statistics.presence;
  const sites = directory.value?.sites;
  if (sites === undefined) return <Loading />;
  const home = sites.find((one) => one.siteId === me.value?.homeSiteId);
  const siteId = site ?? (home ?? sites[0])?.siteId;
  if (siteId === undefined) return <Empty icon="place" title={w.noSites} help={w.noSitesHelp} />;
  return <OfSite siteId={siteId} choose={setSite} />;
};

const OfSite = ({ siteId, choose }: { siteId: string; choose: (siteId: string) => void }) => {
  const [of, setOf] = useState("");
  const [grid, setGrid] = useState<StatisticsGrid>("hour");
  const [period, setPeriod] = useState<Period>({ from: "", to: "" });
  const w = words.value.statistics.presence;
  void loadZones(siteId);
  const roles = directory.value?.roles ?? [];
  const here = zones.value.get(siteId) ?? [];
  // A zone of the site that was looked at before is none of this one's.
  const series = [...roles.map(({ roleId }) => `role ${roleId}`), ...here.map(({ zoneId }) => `zone ${zoneId}`)];
  const [kind = "", ref = ""] = (series.includes(of) ? of : "").split(" ");
  const span = spanOf(period, grid, Date.now());
  const wrong = typeof span === "string" ? span : undefined;
  const asked = useAnswer(
    wrong === undefined ? JSON.stringify([siteId, kind, ref, grid, period]) : undefined,
    (signal) =>
      api().call(routes.getPresenceStatistics, {
        query: {
          siteId,
          grid,
          ...(kind === "role" ? { roleId: ref } : {}),
          ...(kind === "zone" ? { zoneId: ref } : {}),
          ...(typeof span === "string" ? {} : span),
        },
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
            label={w.site}
            value={siteId}
            options={(directory.value?.sites ?? []).map((one) => ({ value: one.siteId, label: one.name }))}
            onChoose={choose}
          />
          <Select
            label={w.of}
            value={kind === "" ? "" : `${kind} ${ref}`}
            options={[
              { value: "", label: w.everybody },
              ...roles.map(({ roleId, name }) => ({ value: `role ${roleId}`, label: w.role(name) })),
              ...here.map(({ zoneId, name }) => ({ value: `zone ${zoneId}`, label: w.zone(name) })),
            ]}
            onChoose={setOf}
          />
          <Select
            label={w.step}
            value={grid}
            options={StatisticsGrid.options.map((value) => ({ value, label: w.steps[value] }))}
            onChoose={(value) => setGrid(StatisticsGrid.parse(value))}
          />
          <PeriodFields period={period} step={grid} onChange={setPeriod} />
        </>
      }
    >
      {(answer) => <Shown answer={answer} />}
    </Part>
  );
};

const Shown = ({ answer }: { answer: PresenceStatistics }) => {
  const { cells, grid, timeZone, minimumGroup, roundedTo, siteId, roleId, zoneId } = answer;
  const all = words.value.statistics;
  const w = all.presence;
  const nameOf = cellNames(grid, timeZone);
  const data = useMemo<ChartData>(
    () => ({
      times: cells.map(({ from }) => Date.parse(from)),
      nameOf: (i) => nameOf(cells[i]?.from ?? ""),
      series: [
        { label: w.average, tone: "one", values: cells.map(({ average }) => average) },
        { label: w.peak, tone: "two", values: cells.map(({ peak }) => peak) },
      ],
      hidden: cells.map(({ average }) => average === null),
      format: count,
      timeZone,
    }),
    [answer, locale.value],
  );
  const isNothing = cells.every(({ average }) => average === null);
  if (isNothing) return <TooFew minimum={minimumGroup} all />;
  const place = names.value.get(siteId) ?? "";
  const of = names.value.get(roleId ?? zoneId ?? "") ?? w.everybody;
  return (
    <>
      <Chart data={data} />
      {cells.some(({ average }) => average === null) ? <TooFew minimum={minimumGroup} /> : null}
      <FigureTable
        figures={{
          title: `${w.title}: ${place}, ${of}`,
          file: `standby-presence-${grid}-${cells[0]?.from.slice(0, 10)}`,
          columns: [
            { label: w.when },
            { label: w.average, number: true },
            { label: w.peak, number: true },
            { label: w.quarters, number: true },
          ],
          rows: cells.map(({ from, average, peak, quarters }) => [
            { text: nameOf(from), raw: from },
            average === null ? null : { text: count(average), raw: average },
            peak === null ? null : { text: count(peak), raw: peak },
            average === null ? null : { text: count(quarters), raw: quarters },
          ]),
        }}
      />
      <p class="hint">
        {w.rounded(roundedTo)} {all.zone(timeZone)}
      </p>
    </>
  );
};
