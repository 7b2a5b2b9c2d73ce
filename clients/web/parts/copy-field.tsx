import { useId, useRef, useState } from "preact/hooks";
import { words } from "../state/language.ts";

/** An address that is to be taken elsewhere: in sight, selected by a touch, copied by a button. */
export const CopyField = ({ label, value }: { label: string; value: string }) => {
  const [state, setState] = useState<"copied" | "copyFailed" | undefined>(undefined);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const w = words.value.feed;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setState("copied");
    } catch {
      // Browsers forbid it without HTTPS, and where somebody said no: then the hand can do it.
      field.current?.select();
      setState("copyFailed");
    }
  };
  return (
    <div class="copy-field">
      <label for={id}>{label}</label>
      <div class="copy-row">
        <input
          id={id}
          ref={field}
          class="input"
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="button" onClick={() => void copy()}>
          {w.copy}
        </button>
      </div>
      <p class="quiet" role="status">
        {state === undefined ? "" : w[state]}
      </p>
    </div>
  );
};
