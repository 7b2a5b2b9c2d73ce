import { useId, useState } from "preact/hooks";
import type { LineState, RollCall, RollCallLine } from "../../../protocol/roll-calls.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Notice } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";
import { sortedLines, tick } from "../state/roll-calls.ts";
import { clockTime, count } from "../state/times.ts";

const lineIcon: Record<LineState, IconName> = { missing: "unreached", unknown: "question", accountedFor: "check" };

/** Rows shown at first; a search finds the others sooner than scrolling does. */
const fewRows = 100;

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

interface Undo {
  line: RollCallLine;
  to: LineState;
}

/** Who is missed, on top; one press ticks somebody off, one more takes it back. */
export const RollCallList = ({ rollCall }: { rollCall: RollCall }) => {
  const [show, setShow] = useState<LineState | "all">("all");
  const [search, setSearch] = useState("");
  const [point, setPoint] = useState("");
  const [limit, setLimit] = useState(fewRows);
  const [undo, setUndo] = useState<Undo | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const id = useId();
  const w = words.value.muster;
  const { rollCallId } = rollCall;
  const isOpen = rollCall.state === "open";
  const wanted = folded(search.trim());
  const rows = sortedLines.value.filter(
    (line) => (show === "all" || line.state === show) && (wanted === "" || folded(line.name).includes(wanted)),
  );
  const points = rollCall.musterPoints.filter((p) => p.musterPointId !== undefined);

  const set = async (line: RollCallLine, state: LineState, canUndo: boolean): Promise<void> => {
    setProblem(undefined);
    const there = state === "accountedFor" && point !== "" ? { musterPointId: point } : {};
    try {
      await tick(rollCallId, line.userId, { state, ...there });
      setUndo(canUndo ? { line, to: line.state } : undefined);
    } catch (error) {
      setProblem(`${line.name}: ${explain(error)}`);
    }
  };

  return (
    <section class="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{w.people}</h2>
      <fieldset class="tiles tiles-few">
        <legend class="hidden">{words.value.alarm.filterLabel}</legend>
        {(["all", "missing", "unknown", "accountedFor"] as const).map((state) => (
          <button
            key={state}
            type="button"
            class={`tile line-tile-${state}`}
            aria-pressed={show === state}
            onClick={() => setShow(state)}
          >
            <span class="tile-name">{state === "all" ? words.value.alarm.all : w.state[state]}</span>
            <span class="tile-number">{count(state === "all" ? rollCall.totals.lines : rollCall.totals[state])}</span>
          </button>
        ))}
      </fieldset>
      <div class="muster-tools">
        <label for={`${id}-search`}>
          {words.value.alarm.searchName}
          <input
            id={`${id}-search`}
            class="input"
            type="search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </label>
        {points.length === 0 || !isOpen ? null : (
          <label for={`${id}-point`}>
            {w.iAmAt}
            <select
              id={`${id}-point`}
              class="input"
              value={point}
              onChange={(event) => setPoint(event.currentTarget.value)}
            >
              <option value="">{w.nowhere}</option>
              {points.map((p) => (
                <option key={p.musterPointId} value={p.musterPointId}>
                  {p.name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {problem === undefined ? null : (
        <Notice tone="bad" icon="unreached">
          <p>{problem}</p>
        </Notice>
      )}
      {rows.length === 0 ? (
        <p class="empty-row quiet">{rollCall.totals.lines === 0 ? w.nobody : words.value.alarm.nobodyMatches}</p>
      ) : null}
      <ul class="lines">
        {rows.slice(0, limit).map((line) => (
          <Line
            key={line.userId}
            line={line}
            rollCall={rollCall}
            set={(state, button) => {
              // The row may move away under the press: the keyboard goes on with the next one.
              const next = button.closest("li")?.nextElementSibling?.querySelector("button");
              void set(line, state, true).then(() => (next ?? document.getElementById(`${id}-search`))?.focus());
            }}
          />
        ))}
      </ul>
      {rows.length > limit ? (
        <button type="button" class="button" onClick={() => setLimit(limit + 500)}>
          {words.value.common.more}
        </button>
      ) : null}
      <div class="undo" role="status">
        {undo === undefined || !isOpen ? null : (
          <p>
            {w.ticked(undo.line.name)}
            <button type="button" class="button" onClick={() => void set(undo.line, undo.to, false)}>
              {w.undo}
            </button>
          </p>
        )}
      </div>
    </section>
  );
};

const Line = (props: {
  line: RollCallLine;
  rollCall: RollCall;
  set: (state: LineState, button: HTMLElement) => void;
}) => {
  const w = words.value.muster;
  const { line, rollCall } = props;
  const { state, name, musterPointId, by, at, self, leftSite, conflict, note } = line;
  const point = rollCall.musterPoints.find((p) => p.musterPointId !== undefined && p.musterPointId === musterPointId);
  const about = [
    point?.name,
    at === undefined || by === undefined ? undefined : w.saidBy(self === true ? w.self : by.name, clockTime(at)),
    leftSite === undefined ? undefined : w.leftSite(clockTime(leftSite)),
    note,
  ].filter((part) => part !== undefined);
  const isHere = state === "accountedFor";
  return (
    <li class={`line line-is-${state}`}>
      <span class={`chip line-chip-${state}`}>
        <Icon name={lineIcon[state]} size={15} />
        {w.state[state]}
      </span>
      <div class="line-who">
        <strong>{name}</strong>
        {about.length === 0 ? null : <span class="quiet">{about.join(" · ")}</span>}
        {conflict === undefined ? null : (
          <span class="count-notReached">
            {w.conflict(conflict.self ? w.self : conflict.by.name, w.state[conflict.state].toLowerCase())}
          </span>
        )}
      </div>
      {rollCall.state === "open" ? (
        <button
          type="button"
          class={isHere ? "button button-plain" : "button"}
          onClick={(event) => props.set(isHere ? "missing" : "accountedFor", event.currentTarget)}
        >
          {isHere ? w.takeBack : w.here}
          <span class="hidden">: {name}</span>
        </button>
      ) : null}
    </li>
  );
};
