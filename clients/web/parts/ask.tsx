import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Kind } from "../../../protocol/terms.ts";
import { words } from "../state/language.ts";
import { explain, hasCode } from "../state/problems.ts";
import { KindBanner } from "./marks.tsx";
import { Modal } from "./modal.tsx";
import { Notice } from "./notice.tsx";

interface Props {
  title: string;
  /** Of what it is about: an exercise is one on this screen, too. */
  kind?: Kind;
  /** What will happen, in a sentence. */
  help: string;
  /** The word on the button that does it. */
  confirm: string;
  /** What to say when somebody else was first. */
  conflict?: string;
  /** Other words for what may go wrong here; undefined for the usual ones. */
  say?: (error: unknown) => string | undefined;
  /** Stays when it worked: what follows is asked in the same place. */
  stays?: boolean;
  close: () => void;
  run: () => Promise<void>;
  children?: ComponentChildren;
}

/** A second question before something that reaches people; says what went wrong, and stays, when it did not work. */
export const Ask = ({ title, kind, help, confirm, conflict, say, stays = false, close, run, children }: Props) => {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await run();
      if (stays) setBusy(false);
      else close();
    } catch (error) {
      const known = conflict !== undefined && hasCode(error, "conflict") ? conflict : say?.(error);
      setProblem(known ?? explain(error));
      setBusy(false);
    }
  };
  return (
    <Modal labelledBy="ask-title" describedBy="ask-help" class="sheet" onDismiss={close}>
      {kind === undefined ? null : <KindBanner kind={kind} />}
      <form class="sheet-body" onSubmit={(event) => void submit(event)}>
        <h2 id="ask-title" tabIndex={-1} data-focus>
          {title}
        </h2>
        <p id="ask-help" class="quiet">
          {help}
        </p>
        {children}
        {problem === undefined ? null : (
          <Notice tone="bad" icon="unreached">
            <p>{problem}</p>
          </Notice>
        )}
        <div class="sheet-foot">
          <button type="button" class="button" onClick={close}>
            {words.value.common.cancel}
          </button>
          <button type="submit" class="button button-main" disabled={isBusy}>
            {isBusy ? <span class="spinner" aria-hidden="true" /> : null}
            {confirm}
          </button>
        </div>
      </form>
    </Modal>
  );
};
