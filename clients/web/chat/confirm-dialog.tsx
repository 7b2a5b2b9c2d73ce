import { useId, useState } from "preact/hooks";
import { Modal } from "../parts/modal.tsx";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";

/** Asks before something that cannot be taken back. `act` may fail: then it says why, and can be tried again. */
export const ConfirmDialog = (props: {
  title: string;
  help?: string;
  confirm: string;
  act: () => Promise<void> | void;
  close: () => void;
}) => {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const id = useId();
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await props.act();
      props.close();
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };
  return (
    <Modal role="alertdialog" labelledBy={id} class="sheet" onDismiss={props.close}>
      <div class="sheet-body">
        <h2 id={id} tabIndex={-1} data-focus>
          {props.title}
        </h2>
        {props.help === undefined ? null : <p>{props.help}</p>}
        <p class="field-problem" role="alert">
          {problem ?? ""}
        </p>
        <div class="sheet-foot">
          <button type="button" class="button" onClick={props.close}>
            {words.value.common.cancel}
          </button>
          <button type="button" class="button button-main" disabled={isBusy} onClick={() => void confirm()}>
            {props.confirm}
          </button>
        </div>
      </div>
    </Modal>
  );
};
