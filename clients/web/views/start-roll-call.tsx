import { useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { Kind } from "../../../protocol/terms.ts";
import { Ask } from "../parts/ask.tsx";
import { OneOf } from "../parts/choice.tsx";
import { kindIcon } from "../parts/marks.tsx";
import { directory } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { openAlarms } from "../state/open-alarms.ts";
import { presence } from "../state/presence.ts";
import { showRollCall } from "../state/roll-calls.ts";
import { go } from "../state/route.ts";
import { api, me } from "../state/session.ts";

const kinds = ["actual", "exercise", "test"] as const satisfies readonly Kind[];

/** Everybody present at a site becomes a line, for an alarm or for itself. */
export const StartRollCall = ({ ofAlarm = "", close }: { ofAlarm?: string; close: () => void }) => {
  const sites = directory.value?.sites ?? [];
  // Where this person is, or works; never just the first of the list: the wrong building would be searched.
  const here = presence.value?.find((entry) => entry.zoneId === undefined && entry.state === "present");
  const [siteId, setSite] = useState(here?.siteId ?? me.value?.homeSiteId ?? "");
  const [alarmId, setAlarm] = useState(ofAlarm);
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
