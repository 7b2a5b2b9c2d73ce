import { useEffect, useId, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { Kiosk } from "../../../../protocol/kiosks.ts";
import { Ask } from "../../parts/ask.tsx";
import { directory, loadZones, zones } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { hasCode } from "../../state/problems.ts";
import { api, me } from "../../state/session.ts";

/** A new kiosk: what it is called, and where it stands. */
export const KioskForm = (props: { close: () => void; made: (kiosk: Kiosk) => void }) => {
  const [name, setName] = useState("");
  const [siteId, setSite] = useState(me.value?.homeSiteId ?? "");
  const [zoneId, setZone] = useState("");
  const id = useId();
  const w = words.value.kiosks;
  useEffect(() => {
    if (siteId !== "") void loadZones(siteId);
  }, [siteId]);
  const ofSite = zones.value.get(siteId) ?? [];
  const save = async (): Promise<void> => {
    const place = { siteId, ...(zoneId === "" ? {} : { zoneId }) };
    props.made(await api().call(routes.createKiosk, { body: { name: name.trim(), ...place } }));
  };
  return (
    <Ask
      title={w.addTitle}
      help={w.addHelp}
      confirm={w.save}
      say={(error) => (hasCode(error, "name_taken") ? w.taken : undefined)}
      close={props.close}
      run={save}
    >
      <label for={`${id}-name`}>{w.name}</label>
      <input
        id={`${id}-name`}
        class="input"
        required
        maxLength={200}
        placeholder={w.namePlaceholder}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <label for={`${id}-site`}>{w.site}</label>
      <select
        id={`${id}-site`}
        class="input"
        required
        value={siteId}
        onChange={(event) => {
          setSite(event.currentTarget.value);
          setZone("");
        }}
      >
        <option value="" disabled>
          {words.value.presence.chooseSite}
        </option>
        {directory.value?.sites.map((site) => (
          <option key={site.siteId} value={site.siteId}>
            {site.name}
          </option>
        ))}
      </select>
      {ofSite.length === 0 ? null : (
        <>
          <label for={`${id}-zone`}>{w.zone}</label>
          <select
            id={`${id}-zone`}
            class="input"
            value={zoneId}
            onChange={(event) => setZone(event.currentTarget.value)}
          >
            <option value="">{w.wholeSite}</option>
            {ofSite.map((zone) => (
              <option key={zone.zoneId} value={zone.zoneId}>
                {zone.name}
              </option>
            ))}
          </select>
        </>
      )}
    </Ask>
  );
};
