import type { Kind } from "../../../protocol/terms.ts";
import { KindBanner } from "../parts/marks.tsx";
import { Modal } from "../parts/modal.tsx";
import { Notice } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { type Draft, discard, draft } from "../state/raise.ts";
import { Compose } from "./compose.tsx";
import { Confirm } from "./confirm.tsx";

export const RaiseDialog = () => {
  const { value } = draft;
  if (value === undefined) return null;
  // A raise that is under way is not called off by Escape.
  const dismiss = (): void => {
    if (draft.value?.step !== "sending") discard();
  };
  return (
    <Modal
      labelledBy="raise-title"
      class={`sheet sheet-${value.kind}`}
      stage={value.step === "sending" ? "confirm" : value.step}
      onDismiss={dismiss}
    >
      <Step draft={value} />
    </Modal>
  );
};

const Step = ({ draft: value }: { draft: Draft }) => {
  switch (value.step) {
    case "compose":
      return <Compose draft={value} />;
    case "done":
      return <Done kind={value.kind} recipients={value.recipients ?? 0} />;
    default:
      return <Confirm draft={value} />;
  }
};

const Done = ({ kind, recipients }: { kind: Kind; recipients: number }) => {
  const w = words.value;
  return (
    <>
      <KindBanner kind={kind} />
      <div class="sheet-body">
        <h2 id="raise-title" tabIndex={-1} data-focus>
          {w.raise.done}
        </h2>
        <RaisedNotice recipients={recipients} />
        <div class="sheet-foot">
          <button type="button" class="button button-main" onClick={discard}>
            {w.common.close}
          </button>
        </div>
      </div>
    </>
  );
};

/** What the server answered: how many get it, or that nobody does. */
export const RaisedNotice = ({ recipients }: { recipients: number }) =>
  recipients === 0 ? (
    <Notice tone="warn" icon="unreached">
      <p>
        <strong>{words.value.raise.nobody}</strong>
      </p>
    </Notice>
  ) : (
    <Notice tone="good" icon="check">
      <p>{words.value.raise.sent(recipients)}</p>
    </Notice>
  );
