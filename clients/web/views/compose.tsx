import { useEffect, useState } from "preact/hooks";
import { OneOf, SomeOf } from "../parts/choice.tsx";
import { kindIcon, urgencyIcon } from "../parts/marks.tsx";
import { PersonSearch } from "../parts/person-search.tsx";
import { directory, loadZones, zones } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { type Draft, discard, edit, replace, targetsOf } from "../state/raise.ts";
import { mayCoordinate } from "../state/session.ts";

/** An alarm in one's own words. */
export const Compose = ({ draft }: { draft: Draft }) => {
  const [tried, setTried] = useState(false);
  const w = words.value;
  const hasTitle = draft.title.trim() !== "";
  const hasTargets = Object.keys(targetsOf(draft)).length > 0;
  return (
    <form
      class="sheet-body"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (hasTitle && hasTargets) edit({ step: "confirm" });
        else event.currentTarget.querySelector<HTMLElement>(hasTitle ? ".who input" : "#raise-text")?.focus();
      }}
    >
      <h2 id="raise-title" tabIndex={-1} data-focus>
        {w.raise.compose}
      </h2>
      <label for="raise-text">{w.raise.name}</label>
      <input
        id="raise-text"
        class="input input-large"
        maxLength={200}
        placeholder={w.raise.namePlaceholder}
        value={draft.title}
        aria-invalid={tried && !hasTitle}
        aria-describedby="raise-text-problem"
        onInput={(event) => edit({ title: event.currentTarget.value })}
      />
      <p id="raise-text-problem" class="field-problem" aria-live="polite">
        {tried && !hasTitle ? w.raise.nameNeeded : ""}
      </p>
      <label for="raise-message">{w.raise.message}</label>
      <textarea
        id="raise-message"
        class="input"
        rows={2}
        maxLength={4000}
        placeholder={w.raise.messagePlaceholder}
        value={draft.message}
        onInput={(event) => edit({ message: event.currentTarget.value })}
      />
      <Who draft={draft} />
      <p class="field-problem" aria-live="polite">
        {tried && !hasTargets ? w.raise.whoNeeded : ""}
      </p>
      <HowPanel draft={draft} />
      <div class="sheet-foot">
        <button type="button" class="button" onClick={discard}>
          {w.common.cancel}
        </button>
        <button type="submit" class="button button-main">
          {w.raise.next}
        </button>
      </div>
    </form>
  );
};

const Who = ({ draft }: { draft: Draft }) => {
  const w = words.value.raise;
  const { sites } = draft;
  useEffect(() => {
    for (const site of sites) void loadZones(site);
  }, [sites]);
  const within = sites.flatMap((site) => zones.value.get(site) ?? []);
  const options = (list: readonly { name: string }[], id: (item: never) => string) =>
    list.map((item) => ({ value: id(item as never), label: item.name }));
  return (
    <fieldset class="who">
      <legend>{w.who}</legend>
      <label class="pick pick-everyone">
        <input type="checkbox" checked={draft.everyone} onChange={(e) => edit({ everyone: e.currentTarget.checked })} />
        <span>{w.everyone}</span>
      </label>
      {draft.everyone ? null : (
        <SomeOf
          label={w.roles}
          options={options(directory.value?.roles ?? [], (r: { roleId: string }) => r.roleId)}
          chosen={draft.roles}
          onChoose={(roles) => edit({ roles })}
        />
      )}
      <SomeOf
        label={w.sites}
        options={options(directory.value?.sites ?? [], (s: { siteId: string }) => s.siteId)}
        chosen={draft.sites}
        onChoose={(chosen) => edit({ sites: chosen })}
      />
      <SomeOf
        label={w.zones}
        options={options(within, (z: { zoneId: string }) => z.zoneId)}
        chosen={draft.zones}
        onChoose={(chosen) => edit({ zones: chosen })}
      />
      <PersonSearch chosen={draft.people} onChoose={(people) => edit({ people })} />
    </fieldset>
  );
};

const severities = ["Extreme", "Severe", "Moderate", "Minor"] as const;

const SeverityChoice = ({ draft }: { draft: Draft }) => {
  const w = words.value;
  const choose = (value: string): void => {
    const chosen = severities.find((s) => s === value);
    const { severity: _, ...rest } = draft;
    replace(chosen === undefined ? rest : { ...rest, severity: chosen });
  };
  return (
    <label>
      {w.raise.severity}
      <select class="input" value={draft.severity ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">
          {draft.scenario === undefined
            ? w.raise.severityNone
            : draft.scenario.severity === undefined
              ? w.raise.severityAsIs
              : w.severity[draft.scenario.severity]}
        </option>
        {severities.map((s) => (
          <option key={s} value={s}>
            {w.severity[s]}
          </option>
        ))}
      </select>
    </label>
  );
};

const kinds = ["actual", "exercise", "test"] as const;
const urgencies = ["urgent", "normal", "information"] as const;

/** Kind, urgency and silence, of a scenario as well as of an own text. Others than coordinators choose the kind alone. */
export const HowPanel = ({ draft }: { draft: Draft }) => {
  const w = words.value;
  return (
    <div class="how">
      <OneOf
        label={w.raise.kind}
        name="kind"
        value={draft.kind}
        options={kinds.map((k) => ({ value: k, label: w.kind[k], help: w.kindHelp[k], icon: kindIcon[k] }))}
        onChoose={(kind) => edit({ kind })}
      />
      {mayCoordinate.value ? (
        <>
          <OneOf
            label={w.raise.urgency}
            name="urgency"
            value={draft.urgency}
            options={urgencies.map((u) => ({ value: u, label: w.urgency[u], icon: urgencyIcon[u] }))}
            onChoose={(urgency) => edit({ urgency })}
          />
          <SeverityChoice draft={draft} />
          <label class="check">
            <input type="checkbox" checked={draft.silent} onChange={(e) => edit({ silent: e.currentTarget.checked })} />
            <span>
              {w.silent}
              <small>{w.silentHelp}</small>
            </span>
          </label>
        </>
      ) : null}
    </div>
  );
};
