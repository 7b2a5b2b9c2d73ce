import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { Shift } from "../../../../protocol/rosters.ts";
import { Ask } from "../../parts/ask.tsx";
import { Field } from "../../parts/field.tsx";
import { say } from "../../parts/undo.tsx";
import { words } from "../../state/language.ts";
import { explain, hasCode } from "../../state/problems.ts";
import { api } from "../../state/session.ts";
import { linesOf } from "../../state/templates.ts";
import { addDays } from "../../state/zoned.ts";

/** Keeps what the week shows as a template. */
export const KeepWeek = (props: { monday: string; shifts: readonly Shift[]; close: () => void }) => {
  const [name, setName] = useState("");
  const [withPeople, setWithPeople] = useState(true);
  const { lines, left } = linesOf(props.shifts, props.monday, addDays(props.monday, 6), withPeople);
  const w = words.value.roster;
  return (
    <Ask
      title={w.keepWeek}
      help={w.keepHelp(lines.length)}
      confirm={words.value.muster.save}
      say={(error) => (hasCode(error, "name_taken") ? w.nameTaken : explain(error))}
      close={props.close}
      run={async () => {
        await api().call(routes.createShiftTemplate, { body: { name: name.trim(), lines } });
        say(w.kept);
      }}
    >
      <Field label={w.templateName} required maxLength={100} value={name} onInput={setName} />
      <label class="check">
        <input type="checkbox" checked={withPeople} onChange={(event) => setWithPeople(event.currentTarget.checked)} />
        <span>
          {w.withPeople}
          <small>{w.withPeopleHelp}</small>
        </span>
      </label>
      {left === 0 ? null : <p class="hint">{w.leftOut(left)}</p>}
    </Ask>
  );
};
