import { useId, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { PresenceRules, Site } from "../../../../protocol/places.ts";
import { OneOf } from "../../parts/choice.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import { directory } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { api } from "../../state/session.ts";

/** When presence in a site ends without anybody saying so (docs/decisions/0021-when-presence-ends.md). */
export const PresenceEnds = () => {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const id = useId();
  const w = words.value.ends;
  const sites = directory.value?.sites;
  const site = sites?.find(({ siteId }) => siteId === chosen) ?? sites?.[0];
  return (
    <section class="panel" aria-labelledby="presence-ends">
      <h2 id="presence-ends">
        <Icon name="clock" size={18} />
        {w.title}
      </h2>
      <p class="hint">{w.help}</p>
      {sites === undefined ? <Loading /> : null}
      {sites?.length === 0 ? <p class="quiet">{w.noSites}</p> : null}
      {site === undefined ? null : (
        <>
          <label for={id}>{w.site}</label>
          <select id={id} class="input" value={site.siteId} onChange={(event) => setChosen(event.currentTarget.value)}>
            {sites?.map(({ siteId, name }) => (
              <option key={siteId} value={siteId}>
                {name}
              </option>
            ))}
          </select>
          <Rules key={site.siteId} site={site} />
        </>
      )}
    </section>
  );
};

const Rules = ({ site }: { site: Site }) => {
  const rules = site.presenceRules;
  const [ends, setEnds] = useState(rules?.dayEndsAt !== undefined);
  const [at, setAt] = useState(rules?.dayEndsAt ?? "19:00");
  const [as, setAs] = useState<"absent" | "unknown">(rules?.dayEndsAs ?? "absent");
  const [silence, setSilence] = useState(rules?.silenceMinutes === undefined ? "" : String(rules.silenceMinutes));
  const [state, setState] = useState<"ready" | "busy" | "saved">("ready");
  const [error, setError] = useState<unknown>(undefined);
  const [isWrong, setWrong] = useState(false);
  const id = useId();
  const w = words.value.ends;

  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    const minutes = Number(silence);
    const wrong = silence !== "" && !(Number.isInteger(minutes) && minutes >= 15 && minutes <= 10_080);
    setWrong(wrong);
    if (wrong) return;
    const wanted: PresenceRules = {
      ...(ends && at !== "" ? { dayEndsAt: at, dayEndsAs: as } : {}),
      ...(silence === "" ? {} : { silenceMinutes: minutes }),
    };
    setState("busy");
    setError(undefined);
    try {
      const body = { presenceRules: Object.keys(wanted).length === 0 ? null : wanted };
      const saved = await api().call(routes.patchSite, { params: { siteId: site.siteId }, body });
      const known = directory.peek();
      if (known !== undefined)
        directory.value = { ...known, sites: known.sites.map((s) => (s.siteId === saved.siteId ? saved : s)) };
      setState("saved");
    } catch (reason) {
      setError(reason);
      setState("ready");
    }
  };
  const touched = (run: () => void): void => {
    run();
    setState("ready");
  };

  return (
    <form class="ends" noValidate onSubmit={(event) => void save(event)}>
      <label class="check">
        <input
          type="checkbox"
          checked={ends}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            touched(() => setEnds(checked));
          }}
        />
        <span>{w.day}</span>
      </label>
      {ends ? (
        <>
          <label for={`${id}-at`}>
            {w.dayAt} <span class="hint">({site.timeZone.replaceAll("_", " ")})</span>
          </label>
          <input
            id={`${id}-at`}
            class="input"
            type="time"
            required
            value={at}
            onInput={(event) => {
              const { value } = event.currentTarget;
              touched(() => setAt(value));
            }}
          />
          <OneOf
            label={w.dayAs}
            name="ends-as"
            value={as}
            options={[
              { value: "absent", label: w.absent },
              { value: "unknown", label: w.unknown },
            ]}
            onChoose={(next) => touched(() => setAs(next))}
          />
        </>
      ) : null}
      <label for={`${id}-silence`}>{w.silence}</label>
      <div class="with-unit">
        <input
          id={`${id}-silence`}
          class="input"
          inputMode="numeric"
          aria-describedby={`${id}-help`}
          aria-invalid={isWrong}
          value={silence}
          onInput={(event) => {
            const value = event.currentTarget.value.trim();
            touched(() => setSilence(value));
          }}
        />
        <span>{w.minutes}</span>
      </div>
      <p id={`${id}-help`} class={isWrong ? "field-problem" : "hint"} role={isWrong ? "alert" : undefined}>
        {isWrong ? w.wrong : w.silenceHelp}
      </p>
      {error === undefined ? null : <Failure error={error} />}
      <div class="week-foot">
        <button type="submit" class="button button-main" disabled={state === "busy"}>
          {w.save}
        </button>
        <p class="quiet" role="status">
          {state === "saved" ? w.saved : ""}
        </p>
      </div>
    </form>
  );
};
