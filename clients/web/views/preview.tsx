import { useEffect, useState } from "preact/hooks";
import type { LeftOutReason, Preview, PreviewedRecipient } from "../../../protocol/explanations.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { channelIcon } from "../parts/channels.tsx";
import { Icon } from "../parts/icon.tsx";
import { Failure } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { bodyOf, type Draft } from "../state/raise.ts";
import { api } from "../state/session.ts";
import { count } from "../state/times.ts";
import { FillList } from "./need.tsx";

/** Changes that follow each other closely are asked about once, ms. */
const settleMs = 300;

/** Who would be reached at this moment and who not, before anybody is. It never holds up the raise. */
export const PreviewPanel = ({ draft }: { draft: Draft }) => {
  const [preview, setPreview] = useState<Preview | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value.raise;
  const asked = JSON.stringify(bodyOf(draft));
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      api()
        .call(routes.previewAlarm, { body: bodyOf(draft), signal: stop.signal })
        .then((found) => {
          setPreview(found);
          setError(undefined);
        })
        .catch((reason: unknown) => {
          if (!stop.signal.aborted) setError(reason);
        });
    }, settleMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [asked]);
  return (
    <section class="preview" aria-labelledby="preview">
      <h3 id="preview">{w.preview}</h3>
      {error === undefined ? null : <Failure error={error} />}
      {preview === undefined && error === undefined ? (
        <p class="quiet" role="status">
          <span class="spinner" aria-hidden="true" />
          {w.previewBusy}
        </p>
      ) : null}
      {preview === undefined || error !== undefined ? null : <Shown preview={preview} />}
    </section>
  );
};

const Shown = ({ preview: { totals, fill, recipients, leftOut } }: { preview: Preview }) => {
  const w = words.value;
  const reasons = Object.entries(totals.leftOut) as [LeftOutReason, number][];
  return (
    <>
      <p role="status" class={totals.recipients === 0 ? "preview-none" : ""}>
        <strong>{totals.recipients === 0 ? w.raise.previewNobody : w.raise.previewReach(totals.recipients)}</strong>
        {totals.unreachable === 0 ? null : (
          <span class="count-notReached">; {w.raise.previewUnreachable(totals.unreachable)}</span>
        )}
      </p>
      {fill === undefined ? null : (
        <>
          <p class={fill.filled ? "count-coming" : "count-notReached"}>
            <Icon name={fill.filled ? "check" : "unreached"} size={16} />{" "}
            {fill.filled ? w.raise.canFill : w.raise.cannotFill}
          </p>
          <FillList fill={fill} />
        </>
      )}
      {reasons.length === 0 ? null : (
        <p class="quiet">
          {w.raise.previewLeft}: {reasons.map(([reason, n]) => `${count(n)} ${w.leftOut[reason]}`).join("; ")}
        </p>
      )}
      {recipients.length + leftOut.length === 0 ? null : (
        <details class="more">
          <summary>{w.raise.previewAll(recipients.length + leftOut.length)}</summary>
          <ul class="preview-people">
            {recipients.map((person) => (
              <li key={person.userId}>
                <span>{person.name}</span>
                <Ways person={person} />
              </li>
            ))}
            {leftOut.map(({ userId, name, reason }) => (
              <li key={userId} class="quiet">
                <span>{name}</span>
                <span>{w.leftOut[reason]}</span>
              </li>
            ))}
          </ul>
          {totals.recipients > recipients.length ? <p class="hint">{w.raise.previewMore}</p> : null}
        </details>
      )}
    </>
  );
};

const Ways = ({ person }: { person: PreviewedRecipient }) => {
  const w = words.value;
  if (person.unreachable === true) return <span class="count-notReached">{w.raise.unreachable}</span>;
  return (
    <span class="channels">
      {person.visiting === true ? <span class="quiet">{w.raise.visiting} </span> : null}
      {person.device ? (
        <span class="channel channel-delivered" title={w.channel.device}>
          <Icon name="device" size={16} />
          <span class="hidden">{w.channel.device}. </span>
        </span>
      ) : null}
      {person.channels.map((channel) => (
        <span key={channel} class="channel channel-sent" title={w.channel.name[channel]}>
          <Icon name={channelIcon[channel]} size={16} />
          <span class="hidden">{w.channel.name[channel]}. </span>
        </span>
      ))}
    </span>
  );
};
