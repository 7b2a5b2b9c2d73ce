import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { Shift } from "../../../../protocol/rosters.ts";
import { Ask } from "../../parts/ask.tsx";
import { Field } from "../../parts/field.tsx";
import { Failure, Notice } from "../../parts/notice.tsx";
import { say } from "../../parts/undo.tsx";
import { useAsked } from "../../state/asked.ts";
import { useEvery } from "../../state/every.ts";
import { words } from "../../state/language.ts";
import { useNews } from "../../state/planning.ts";
import { api, me } from "../../state/session.ts";
import { describeShift, loadShifts } from "../../state/shifts.ts";

const hourMs = 3_600_000;
const askAgainMs = 60_000;

/** Shifts that begin soon and that nobody has: those who lead were, or are about to be, warned of them. */
export const OpenSoon = ({ edit }: { edit: (shift: Shift) => void }) => {
  const [isSetting, setSetting] = useState(false);
  const found = useAsked(
    async (signal) => {
      const { warnHours } = await api().call(routes.getRosterSettings, { signal });
      const shifts = await loadShifts(Date.now(), Date.now() + warnHours * hourMs, { open: true }, signal);
      return { warnHours, shifts };
    },
    ["soon"],
  );
  useNews(found.again);
  useEvery(askAgainMs, found.again);
  const w = words.value.roster;
  const { value, error } = found;
  if (error !== undefined) return <Failure error={error} retry={found.again} />;
  if (value === undefined) return null;
  return (
    <>
      {value.shifts.length === 0 ? null : (
        <Notice tone="warn" icon="unreached">
          <p>
            <strong>{w.openSoon(value.shifts.length, value.warnHours)}</strong>
          </p>
          <ul class="open-soon">
            {value.shifts.map((shift) => (
              <li key={shift.shiftId}>
                <button type="button" class="button" onClick={() => edit(shift)}>
                  {describeShift(shift)}
                </button>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <p class="quiet warn-setting">
        {w.warnedAhead(value.warnHours)}{" "}
        {me.value?.permission === "admin" ? (
          <button type="button" class="button button-plain" onClick={() => setSetting(true)}>
            {words.value.planning.change}
            <span class="hidden">: {w.warnHours}</span>
          </button>
        ) : null}
      </p>
      {isSetting ? <WarnHours hours={value.warnHours} close={() => setSetting(false)} saved={found.again} /> : null}
    </>
  );
};

const WarnHours = (props: { hours: number; close: () => void; saved: () => void }) => {
  const [hours, setHours] = useState(String(props.hours));
  const w = words.value.roster;
  return (
    <Ask
      title={w.warnTitle}
      help={w.warnHelp}
      confirm={words.value.muster.save}
      close={props.close}
      run={async () => {
        await api().call(routes.putRosterSettings, { body: { warnHours: Number(hours) } });
        props.saved();
        say(w.warnedAhead(Number(hours)));
      }}
    >
      <Field label={w.warnHours} type="number" required min={1} max={336} value={hours} onInput={setHours} />
    </Ask>
  );
};
