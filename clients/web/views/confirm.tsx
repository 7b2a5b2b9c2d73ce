import { useEffect } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { KindBanner, kindIcon } from "../parts/marks.tsx";
import { Notice } from "../parts/notice.tsx";
import { directory, loadZones, names } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { type Draft, discard, edit, raise, targetsOf } from "../state/raise.ts";
import { describeTargets } from "../state/targets.ts";
import { HowPanel } from "./compose.tsx";

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
          {title}
        </h2>
        {message === "" ? null : <p class="message">{message}</p>}
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
          <HowPanel draft={draft} />
        </fieldset>
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
            {isSending ? w.raise.sending : w.raise.send[draft.kind]}
          </button>
        </div>
      </div>
    </>
  );
};
