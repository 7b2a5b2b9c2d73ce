import { useId, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import { limits } from "../../../../protocol/limits.ts";
import type { ShiftImport, ShiftImportResult } from "../../../../protocol/rosters.ts";
import { Icon } from "../../parts/icon.tsx";
import { Notice } from "../../parts/notice.tsx";
import { PickRole, PickSite } from "../../parts/pick.tsx";
import { words } from "../../state/language.ts";
import { api } from "../../state/session.ts";
import { explainShift } from "../../state/shifts.ts";
import { ImportOutcome } from "./import-outcome.tsx";

interface Chosen {
  name: string;
  format: ShiftImport["format"];
  text: string;
}

/** Looked at, then done: of the same file with the same choices. */
type Step =
  | { state: "chosen" }
  | { state: "looked"; result: ShiftImportResult }
  | { state: "done"; result: ShiftImportResult };

const formatOf = (name: string, text: string): ShiftImport["format"] =>
  /\.(ics|ical|ifb)$/i.test(name) || text.trimStart().toUpperCase().startsWith("BEGIN:VCALENDAR") ? "ical" : "csv";

/** Shifts from a file of another program: first what would happen, then, on a second press, it happens. */
export const ImportShifts = () => {
  const [file, setFile] = useState<Chosen | undefined>(undefined);
  const [siteId, setSite] = useState("");
  const [roleId, setRole] = useState("");
  const [step, setStep] = useState<Step>({ state: "chosen" });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const id = useId();
  const w = words.value.roster;

  const choose = async (picked: File | undefined): Promise<void> => {
    setStep({ state: "chosen" });
    setProblem(undefined);
    setFile(undefined);
    if (picked === undefined) return;
    if (picked.size > limits.importBytes) {
      setProblem(w.tooLarge(limits.importBytes / 1024 / 1024));
      return;
    }
    const text = await picked.text();
    if (text.trim() === "") setProblem(w.emptyFile);
    else setFile({ name: picked.name, format: formatOf(picked.name, text), text });
  };
  const run = async (dryRun: boolean): Promise<void> => {
    if (file === undefined) return;
    setBusy(true);
    setProblem(undefined);
    const { format, text } = file;
    const body = { format, text, ...(siteId === "" ? {} : { siteId }), ...(roleId === "" ? {} : { roleId }) };
    try {
      const result = await api().call(routes.importShifts, { query: { dryRun: dryRun ? "true" : "false" }, body });
      setStep({ state: dryRun ? "looked" : "done", result });
    } catch (error) {
      setProblem(explainShift(error));
    }
    setBusy(false);
  };
  /** Other choices are another import: it has to be looked at again. */
  const anew = (set: (value: string) => void) => (value: string) => {
    set(value);
    setStep({ state: "chosen" });
  };
  const willChange = step.state === "looked" && step.result.created + step.result.updated > 0;

  return (
    <section class="panel import" aria-labelledby="import">
      <h2 id="import">
        <Icon name="file" size={18} />
        {w.importTitle}
      </h2>
      <p class="quiet">{w.importHelp}</p>
      <details class="more">
        <summary>{w.columns}</summary>
        <p>{w.columnsHelp}</p>
        {/* Long lines scroll in their own box. */}
        <pre class="sample">{w.sample}</pre>
      </details>
      <label for={id}>{w.file}</label>
      <input
        id={id}
        class="input"
        type="file"
        accept=".csv,.txt,.tsv,.ics,text/csv,text/calendar"
        onChange={(event) => void choose(event.currentTarget.files?.[0])}
      />
      <div class="fields">
        <PickSite value={siteId} none={w.inFile} onChoose={anew(setSite)} />
        <PickRole value={roleId} none={w.inFile} onChoose={anew(setRole)} />
      </div>
      {problem === undefined ? null : (
        <Notice tone="bad" icon="unreached">
          <p>{problem}</p>
        </Notice>
      )}
      <div class="row-actions">
        <button
          type="button"
          class={willChange ? "button" : "button button-main"}
          disabled={file === undefined || isBusy}
          onClick={() => void run(true)}
        >
          {isBusy ? <span class="spinner" aria-hidden="true" /> : null}
          {w.lookFirst}
        </button>
        {willChange ? (
          <button type="button" class="button button-main" disabled={isBusy} onClick={() => void run(false)}>
            {w.importNow(step.result.created + step.result.updated)}
          </button>
        ) : null}
      </div>
      <div role="status">
        {step.state === "chosen" ? null : (
          <ImportOutcome
            result={step.result}
            isDone={step.state === "done"}
            rowName={file?.format === "ical" ? w.event : w.row}
          />
        )}
      </div>
    </section>
  );
};
