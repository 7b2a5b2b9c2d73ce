import { useEffect, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { Failure, Loading } from "../parts/notice.tsx";
import { directory, loadZones, zones } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { presence, presenceError, reportPresence } from "../state/presence.ts";
import { me } from "../state/session.ts";
import { timeOrDay } from "../state/times.ts";
import { OwnKiosk } from "./kiosk/own-kiosk.tsx";

/** Present or absent in a site and its zones: all that is ever told about where somebody is. */
export const PresencePanel = () => {
  const w = words.value.presence;
  const sites = directory.value?.sites;
  return (
    <section class="panel" aria-labelledby="presence">
      <h2 id="presence">
        <Icon name="place" size={18} />
        {w.title}
      </h2>
      {sites === undefined ? <Loading /> : null}
      {sites?.length === 0 ? <p class="quiet">{w.noSites}</p> : null}
      {sites === undefined || sites.length === 0 ? null : <SiteChoice />}
      {presenceError.value === undefined ? null : (
        <>
          <p class="field-problem">{w.failed}</p>
          <Failure error={presenceError.value} />
        </>
      )}
      <OwnKiosk />
      <p class="hint">{w.privacy}</p>
    </section>
  );
};

const SiteChoice = () => {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const w = words.value.presence;
  const here = presence.value?.find((entry) => entry.zoneId === undefined && entry.state === "present");
  const siteId = chosen ?? here?.siteId ?? me.value?.homeSiteId ?? "";
  const isHere = siteId !== "" && here?.siteId === siteId;
  useEffect(() => {
    if (siteId !== "") void loadZones(siteId);
  }, [siteId]);
  const report = (present: boolean, zoneId?: string): void => {
    setBusy(true);
    const zone = zoneId === undefined ? {} : { zoneId };
    void reportPresence({ siteId, present, ...zone }).finally(() => setBusy(false));
  };
  const zoneState = (zoneId: string): boolean =>
    presence.value?.some((entry) => entry.zoneId === zoneId && entry.state === "present") ?? false;
  return (
    <>
      <p class={`standing ${here === undefined ? "standing-out" : "standing-in"}`} role="status">
        <SiteState />
      </p>
      <label for="site">{w.site}</label>
      <select id="site" class="input" value={siteId} onChange={(event) => setChosen(event.currentTarget.value)}>
        <option value="" disabled>
          {w.chooseSite}
        </option>
        {directory.value?.sites.map((site) => (
          <option key={site.siteId} value={site.siteId}>
            {site.name}
          </option>
        ))}
      </select>
      <div class="pair">
        <button
          type="button"
          class="button"
          aria-pressed={isHere}
          disabled={isBusy || siteId === ""}
          onClick={() => report(true)}
        >
          {w.present}
        </button>
        <button type="button" class="button" disabled={isBusy || siteId === ""} onClick={() => report(false)}>
          {w.absent}
        </button>
      </div>
      {(zones.value.get(siteId) ?? []).length === 0 ? null : (
        <fieldset class="some-of">
          <legend>{w.zones}</legend>
          <div class="chips">
            {zones.value.get(siteId)?.map((zone) => (
              <label key={zone.zoneId} class="pick">
                <input
                  type="checkbox"
                  disabled={isBusy}
                  checked={zoneState(zone.zoneId)}
                  onChange={(event) => report(event.currentTarget.checked, zone.zoneId)}
                />
                <span>{zone.name}</span>
              </label>
            ))}
          </div>
        </fieldset>
      )}
    </>
  );
};

const SiteState = () => {
  const w = words.value.presence;
  if (presence.value === undefined) return <>{w.unknown}</>;
  const here = presence.value.find((entry) => entry.zoneId === undefined && entry.state === "present");
  if (here === undefined) return <>{w.nowhere}</>;
  const name = directory.value?.sites.find((site) => site.siteId === here.siteId)?.name ?? "…";
  return (
    <>
      <strong>{w.presentAt(name)}</strong> <span class="quiet">{w.since(timeOrDay(here.since))}</span>
    </>
  );
};
