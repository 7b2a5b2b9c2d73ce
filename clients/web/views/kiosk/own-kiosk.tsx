import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { KioskQr } from "../../../../protocol/kiosks.ts";
import { Icon } from "../../parts/icon.tsx";
import { Modal } from "../../parts/modal.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import { QrCode } from "../../parts/qr-code.tsx";
import { now, serverNow } from "../../state/clock.ts";
import { words } from "../../state/language.ts";
import { api } from "../../state/session.ts";

/** A new code comes so long before the former ends, ms: whoever walks to the scanner now must arrive in time. */
const aheadMs = 15_000;

/** What a person shows at the door: a QR code that is made anew all the time, and a code to be typed. */
export const OwnKiosk = () => {
  const [isOpen, setOpen] = useState(false);
  const w = words.value.ownKiosk;
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        <Icon name="device" size={18} />
        {w.open}
      </button>
      {isOpen ? <OwnKioskDialog close={() => setOpen(false)} /> : null}
    </>
  );
};

const OwnKioskDialog = ({ close }: { close: () => void }) => {
  const [shown, setShown] = useState<KioskQr | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [round, setRound] = useState(0);
  const w = words.value.ownKiosk;
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setError(undefined);
    api()
      .call(routes.createKioskQr, { signal: stop.signal })
      .then((made) => {
        setShown(made);
        const left = Date.parse(made.expiresAt) - serverNow() - aheadMs;
        timer = setTimeout(() => setRound((n) => n + 1), Math.max(1_000, left));
      })
      .catch((reason: unknown) => {
        if (stop.signal.aborted) return;
        setShown(undefined);
        setError(reason);
      });
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [round]);
  const seconds = shown === undefined ? 0 : Math.ceil((Date.parse(shown.expiresAt) - aheadMs - now.value) / 1_000);
  return (
    <Modal labelledBy="own-kiosk" class="sheet" onDismiss={close}>
      <div class="sheet-body">
        <h2 id="own-kiosk" tabIndex={-1} data-focus>
          {w.title}
        </h2>
        <p class="quiet">{w.lead}</p>
        {shown === undefined && error === undefined ? <Loading /> : null}
        {error === undefined ? null : (
          <>
            <p class="field-problem">{w.failed}</p>
            <Failure error={error} retry={() => setRound((n) => n + 1)} />
          </>
        )}
        {shown === undefined ? null : (
          <>
            <QrCode text={shown.qr} label={w.qr} />
            <p class="hint qr-fresh">{w.fresh(Math.max(0, seconds))}</p>
          </>
        )}
        <PersonalCode />
        <div class="sheet-foot">
          <button type="button" class="button" onClick={close}>
            {words.value.common.close}
          </button>
        </div>
      </div>
    </Modal>
  );
};

/** Shown once, because only its hash is kept: who forgets it makes another. */
const PersonalCode = () => {
  const [code, setCode] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value.ownKiosk;
  const make = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      setCode((await api().call(routes.createKioskCode)).code);
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };
  return (
    <section class="personal-code" aria-labelledby="personal-code">
      <h3 id="personal-code">{w.codeTitle}</h3>
      {code === undefined ? <p class="hint">{w.codeHelp}</p> : null}
      <div role="status">
        {code === undefined ? null : (
          <>
            <p class="hidden">{w.code}</p>
            <p class="personal-digits">
              {code.slice(0, 4)} {code.slice(4)}
            </p>
            <p class="hint">{w.once}</p>
          </>
        )}
      </div>
      {error === undefined ? null : <Failure error={error} />}
      {code === undefined ? (
        <button type="button" class="button" disabled={isBusy} onClick={() => void make()}>
          {w.make}
        </button>
      ) : null}
    </section>
  );
};
