import { useState } from "preact/hooks";
import {
  type AvailabilityPattern,
  type HolidayList,
  type HolidayName,
  NewAvailabilityPattern,
} from "../../../../protocol/availability.ts";
import { routes } from "../../../../protocol/http/routes.ts";
import { limits } from "../../../../protocol/limits.ts";
import { OneOf } from "../../parts/choice.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Failure, Loading, Notice } from "../../parts/notice.tsx";
import { words } from "../../state/language.ts";
import { useLoaded } from "../../state/loaded.ts";
import { loadOwnWeek } from "../../state/own-week.ts";
import { explain } from "../../state/problems.ts";
import { api } from "../../state/session.ts";
import { dateName } from "../../state/times.ts";
import { blockProblem, Hours, type HoursDraft, toBlock, toDraft } from "./hours.tsx";

/** The weekly pattern: hours on the person's own clock, per role where the person wants, and what holidays mean. */
export const Week = () => {
  const pattern = useLoaded((signal) => api().call(routes.getAvailabilityPattern, { signal }));
  const w = words.value.week;
  return (
    <section class="panel" aria-labelledby="week">
      <h2 id="week">
        <Icon name="clock" size={18} />
        {w.title}
      </h2>
      {pattern.error === undefined ? null : <Failure error={pattern.error} retry={pattern.reload} />}
      {pattern.value === undefined && pattern.error === undefined ? <Loading /> : null}
      {pattern.value === undefined ? null : <WeekForm pattern={pattern.value} />}
    </section>
  );
};

const deviceZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

const usual: HoursDraft = { key: 0, weekdays: [1, 2, 3, 4, 5], from: "08:00", to: "17:00", roleIds: [] };
type Holidays = AvailabilityPattern["holidays"];

const WeekForm = ({ pattern }: { pattern: AvailabilityPattern }) => {
  const [mode, setMode] = useState<"always" | "hours">(pattern.blocks === undefined ? "always" : "hours");
  const [blocks, setBlocks] = useState<readonly HoursDraft[]>((pattern.blocks ?? []).map(toDraft));
  const [holidays, setHolidays] = useState<Holidays>(pattern.holidays);
  const [timeZone, setTimeZone] = useState(pattern.timeZone);
  const [state, setState] = useState<"same" | "changed" | "busy" | "saved">("same");
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isTried, setTried] = useState(false);
  const w = words.value.week;
  const change = (run: () => void): void => {
    run();
    setState("changed");
    setProblem(undefined);
  };
  const add = (): void =>
    change(() => setBlocks([...blocks, { ...usual, key: Math.max(0, ...blocks.map(({ key }) => key)) + 1 }]));

  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (mode === "hours" && blocks.some((block) => blockProblem(block) !== undefined)) return;
    setState("busy");
    setProblem(undefined);
    const body = { timeZone, holidays, ...(mode === "always" ? {} : { blocks: blocks.map(toBlock) }) };
    try {
      await api().call(routes.putAvailabilityPattern, { body: NewAvailabilityPattern.parse(body) });
      setState("saved");
      setTried(false);
      void loadOwnWeek();
    } catch (error) {
      setProblem(explain(error));
      setState("changed");
    }
  };

  return (
    <form class="week" noValidate onSubmit={(event) => void save(event)}>
      <OneOf
        label={w.mode}
        name="week-mode"
        value={mode}
        options={[
          { value: "always", label: w.always },
          { value: "hours", label: w.hours },
        ]}
        onChoose={(next) =>
          change(() => {
            setMode(next);
            if (next === "hours" && blocks.length === 0) setBlocks([usual]);
          })
        }
      />
      {mode === "always" ? null : (
        <>
          {blocks.length === 0 ? <p class="field-problem">{w.none}</p> : null}
          {blocks.map((block, index) => (
            <Hours
              key={block.key}
              number={index + 1}
              block={block}
              problem={isTried ? blockProblem(block) : undefined}
              onChange={(next) => change(() => setBlocks(blocks.map((b) => (b === block ? next : b))))}
              onRemove={() => change(() => setBlocks(blocks.filter((b) => b !== block)))}
            />
          ))}
          <button
            type="button"
            class="button week-add"
            disabled={blocks.length >= limits.availabilityBlocks}
            onClick={add}
          >
            {w.add}
          </button>
          <label for="week-zone">{w.timeZone}</label>
          <select
            id="week-zone"
            class="input"
            value={timeZone}
            onChange={(event) => {
              const { value } = event.currentTarget;
              change(() => setTimeZone(value));
            }}
          >
            {zoneNames(timeZone).map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </select>
          {timeZone === deviceZone ? null : <p class="hint">{w.otherZone(deviceZone.replaceAll("_", " "))}</p>}
        </>
      )}
      <OneOf
        label={w.holidays}
        name="week-holidays"
        value={holidays}
        options={[
          { value: "asUsual", label: w.holidaysAsUsual },
          { value: "unavailable", label: w.holidaysOff },
        ]}
        onChoose={(next) => change(() => setHolidays(next))}
      />
      <HolidayNames />
      {problem === undefined ? null : (
        <Notice tone="bad" icon="unreached">
          <p>
            {w.failed} {problem}
          </p>
        </Notice>
      )}
      <div class="week-foot">
        <button type="submit" class="button button-main" disabled={state === "busy" || state === "same"}>
          {state === "busy" ? <span class="spinner" aria-hidden="true" /> : null}
          {w.save}
        </button>
        <p class="quiet" role="status">
          {state === "saved" ? w.saved : state === "changed" ? w.unsaved : ""}
        </p>
      </div>
    </form>
  );
};

/** All zones that this browser knows; the one that is set is always among them. */
const zoneNames = (current: string): string[] =>
  [...new Set([current, ...Intl.supportedValuesOf("timeZone")])].toSorted();

export const holidayName = (day: { holiday?: HolidayName | undefined; name?: string | undefined }): string =>
  day.holiday === undefined ? (day.name ?? "") : words.value.holidays.names[day.holiday];

/** Which days the choice above is about. */
const HolidayNames = () => {
  const holidays = useLoaded((signal): Promise<HolidayList> => api().call(routes.getHolidays, { signal }));
  const w = words.value.week;
  if (holidays.error !== undefined) return <Failure error={holidays.error} retry={holidays.reload} />;
  if (holidays.value === undefined) return null;
  const days = holidays.value.holidays;
  if (days.length === 0) return <p class="hint">{w.noHolidays}</p>;
  return (
    <details class="holiday-names">
      <summary>{w.holidayList}</summary>
      <ul>
        {days.map((day) => (
          <li key={day.date}>
            <span class="quiet">{dateName(day.date)}</span> {holidayName(day)}
          </li>
        ))}
      </ul>
    </details>
  );
};
