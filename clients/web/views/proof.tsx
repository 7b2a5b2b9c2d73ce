import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { CapFeed } from "../../../protocol/reports.ts";
import type { Verification } from "../../../protocol/verification.ts";
import { HistoryFailure } from "../parts/history-failure.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Loading, Notice } from "../parts/notice.tsx";
import { locale, words } from "../state/language.ts";
import { tenant } from "../state/route.ts";
import { api } from "../state/session.ts";
import { dayAndTime } from "../state/times.ts";

/** What goes to others after an alarm: the report in three forms, the CAP messages, and whether the record is untouched. */
export const Proof = ({ alarmId }: { alarmId: string }) => {
  const w = words.value.report;
  return (
    <section class="panel" aria-labelledby="proof">
      <h2 id="proof">
        <Icon name="file" size={18} />
        {w.title}
      </h2>
      <ReportLinks alarmId={alarmId} />
      <Check alarmId={alarmId} />
      <Cap alarmId={alarmId} />
    </section>
  );
};

/** Plain links: the session's cookie goes with them, and the browser prints, saves and shows as it does with any page. */
const ReportLinks = ({ alarmId }: { alarmId: string }) => {
  const w = words.value.report;
  const base = `/v1/${encodeURIComponent(tenant.value ?? "")}/history/alarms/${encodeURIComponent(alarmId)}/report`;
  const link = (query: string, label: string, icon: IconName, file?: string) => (
    <li>
      <a
        class="button"
        href={`${base}?${query}&locale=${locale.value}`}
        {...(file === undefined ? { target: "_blank", rel: "noopener" } : { download: file })}
      >
        <Icon name={icon} size={18} />
        {label}
        {file === undefined ? <span class="hidden"> ({words.value.common.newTab})</span> : null}
      </a>
    </li>
  );
  return (
    <ul class="links">
      {link("format=html", w.html, "file")}
      {link("format=csv&part=timeline", w.timeline, "download", `${alarmId}-timeline.csv`)}
      {link("format=csv&part=recipients", w.recipients, "download", `${alarmId}-recipients.csv`)}
      {link("format=json", w.json, "download", `${alarmId}-report.json`)}
    </ul>
  );
};

const Check = ({ alarmId }: { alarmId: string }) => {
  const [found, setFound] = useState<Verification | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const [isBusy, setBusy] = useState(false);
  const w = words.value.report;
  const check = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      setFound(await api().call(routes.verifyAlarm, { params: { alarmId } }));
    } catch (reason) {
      setFound(undefined);
      setError(reason);
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" class="button" disabled={isBusy} onClick={() => void check()}>
        <Icon name="shield" size={18} />
        {isBusy ? w.checking : w.check}
      </button>
      {error === undefined ? null : <HistoryFailure error={error} retry={() => void check()} />}
      {found === undefined ? null : <Checked found={found} />}
    </>
  );
};

const Checked = ({ found }: { found: Verification }) => {
  const w = words.value.report;
  const counts = [w.events(found.events), ...(found.erased > 0 ? [w.erased(found.erased)] : [])].join(", ");
  const tone = !found.intact ? "bad" : found.complete ? "good" : "warn";
  return (
    <Notice tone={tone} icon={tone === "good" ? "check" : tone === "warn" ? "clock" : "unreached"}>
      <p>
        <strong>{tone === "good" ? w.intact : tone === "warn" ? w.incomplete : w.broken}</strong> {counts}.
      </p>
      {found.problems.length === 0 ? null : (
        <ul class="problems">
          {found.problems.map(({ source, n, to, problem }) => (
            <li key={`${source} ${n} ${problem}`}>
              {w.problem[problem]}: {source}, {w.place(n, to)}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
};

const Cap = ({ alarmId }: { alarmId: string }) => {
  const [feed, setFeed] = useState<CapFeed | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value.report;
  useEffect(() => {
    const stop = new AbortController();
    api()
      .call(routes.listCap, { params: { alarmId }, signal: stop.signal })
      .then(setFeed)
      .catch((reason: unknown) => {
        if (!stop.signal.aborted) setError(reason);
      });
    return () => stop.abort();
  }, [alarmId]);
  const base = `/v1/${encodeURIComponent(tenant.value ?? "")}/history/alarms/${encodeURIComponent(alarmId)}/cap`;
  return (
    <details class="more">
      <summary>{w.cap}</summary>
      {feed === undefined && error === undefined ? <Loading /> : null}
      {error === undefined ? null : <p class="field-problem">{w.noCap}</p>}
      {feed?.items.length === 0 ? <p class="quiet">{w.noCap}</p> : null}
      <ol class="cap">
        {feed?.items.map(({ n, msgType, sent, identifier }) => (
          <li key={n}>
            <a href={`${base}/${n}`} target="_blank" rel="noopener">
              {n}. {w.capType[msgType]}
              <span class="hidden"> ({words.value.common.newTab})</span>
            </a>{" "}
            <span class="quiet">
              {dayAndTime(sent)} · {identifier}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
};
