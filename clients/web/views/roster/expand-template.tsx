import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { ShiftImportResult, ShiftTemplate } from "../../../../protocol/rosters.ts";
import { Ask } from "../../parts/ask.tsx";
import { Field } from "../../parts/field.tsx";
import { say } from "../../parts/undo.tsx";
import { words } from "../../state/language.ts";
import { api } from "../../state/session.ts";
import { explainShift } from "../../state/shifts.ts";
import { addDays, mondayOf, today } from "../../state/zoned.ts";
import { ImportOutcome } from "./import-outcome.tsx";

/** Makes shifts of a template for some weeks: the first press looks, the second does it. */
export const ExpandTemplate = ({ template, close }: { template: ShiftTemplate; close: () => void }) => {
  const [from, setFrom] = useState(addDays(mondayOf(today.value), 7));
  const [weeks, setWeeks] = useState("4");
  const [looked, setLooked] = useState<ShiftImportResult | undefined>(undefined);
  const w = words.value.roster;
  const params = { templateId: template.templateId };
  const body = { from, weeks: Number(weeks) };
  const look = async (): Promise<void> => {
    setLooked(await api().call(routes.expandShiftTemplate, { params, query: { dryRun: "true" }, body }));
  };
  const make = async (): Promise<void> => {
    const made = await api().call(routes.expandShiftTemplate, { params, query: { dryRun: "false" }, body });
    say(w.made(made.created, made.updated, made.errors.length));
  };
  const anew = (set: (value: string) => void) => (value: string) => {
    set(value);
    setLooked(undefined);
  };
  const changes = looked === undefined ? 0 : looked.created + looked.updated;
  return (
    <Ask
      title={w.makeShiftsOf(template.name)}
      help={w.expandHelp}
      confirm={looked === undefined ? w.lookFirst : changes === 0 ? words.value.common.close : w.makeNow(changes)}
      say={explainShift}
      close={close}
      {...(looked === undefined ? { stays: true } : {})}
      run={looked === undefined ? look : changes === 0 ? async () => undefined : make}
    >
      <div class="fields">
        <Field label={w.firstDay} type="date" required value={from} onInput={anew(setFrom)} />
        <Field label={w.weeks} type="number" required min={1} max={53} value={weeks} onInput={anew(setWeeks)} />
      </div>
      <div role="status">
        {looked === undefined ? null : <ImportOutcome result={looked} isDone={false} rowName={w.line} />}
      </div>
    </Ask>
  );
};
