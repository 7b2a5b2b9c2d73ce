import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";
import { Notice } from "./notice.tsx";

interface Done {
  /** What was done, in a sentence. */
  text: string;
  undo?: () => Promise<void>;
}

const last = signal<Done | undefined>(undefined);

/** Says what was done; with `undo` it can be taken back until the next thing is done or the view is left. */
export const say = (text: string, undo?: () => Promise<void>): void => {
  last.value = undo === undefined ? { text } : { text, undo };
};

/** What was done last on this view. */
export const DoneBar = () => {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    setProblem(undefined);
    setBusy(false);
  }, [last.value]);
  useEffect(
    () => () => {
      last.value = undefined;
    },
    [],
  );
  const { value } = last;
  const takeBack = async (undo: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await undo();
      last.value = { text: words.value.planning.undone };
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };
  return (
    <>
      <div class="undo" role="status">
        {value === undefined ? null : (
          <p>
            <span>{value.text}</span>
            {value.undo === undefined ? null : (
              <button
                type="button"
                class="button"
                disabled={isBusy}
                onClick={() => void (value.undo === undefined ? undefined : takeBack(value.undo))}
              >
                {words.value.muster.undo}
              </button>
            )}
          </p>
        )}
      </div>
      {problem === undefined ? null : (
        <Notice tone="bad" icon="unreached">
          <p>{problem}</p>
        </Notice>
      )}
    </>
  );
};
