import { useState } from "preact/hooks";
import { Notice } from "../../parts/notice.tsx";
import { enrolKiosk, isOut } from "../../state/kiosk.ts";
import { words } from "../../state/language.ts";
import { explain, hasCode } from "../../state/problems.ts";
import { tenant } from "../../state/route.ts";
import { Door } from "../door.tsx";

/** `/{tenant}/kiosk#<code>`: after the `#`, so that the code is in no log of any server. */
export const Enrol = () => {
  const [code, setCode] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const w = words.value.kiosk;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      await enrolKiosk(code.trim());
      history.replaceState(null, "", location.pathname);
    } catch (error) {
      setProblem(hasCode(error, "expired") || hasCode(error, "invalid") ? w.codeOver : explain(error));
      setBusy(false);
    }
  };
  if (tenant.value === undefined)
    return (
      <Door title={w.enrolTitle} lead={w.enrolNoTenant}>
        {null}
      </Door>
    );
  const said = problem ?? (isOut.value ? w.out : undefined);
  return (
    <Door title={w.enrolTitle} lead={w.enrolLead}>
      {said === undefined ? null : (
        <Notice tone="bad" icon="unreached">
          <p>{said}</p>
        </Notice>
      )}
      <form onSubmit={(event) => void submit(event)}>
        <label for="kiosk-code">{w.code}</label>
        <input
          id="kiosk-code"
          class="input"
          required
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={code}
          onInput={(event) => setCode(event.currentTarget.value)}
        />
        <button type="submit" class="button button-main button-wide" disabled={isBusy}>
          {isBusy ? w.enrolling : w.enrol}
        </button>
      </form>
    </Door>
  );
};
