import { useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { Kind } from "../../../protocol/terms.ts";
import { Ask } from "../parts/ask.tsx";
import { OneOf } from "../parts/choice.tsx";
import { Link } from "../parts/link.tsx";
import { KindBanner, kindIcon } from "../parts/marks.tsx";
import { RollCallBar } from "../parts/roll-call-bar.tsx";
import { directory, names } from "../state/directory.ts";
import { useEvery } from "../state/every.ts";
import { words } from "../state/language.ts";
import { openAlarms } from "../state/open-alarms.ts";
import { presence } from "../state/presence.ts";
import { loadOpenRollCalls, openRollCalls, showRollCall } from "../state/roll-calls.ts";
import { go } from "../state/route.ts";
import { api, mayCoordinate, me } from "../state/session.ts";
import { timeOrDay } from "../state/times.ts";

const askAgainMs = 10_000;

/** Open roll-calls, and for those who lead a way to start one. */
export const RollCallsPanel = () => {
  const [isStarting, setStarting] = useState(false);
  useEvery(askAgainMs, () => void loadOpenRollCalls());
  const w = words.value.muster;
  const { value } = openRollCalls;
  if (value.length === 0 && !mayCoordinate.value) return null;
  return (
    <section aria-labelledby="roll-calls">
      <div class="section-head">
        <h2 id="roll-calls">{w.plural}</h2>
        {mayCoordinate.value && (directory.value?.sites.length ?? 0) > 0 ? (
          <button type="button" class="button" onClick={() => setStarting(true)}>
            {w.start}
          </button>
        ) : null}
      </div>
      {value.length === 0 ? <p class="quiet">{w.none}</p> : null}
      <ul class="cards">
        {value.map((rollCall) => (
          <li key={rollCall.rollCallId} class={`card card-${rollCall.kind}`}>
            <KindBanner kind={rollCall.kind} />
            <h3>
              <Link to={{ view: "rollCall", rollCallId: rollCall.rollCallId }} class="card-link">
                {rollCall.title}
              </Link>
            </h3>
            <p class="quiet">
              {names.value.get(rollCall.siteId) ?? "…"}, {timeOrDay(rollCall.openedAt)}
            </p>
            <RollCallBar totals={rollCall.totals} />
          </li>
        ))}
      </ul>
      {isStarting ? <StartDialog close={() => setStarting(false)} /> : null}
    </section>
  );
};

const kinds = ["actual", "exercise", "test"] as const satisfies readonly Kind[];

const StartDialog = ({ close }: { close: () => void }) => {
  const sites = directory.value?.sites ?? [];
  // Where this person is, or works; never just the first of the list: the wrong building would be searched.
  const here = presence.value?.find((entry) => entry.zoneId === undefined && entry.state === "present");
  const [siteId, setSite] = useState(here?.siteId ?? me.value?.homeSiteId ?? "");
  const [alarmId, setAlarm] = useState("");
  const [kind, setKind] = useState<Kind>("actual");
  const [visitors, setVisitors] = useState("");
  const w = words.value;
  return (
    <Ask
      title={w.muster.startTitle}
      help={w.muster.startHelp}
      confirm={w.muster.start}
      conflict={w.muster.startConflict}
      close={close}
      run={async () => {
        const number = Number(visitors);
        const body = {
          siteId,
          // Of an alarm it takes the alarm's own kind: an exercise's roll-call is never a real one.
          ...(alarmId === "" ? { kind } : { alarmId }),
          ...(visitors !== "" && Number.isInteger(number) && number >= 0 ? { visitors: number } : {}),
        };
        const rollCall = await api().call(routes.startRollCall, { body });
        showRollCall(rollCall);
        go({ view: "rollCall", rollCallId: rollCall.rollCallId });
      }}
    >
      <label for="muster-site">{w.presence.site}</label>
      <select
        id="muster-site"
        class="input"
        required
        value={siteId}
        onChange={(event) => setSite(event.currentTarget.value)}
      >
        <option value="" disabled>
          {w.presence.chooseSite}
        </option>
        {sites.map((site) => (
          <option key={site.siteId} value={site.siteId}>
            {site.name}
          </option>
        ))}
      </select>
      {(openAlarms.value ?? []).length === 0 ? null : (
        <>
          <label for="muster-alarm">{w.muster.forAlarm}</label>
          <select
            id="muster-alarm"
            class="input"
            value={alarmId}
            onChange={(event) => setAlarm(event.currentTarget.value)}
          >
            <option value="">{w.muster.noAlarm}</option>
            {openAlarms.value?.map((alarm) => (
              <option key={alarm.alarmId} value={alarm.alarmId}>
                {alarm.kind === "actual" ? "" : `${w.kind[alarm.kind]}: `}
                {alarm.title}
              </option>
            ))}
          </select>
        </>
      )}
      {alarmId === "" ? (
        <OneOf
          label={w.raise.kind}
          name="muster-kind"
          value={kind}
          options={kinds.map((k) => ({ value: k, label: w.kind[k], icon: kindIcon[k] }))}
          onChoose={setKind}
        />
      ) : null}
      <label for="muster-visitors">{w.muster.visitorsExpected}</label>
      <input
        id="muster-visitors"
        class="input"
        type="number"
        min={0}
        max={100_000}
        value={visitors}
        onInput={(event) => setVisitors(event.currentTarget.value)}
      />
    </Ask>
  );
};
