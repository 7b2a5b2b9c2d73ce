import { useState } from "preact/hooks";
import { type Alarm, EndReason } from "../../../protocol/alarms.ts";
import { KindBanner } from "../parts/marks.tsx";
import { Modal } from "../parts/modal.tsx";
import { Notice } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { changedTo } from "../state/live-alarm.ts";
import { explain, hasCode } from "../state/problems.ts";
import { api } from "../state/session.ts";

/** Ends an alarm, with the reason that everybody who got it is told. */
export const StandDownDialog = ({ alarm, close }: { alarm: Alarm; close: () => void }) => {
  const [reason, setReason] = useState<EndReason>(alarm.kind === "actual" ? "over" : "exerciseOver");
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const w = words.value;

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    const said = text.trim();
    try {
      const ended = await api().standDown(alarm.alarmId, { reason, ...(said === "" ? {} : { text: said }) });
      changedTo(ended);
      close();
    } catch (error) {
      setProblem(hasCode(error, "conflict") ? w.alarm.gone : explain(error));
      setBusy(false);
    }
  };

  return (
    <Modal labelledBy="stand-down-title" describedBy="stand-down-help" class="sheet" onDismiss={close}>
      <KindBanner kind={alarm.kind} />
      <form class="sheet-body" onSubmit={(event) => void submit(event)}>
        <h2 id="stand-down-title" tabIndex={-1} data-focus>
          {w.alarm.standDownTitle}
        </h2>
        <p>
          <strong>{alarm.title}</strong>
        </p>
        <p id="stand-down-help" class="quiet">
          {w.alarm.standDownHelp}
        </p>
        <fieldset class="reasons">
          <legend>{w.alarm.why}</legend>
          {EndReason.options
            .filter((r) => r !== "exerciseOver" || alarm.kind !== "actual")
            .map((r) => (
              <label key={r} class="check">
                <input type="radio" name="reason" value={r} checked={r === reason} onChange={() => setReason(r)} />
                <span>{w.endReason[r]}</span>
              </label>
            ))}
        </fieldset>
        <label for="stand-down-text">{w.alarm.standDownText}</label>
        <input
          id="stand-down-text"
          class="input"
          maxLength={500}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {problem === undefined ? null : (
          <Notice tone="bad" icon="unreached">
            <p>{problem}</p>
          </Notice>
        )}
        <div class="sheet-foot">
          <button type="button" class="button" onClick={close}>
            {w.common.cancel}
          </button>
          <button type="submit" class="button button-main" disabled={isBusy}>
            {isBusy ? w.alarm.standDownBusy : w.alarm.standDownConfirm}
          </button>
        </div>
      </form>
    </Modal>
  );
};
