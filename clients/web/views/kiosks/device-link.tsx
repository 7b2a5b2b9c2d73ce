import { routes } from "../../../../protocol/http/routes.ts";
import type { Kiosk } from "../../../../protocol/kiosks.ts";
import { CopyField } from "../../parts/copy-field.tsx";
import { Modal } from "../../parts/modal.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import { QrCode } from "../../parts/qr-code.tsx";
import { words } from "../../state/language.ts";
import { useLoaded } from "../../state/loaded.ts";
import { href } from "../../state/route.ts";
import { api } from "../../state/session.ts";
import { shortTime } from "../../state/times.ts";

/** A one-time link for the device at the door. Made when this opens; the one before it is dead. */
export const DeviceLink = ({ kiosk, close }: { kiosk: Kiosk; close: () => void }) => {
  const made = useLoaded((signal) =>
    api().call(routes.createKioskEnrolment, { params: { kioskId: kiosk.kioskId }, signal }),
  );
  const w = words.value.kiosks;
  const { value } = made;
  const link = value === undefined ? "" : `${location.origin}${href({ view: "kiosk" })}#${value.code}`;
  return (
    <Modal labelledBy="device-link" class="sheet" onDismiss={close}>
      <div class="sheet-body">
        <h2 id="device-link" tabIndex={-1} data-focus>
          {w.linkTitle(kiosk.name)}
        </h2>
        <p class="quiet">{w.linkLead}</p>
        {made.error === undefined ? null : <Failure error={made.error} retry={made.reload} />}
        {value === undefined && made.error === undefined ? <Loading /> : null}
        {value === undefined ? null : (
          <>
            <QrCode text={link} label={w.qr} />
            <CopyField label={w.link} value={link} />
            <p class="hint">{w.once(shortTime(value.expiresAt))}</p>
          </>
        )}
        <div class="sheet-foot">
          <button type="button" class="button" onClick={close}>
            {words.value.common.close}
          </button>
        </div>
      </div>
    </Modal>
  );
};
