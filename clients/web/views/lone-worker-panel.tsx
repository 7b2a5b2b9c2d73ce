import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { Failure, Loading, Notice } from "../parts/notice.tsx";
import { now } from "../state/clock.ts";
import { directory } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { isOnline } from "../state/link.ts";
import {
  checkInWorking,
  endWorking,
  isCheckingIn,
  loadWorking,
  startWorking,
  working,
  workingError,
} from "../state/lone-worker.ts";
import { explain } from "../state/problems.ts";
import { countdown, shortTime } from "../state/times.ts";

/** Working alone: say at intervals that all is well, or an alarm is raised. */
export const LoneWorkerPanel = () => {
  const w = words.value.alone;
  return (
    <section class="panel" aria-labelledby="alone">
      <h2 id="alone">
        <Icon name="shield" size={18} />
        {w.title}
      </h2>
      {workingError.value === undefined ? null : (
        <Failure error={workingError.value} retry={() => void loadWorking()} />
      )}
      {working.value === undefined && workingError.value === undefined ? <Loading /> : null}
      {working.value === null ? <Start /> : null}
      {working.value ? <Working /> : null}
    </section>
  );
};

const intervals = [15, 30, 60, 120, 240];

const Start = () => {
  const scenarios = directory.value?.scenarios ?? [];
  const [scenarioId, setScenario] = useState("");
  const [minutes, setMinutes] = useState(30);
  const [siteId, setSite] = useState("");
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const w = words.value.alone;
  const chosen = scenarioId === "" ? (scenarios[0]?.scenarioId ?? "") : scenarioId;

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    const said = note.trim();
    try {
      await startWorking({
        scenarioId: chosen,
        intervalMinutes: minutes,
        ...(siteId === "" ? {} : { siteId }),
        ...(said === "" ? {} : { note: said }),
      });
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  if (scenarios.length === 0) return <p class="quiet">{words.value.raise.noScenarios}</p>;
  return (
    <details class="more">
      <summary>{w.start}</summary>
      <form class="stack" onSubmit={(event) => void submit(event)}>
        <p class="hint">{w.help}</p>
        <label for="alone-interval">{w.interval}</label>
        <select
          id="alone-interval"
          class="input"
          value={String(minutes)}
          onChange={(event) => setMinutes(Number(event.currentTarget.value))}
        >
          {intervals.map((n) => (
            <option key={n} value={String(n)}>
              {w.every(n)}
            </option>
          ))}
        </select>
        <label for="alone-scenario">{w.scenario}</label>
        <select
          id="alone-scenario"
          class="input"
          value={chosen}
          onChange={(event) => setScenario(event.currentTarget.value)}
        >
          {scenarios.map((s) => (
            <option key={s.scenarioId} value={s.scenarioId}>
              {s.name}
            </option>
          ))}
        </select>
        <label for="alone-site">{w.site}</label>
        <select id="alone-site" class="input" value={siteId} onChange={(event) => setSite(event.currentTarget.value)}>
          <option value="">{w.noSite}</option>
          {directory.value?.sites.map((site) => (
            <option key={site.siteId} value={site.siteId}>
              {site.name}
            </option>
          ))}
        </select>
        <label for="alone-note">{w.note}</label>
        <input
          id="alone-note"
          class="input"
          maxLength={200}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <p class="field-problem" role="alert">
          {problem ?? ""}
        </p>
        <button type="submit" class="button button-main" disabled={isBusy}>
          {w.begin}
        </button>
      </form>
    </details>
  );
};

const Working = () => {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const w = words.value.alone;
  const session = working.value;
  if (!session) return null;
  const left = Date.parse(session.dueAt) - now.value;
  const isDue = session.state === "running" && left <= session.warnSeconds * 1_000;
  const end = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await endWorking();
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };
  return (
    <>
      {session.state === "missed" ? (
        <Notice tone="warn" icon="unreached">
          <p>
            <strong>{w.missed(shortTime(session.missedAt ?? session.dueAt))}</strong>
          </p>
          <p>{w.missedHelp}</p>
        </Notice>
      ) : (
        <p class={`alone-clock${isDue ? " alone-due" : ""}`}>
          <span class="figure" aria-hidden="true">
            {countdown(left)}
          </span>
          <span>{w.dueAt(shortTime(session.dueAt))}</span>
        </p>
      )}
      {/* Said once, when the warning begins, and not with every second. */}
      <p class={isDue ? "alone-warning" : "hidden"} role="alert">
        {isDue ? w.due : ""}
      </p>
      {session.state === "missed" ? null : (
        <button type="button" class="button button-main alone-well" onClick={checkInWorking}>
          <Icon name="check" size={22} />
          {w.well}
        </button>
      )}
      <p class="quiet" role="status">
        {isCheckingIn.value
          ? isOnline.value
            ? words.value.mine.sending
            : w.kept
          : session.lastCheckInAt === undefined
            ? ""
            : w.last(shortTime(session.lastCheckInAt))}
      </p>
      <button type="button" class="button" disabled={isBusy} onClick={() => void end()}>
        {w.end}
      </button>
      <p class="field-problem" role="alert">
        {problem ?? ""}
      </p>
    </>
  );
};
