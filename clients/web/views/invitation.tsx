import { useState } from "preact/hooks";
import { limits } from "../../../protocol/limits.ts";
import { Notice } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { explain, hasCode } from "../state/problems.ts";
import { tenant } from "../state/route.ts";
import { acceptInvitation } from "../state/session.ts";
import { Door } from "./door.tsx";

/** `/{tenant}/invitation#<code>`: after the `#`, so that the code is in no log of any server. */
export const Invitation = () => {
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [code] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const w = words.value.invitation;
  const slug = tenant.value;

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (slug === undefined) return;
    if (password.length < limits.passwordMin) return setProblem(w.short(limits.passwordMin));
    if (password !== again) return setProblem(w.differ);
    setBusy(true);
    setProblem(undefined);
    try {
      await acceptInvitation(slug, code, password);
    } catch (error) {
      const isUseless = hasCode(error, "expired") || hasCode(error, "not_found") || hasCode(error, "invalid");
      setProblem(isUseless ? w.expired : explain(error));
      setBusy(false);
    }
  };

  if (slug === undefined || code === "")
    return (
      <Door title={w.title} lead={w.noCode}>
        {null}
      </Door>
    );
  return (
    <Door title={w.title} lead={w.lead}>
      {problem === undefined ? null : (
        <Notice tone="bad" icon="unreached">
          <p>{problem}</p>
        </Notice>
      )}
      <form noValidate onSubmit={(event) => void submit(event)}>
        <label for="password">{w.password}</label>
        <input
          id="password"
          class="input"
          type="password"
          required
          autocomplete="new-password"
          aria-describedby="password-hint"
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        <p id="password-hint" class="hint">
          {w.hint}
        </p>
        <label for="again">{w.again}</label>
        <input
          id="again"
          class="input"
          type="password"
          required
          autocomplete="new-password"
          value={again}
          onInput={(event) => setAgain(event.currentTarget.value)}
        />
        <button type="submit" class="button button-main button-wide" disabled={isBusy}>
          {isBusy ? w.busy : w.submit}
        </button>
      </form>
    </Door>
  );
};
