import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { RollCall } from "../../../protocol/roll-calls.ts";
import { Ask } from "../parts/ask.tsx";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { KindBanner, KindMark } from "../parts/marks.tsx";
import { Failure, Loading } from "../parts/notice.tsx";
import { RollCallBar } from "../parts/roll-call-bar.tsx";
import { now } from "../state/clock.ts";
import { names } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { fetchRollCall, followRollCall, liveRollCall, showRollCall } from "../state/roll-calls.ts";
import { api, mayCoordinate } from "../state/session.ts";
import { count, countdown, dayAndTime, running, span } from "../state/times.ts";
import { RollCallList } from "./roll-call-list.tsx";
import { Visitors } from "./visitors.tsx";

/** One roll-call, live: who is safe, who is missed, and where they stand. */
export const RollCallView = ({ rollCallId }: { rollCallId: string }) => {
  useEffect(() => followRollCall(rollCallId), [rollCallId]);
  const w = words.value.muster;
  const { value } = liveRollCall;
  return (
    <div class="alarm-view">
      <Link to={{ view: "home" }} class="back">
        <Icon name="back" size={18} />
        {words.value.nav.alarms}
      </Link>
      {value?.rollCall === undefined ? (
        <>
          <h1 tabIndex={-1}>{w.title}</h1>
          {value?.error === undefined ? (
            <Loading />
          ) : (
            <Failure error={value.error} retry={() => void fetchRollCall(rollCallId)} />
          )}
        </>
      ) : (
        <Shown rollCall={value.rollCall} />
      )}
    </div>
  );
};

const Shown = ({ rollCall }: { rollCall: RollCall }) => {
  const w = words.value.muster;
  const { totals, kind, title, siteId, zoneIds, state, openedAt, openedBy, closedAt, rollCallId } = rollCall;
  const isOpen = state === "open";
  const end = closedAt === undefined ? now.value : Date.parse(closedAt);
  const where = [names.value.get(siteId) ?? "…", ...(zoneIds ?? []).map((id) => names.value.get(id) ?? "…")];
  return (
    <>
      <div class={`alarm-head alarm-head-${kind}`}>
        <KindBanner kind={kind} />
        <div class="alarm-head-body">
          <div class="marks">
            <span class={`mark ${isOpen ? "mark-open" : "mark-ended"}`}>{isOpen ? w.open : w.closed}</span>
            <KindMark kind={kind} />
          </div>
          <h1 tabIndex={-1}>{title}</h1>
          <dl class="facts">
            <div>
              <dt>{w.where}</dt>
              <dd>{where.join(", ")}</dd>
            </div>
            <div>
              <dt>{w.openedBy}</dt>
              <dd>
                {openedBy.name}, {dayAndTime(openedAt)}
              </dd>
            </div>
            <div>
              <dt>{isOpen ? words.value.alarm.running : words.value.alarm.lasted}</dt>
              <dd class="figure">{running(end - Date.parse(openedAt))}</dd>
            </div>
            {rollCall.timings.allAccountedMs === null ? null : (
              <div>
                <dt>{w.allSafeAfter}</dt>
                <dd class="figure">{span(rollCall.timings.allAccountedMs)}</dd>
              </div>
            )}
          </dl>
          <div class="alarm-actions">
            {mayCoordinate.value ? <Closing rollCall={rollCall} /> : null}
            {rollCall.alarmId === undefined || !mayCoordinate.value ? null : (
              <Link to={{ view: "alarm", alarmId: rollCall.alarmId }} class="button">
                {words.value.alarm.title}
              </Link>
            )}
          </div>
        </div>
      </div>
      <section class="panel" aria-labelledby="muster-totals">
        <h2 id="muster-totals">{w.totals}</h2>
        <RollCallBar totals={totals} />
        <p class="summary" role="status">
          {totals.missing > 0
            ? w.someMissing(totals.missing, count(totals.accountedFor), count(totals.lines))
            : totals.unknown === 0
              ? w.noneMissing(count(totals.accountedFor))
              : null}{" "}
          {/* Not missing is not safe: of whom nothing is known must not be read over. */}
          {totals.unknown > 0 ? w.someUnknown(totals.unknown, count(totals.accountedFor)) : null}
        </p>
        {totals.conflicts === 0 ? null : (
          <p class="count-notReached">
            <Icon name="unreached" size={16} /> {w.conflicts(totals.conflicts)}
          </p>
        )}
        <ul class="muster-points">
          {rollCall.musterPoints.map((point) => (
            <li key={point.musterPointId ?? "none"}>
              <span>
                <Icon name="place" size={16} /> {point.name ?? w.nowhere}
              </span>
              <strong class="figure">{count(point.accountedFor)}</strong>
              <span class="quiet">{point.visitors === 0 ? "" : w.andVisitors(point.visitors)}</span>
            </li>
          ))}
        </ul>
      </section>
      <RollCallList key={rollCallId} rollCall={rollCall} />
      <Visitors rollCall={rollCall} />
    </>
  );
};

/** Ends the roll-call, also with people missing; for ten minutes that can be taken back. */
const Closing = ({ rollCall }: { rollCall: RollCall }) => {
  const [isAsking, setAsking] = useState(false);
  const w = words.value.muster;
  const params = { rollCallId: rollCall.rollCallId };
  const isOpen = rollCall.state === "open";
  const left = rollCall.reopenUntil === undefined ? 0 : Date.parse(rollCall.reopenUntil) - now.value;
  if (!isOpen && left <= 0) return null;
  return (
    <>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        {isOpen ? w.close : w.reopen} {isOpen ? null : <span class="quiet figure">{countdown(left)}</span>}
      </button>
      {isAsking ? (
        <Ask
          title={isOpen ? w.closeTitle : w.reopenTitle}
          kind={rollCall.kind}
          help={isOpen && rollCall.totals.missing > 0 ? w.closeMissing(rollCall.totals.missing) : ""}
          confirm={isOpen ? w.close : w.reopen}
          close={() => setAsking(false)}
          run={async () => {
            const route = isOpen ? routes.closeRollCall : routes.reopenRollCall;
            showRollCall(await api().call(route, { params }));
          }}
        />
      ) : null}
    </>
  );
};
