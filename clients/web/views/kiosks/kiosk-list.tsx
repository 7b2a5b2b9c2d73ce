import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { Kiosk } from "../../../../protocol/kiosks.ts";
import { Ask } from "../../parts/ask.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { loadZones, names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { useLoaded } from "../../state/loaded.ts";
import { api } from "../../state/session.ts";
import { DeviceLink } from "./device-link.tsx";
import { KioskForm } from "./kiosk-form.tsx";

const loadAll = async (signal: AbortSignal): Promise<Kiosk[]> => {
  const list: Kiosk[] = [];
  for await (const one of api().items(routes.listKiosks, { query: { limit: 200 }, signal })) list.push(one);
  return list;
};

/** The devices at the door: add one, give it a new device, remove it. */
export const KioskList = () => {
  const loaded = useLoaded(loadAll);
  const [isAdding, setAdding] = useState(false);
  const [open, setOpen] = useState<{ is: "renew" | "link" | "remove"; kiosk: Kiosk } | undefined>(undefined);
  const w = words.value.kiosks;
  const list = loaded.value;
  const sites = [...new Set(list?.flatMap(({ siteId, zoneId }) => (zoneId === undefined ? [] : [siteId])))].join();
  useEffect(() => {
    // For the names of zones.
    for (const siteId of sites.split(",")) if (siteId !== "") void loadZones(siteId);
  }, [sites]);
  const close = (): void => setOpen(undefined);
  return (
    <section class="panel" aria-labelledby="kiosk-list">
      <div class="panel-head">
        <h2 id="kiosk-list">
          <Icon name="device" size={18} /> {w.list}
        </h2>
        <button type="button" class="button" onClick={() => setAdding(true)}>
          {w.add}
        </button>
      </div>
      {loaded.error === undefined ? null : <Failure error={loaded.error} retry={loaded.reload} />}
      {list === undefined && loaded.error === undefined ? <Loading /> : null}
      {list?.length === 0 ? <Empty icon="device" title={w.none} help={w.noneHelp} /> : null}
      {list === undefined || list.length === 0 ? null : (
        <ul class="rows">
          {list.map((kiosk) => (
            <li key={kiosk.kioskId}>
              <div>
                <p>
                  <strong>{kiosk.name}</strong>{" "}
                  <span class={`chip ${kiosk.enrolled ? "chip-free" : ""}`}>
                    {kiosk.enrolled ? w.enrolled : w.notEnrolled}
                  </span>
                </p>
                <p class="quiet">
                  {names.value.get(kiosk.siteId) ?? "…"}
                  {kiosk.zoneId === undefined ? null : ` · ${names.value.get(kiosk.zoneId) ?? "…"}`}
                </p>
              </div>
              <div class="row-tools">
                <button
                  type="button"
                  class="button button-plain"
                  aria-label={kiosk.enrolled ? w.renewNamed(kiosk.name) : w.enrolNamed(kiosk.name)}
                  onClick={() => setOpen({ is: kiosk.enrolled ? "renew" : "link", kiosk })}
                >
                  <Icon name="again" size={18} />
                  {kiosk.enrolled ? w.renew : w.enrol}
                </button>
                <button
                  type="button"
                  class="button button-plain"
                  aria-label={w.removeNamed(kiosk.name)}
                  onClick={() => setOpen({ is: "remove", kiosk })}
                >
                  <Icon name="cross" size={18} />
                  {w.remove}
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {isAdding ? (
        <KioskForm
          close={() => setAdding(false)}
          made={(kiosk) => {
            setAdding(false);
            loaded.reload();
            setOpen({ is: "link", kiosk });
          }}
        />
      ) : null}
      {open?.is === "renew" ? (
        <Ask
          title={w.renewTitle(open.kiosk.name)}
          help={w.renewHelp}
          confirm={w.renewConfirm}
          // Not the link that a yes has opened.
          close={() => setOpen((now) => (now?.is === "renew" ? undefined : now))}
          run={async () => {
            setOpen({ is: "link", kiosk: open.kiosk });
          }}
        />
      ) : null}
      {open?.is === "link" ? (
        <DeviceLink
          kiosk={open.kiosk}
          close={() => {
            close();
            loaded.reload();
          }}
        />
      ) : null}
      {open?.is === "remove" ? (
        <Ask
          title={w.removeTitle(open.kiosk.name)}
          help={w.removeHelp}
          confirm={w.remove}
          close={close}
          run={async () => {
            await api().call(routes.deleteKiosk, { params: { kioskId: open.kiosk.kioskId } });
            loaded.reload();
          }}
        />
      ) : null}
    </section>
  );
};
