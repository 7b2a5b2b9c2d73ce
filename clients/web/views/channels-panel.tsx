import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type { Detail, OwnChannel } from "../../../protocol/channels.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { channelIcon } from "../parts/channels.tsx";
import { Icon } from "../parts/icon.tsx";
import { Failure, Loading } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { explain, hasCode } from "../state/problems.ts";
import { push, pushError, turnPushOff, turnPushOn } from "../state/push.ts";
import { api, me } from "../state/session.ts";

const own = signal<readonly OwnChannel[] | undefined>(undefined);

/** How alarms reach this person when no page is open: by this browser, by telephone, by mail. */
export const ChannelsPanel = () => {
  const [error, setError] = useState<unknown>(undefined);
  const [round, setRound] = useState(0);
  const w = words.value.reach;
  const isOn = push.value === "on";
  useEffect(() => {
    const stop = new AbortController();
    setError(undefined);
    api()
      .call(routes.getOwnChannels, { signal: stop.signal })
      .then(({ channels }) => {
        own.value = channels;
      })
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(reason);
      });
    return () => stop.abort();
    // The server learns of this browser's subscription by the page.
  }, [round, isOn]);
  const known = own.value;
  return (
    <section class="panel" aria-labelledby="reach">
      <h2 id="reach">
        <Icon name="bell" size={18} />
        {w.title}
      </h2>
      <p class="hint">{w.help}</p>
      <PushSwitch isConfigured={known?.find((c) => c.channel === "push")?.configured} />
      {known === undefined && error === undefined ? <Loading /> : null}
      {error === undefined ? null : <Failure error={error} retry={() => setRound((n) => n + 1)} />}
      {known === undefined ? null : (
        <>
          <DetailRow detail="phone" channels={known.filter((c) => c.channel === "sms" || c.channel === "voice")} />
          <DetailRow detail="email" channels={known.filter((c) => c.channel === "email")} />
        </>
      )}
    </section>
  );
};

const PushSwitch = ({ isConfigured }: { isConfigured: boolean | undefined }) => {
  const w = words.value.reach;
  const { value } = push;
  if (value === "unsupported") return <p class="side-note">{w.pushUnsupported}</p>;
  if (value === "blocked") return <p class="side-note">{w.pushBlocked}</p>;
  const isOn = value === "on" || value === "turningOff";
  const isBusy = value === "turningOn" || value === "turningOff";
  return (
    <div class="reach-row">
      <p>
        <Icon name="push" size={18} /> <strong>{w.push}</strong>
        <span class="quiet" role="status">
          {" "}
          {isBusy ? w.pushBusy : isOn ? w.pushOn : w.pushOff}
        </span>
      </p>
      <button
        type="button"
        class="button"
        disabled={isBusy || isConfigured === false}
        onClick={() => void (isOn ? turnPushOff() : turnPushOn())}
      >
        {isOn ? w.turnOff : w.turnOn}
      </button>
      {pushError.value === undefined ? null : <p class="field-problem">{w.pushFailed}</p>}
    </div>
  );
};

/** A telephone number or an address: used only once its owner has told the code that was sent there. */
const DetailRow = ({ detail, channels }: { detail: Detail; channels: readonly OwnChannel[] }) => {
  const w = words.value;
  const address = detail === "phone" ? me.value?.phone : me.value?.email;
  const isConfigured = channels.some((c) => c.configured);
  const isVerified = channels.some((c) => c.verified);
  return (
    <div class="reach-row">
      <p>
        <Icon name={channelIcon[detail === "phone" ? "sms" : "email"]} size={18} /> <strong>{w.reach[detail]}</strong>{" "}
        <span class="reach-address">
          {address ?? (isConfigured ? <span class="quiet">{w.reach.noAddress}</span> : null)}
        </span>
      </p>
      {!isConfigured ? <p class="quiet">{w.reach.notConfigured}</p> : null}
      {isConfigured && address !== undefined && isVerified ? (
        <p class="reach-verified">
          <Icon name="check" size={16} /> {w.reach.verified}
        </p>
      ) : null}
      {isConfigured && address !== undefined && !isVerified ? <Verify detail={detail} /> : null}
    </div>
  );
};

const Verify = ({ detail }: { detail: Detail }) => {
  const [isSent, setSent] = useState(false);
  const [code, setCode] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const w = words.value.reach;

  const attempt = async (run: () => Promise<void>, expired: string): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await run();
    } catch (error) {
      setProblem(hasCode(error, "expired") || hasCode(error, "invalid") ? expired : explain(error));
    }
    setBusy(false);
  };
  const send = (): Promise<void> =>
    attempt(async () => {
      await api().call(routes.createVerification, { body: { detail } });
      setSent(true);
    }, w.codeWrong);
  const confirm = (): Promise<void> =>
    attempt(async () => {
      const body = { detail, code: code.replace(/\s/g, "") };
      own.value = (await api().call(routes.confirmVerification, { body })).channels;
    }, w.codeWrong);

  return (
    <div class="verify">
      <p class="quiet">{isSent ? w.codeSent[detail] : w.unverified}</p>
      {isSent ? (
        <form
          class="verify-form"
          onSubmit={(event) => {
            event.preventDefault();
            void confirm();
          }}
        >
          <label for={`code-${detail}`}>{w.code}</label>
          <input
            id={`code-${detail}`}
            class="input"
            inputMode="numeric"
            autocomplete="one-time-code"
            maxLength={7}
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={isBusy || code.trim().length < 6}>
            {w.confirm}
          </button>
        </form>
      ) : null}
      <button
        type="button"
        class={isSent ? "button button-plain" : "button"}
        disabled={isBusy}
        onClick={() => void send()}
      >
        {isSent ? w.sendAgain : w.sendCode}
      </button>
      <p class="field-problem" role="alert">
        {problem ?? ""}
      </p>
    </div>
  );
};
