import { useState } from "preact/hooks";
import { StandbyProblem } from "../../sdk/problem.ts";
import { Notice } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";
import { tenant } from "../state/route.ts";
import { logIn, session } from "../state/session.ts";
import { Door } from "./door.tsx";

export const LogIn = () => {
  const [slug, setSlug] = useState(tenant.value ?? "");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value.logIn;
  const why = session.value.state === "out" ? session.value.why : undefined;

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await logIn(slug.trim().toLowerCase(), username.trim(), password);
    } catch (thrown) {
      setError(thrown);
      setPassword("");
      setBusy(false);
    }
  };

  return (
    <Door title={w.title} lead={w.lead}>
      {why === undefined || error !== undefined ? null : (
        <Notice tone={why === "ended" ? "warn" : "good"} icon="info">
          <p>{w[why]}</p>
        </Notice>
      )}
      {error === undefined ? null : (
        <Notice tone="bad" icon="unreached">
          <p>{isWrong(error) ? w.wrong : explain(error)}</p>
        </Notice>
      )}
      <form onSubmit={(event) => void submit(event)}>
        <label for="tenant">{w.tenant}</label>
        <input
          id="tenant"
          class="input"
          required
          autocomplete="organization"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="tenant-hint"
          value={slug}
          onInput={(event) => setSlug(event.currentTarget.value)}
        />
        <p id="tenant-hint" class="hint">
          {w.tenantHint}
        </p>
        <label for="username">{w.username}</label>
        <input
          id="username"
          class="input"
          required
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          value={username}
          onInput={(event) => setUsername(event.currentTarget.value)}
        />
        <label for="password">{w.password}</label>
        <input
          id="password"
          class="input"
          type="password"
          required
          autocomplete="current-password"
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        <button type="submit" class="button button-main button-wide" disabled={isBusy}>
          {isBusy ? w.busy : w.submit}
        </button>
      </form>
    </Door>
  );
};

/** An unknown organisation says no more than a wrong password: which ones exist is nobody's business. */
const isWrong = (error: unknown): boolean =>
  error instanceof StandbyProblem && ["unauthenticated", "not_found", "invalid"].includes(error.code);
