import { useEffect } from "preact/hooks";
import type { Parts, Scenario } from "../../../protocol/scenarios.ts";
import { Icon } from "../parts/icon.tsx";
import { KindBanner, kindIcon } from "../parts/marks.tsx";
import { Notice } from "../parts/notice.tsx";
import { directory, loadZones, names } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { placeholdersOf, withValues } from "../state/placeholders.ts";
import { type Draft, discard, edit, raise, targetsOf } from "../state/raise.ts";
import { mayCoordinate } from "../state/session.ts";
import { describeTargets } from "../state/targets.ts";
import { HowPanel } from "./compose.tsx";
import { PreviewPanel } from "./preview.tsx";

/** The last look before people are called: what, who, which kind, how urgent. */
export const Confirm = ({ draft }: { draft: Draft }) => {
  const w = words.value;
  const targets = targetsOf(draft);
  const isSending = draft.step === "sending";
  useEffect(() => {
    // Names of zones are fetched by site; those of a scenario may be in any.
    if (targets.zones?.some((id) => !names.value.has(id)))
      for (const site of directory.value?.sites ?? []) void loadZones(site.siteId);
  }, []);
  const title = draft.scenario?.title ?? draft.title;
  const message = draft.scenario?.message ?? draft.message;
  return (
    <>
      <KindBanner kind={draft.kind} />
      <div class="sheet-body">
        <p class="sheet-step">{w.raise.confirmTitle}</p>
        <h2 id="raise-title" tabIndex={-1} data-focus>
          {withValues(title, draft.values)}
        </h2>
        {message === "" ? null : <p class="message">{withValues(message, draft.values)}</p>}
        {draft.scenario?.parts === undefined ? null : <PartList parts={draft.scenario.parts} values={draft.values} />}
        <p class="goes-to">
          <Icon name="people" />
          <span>
            <span class="quiet">{w.raise.whoGets}</span>
            <strong>
              {describeTargets(
                targets,
                draft.people.map((p) => p.name),
              )}
            </strong>
          </span>
        </p>
        <fieldset class="plain" disabled={isSending}>
          {draft.scenario === undefined ? null : <ValueFields draft={draft} scenario={draft.scenario} />}
          <HowPanel draft={draft} />
        </fieldset>
        {mayCoordinate.value ? <PreviewPanel draft={draft} /> : null}
        {draft.mustConfirm === true ? (
          <Notice tone="warn" icon="question">
            <p>{w.raise.oneMore}</p>
          </Notice>
        ) : null}
        {draft.problem === undefined ? null : (
          <Notice tone="bad" icon="unreached">
            <p>{draft.problem}</p>
            {draft.key === undefined ? null : <p>{w.raise.uncertain}</p>}
          </Notice>
        )}
        <div class="sheet-foot">
          <button
            type="button"
            class="button"
            disabled={isSending}
            onClick={() => (draft.scenario === undefined ? edit({ step: "compose" }) : discard())}
          >
            {draft.scenario === undefined ? w.common.back : w.common.cancel}
          </button>
          <button
            type="button"
            class={`button button-raise button-${draft.kind}`}
            disabled={isSending}
            onClick={() => void raise()}
          >
            <Icon name={kindIcon[draft.kind]} size={22} />
            {isSending ? w.raise.sending : draft.mustConfirm === true ? w.raise.sendOneMore : w.raise.send[draft.kind]}
          </button>
        </div>
      </div>
    </>
  );
};

const partNames = ["sender", "when", "danger", "where", "action"] as const;

/** The five parts of a good alarm text, as they will be sent. */
const PartList = ({ parts, values }: { parts: Parts; values: Draft["values"] }) => {
  const w = words.value.raise.parts;
  return (
    <dl class="parts">
      {partNames.map((name) =>
        parts[name] === undefined ? null : (
          <div key={name}>
            <dt>{w[name]}</dt>
            <dd>{withValues(parts[name], values)}</dd>
          </div>
        ),
      )}
    </dl>
  );
};

const ValueFields = ({ draft, scenario }: { draft: Draft; scenario: Scenario }) => {
  const w = words.value.raise;
  const wanted = placeholdersOf(scenario);
  if (wanted.length === 0) return null;
  return (
    <fieldset class="values">
      <legend>{w.values}</legend>
      {wanted.map((name) => (
        <label key={name}>
          {w.valueOf[name] ?? name}
          <input
            class="input"
            name={`value-${name}`}
            maxLength={200}
            autocomplete="off"
            value={draft.values[name] ?? ""}
            onInput={(event) => edit({ values: { ...draft.values, [name]: event.currentTarget.value } })}
          />
        </label>
      ))}
      <p class="hint">{w.valueHelp}</p>
    </fieldset>
  );
};
