import { useEffect, useState } from "preact/hooks";
import type { AlarmRecord } from "../../../protocol/history.ts";
import { Response } from "../../../protocol/terms.ts";
import { HistoryFailure } from "../parts/history-failure.tsx";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Loading } from "../parts/notice.tsx";
import { ProgressBar } from "../parts/progress.tsx";
import { RecipientList } from "../parts/recipient-list.tsx";
import { TimingList } from "../parts/timings.tsx";
import { words } from "../state/language.ts";
import { loadRecord, record, saveAsJson } from "../state/past.ts";
import { countGroups } from "../state/recipients.ts";
import { clockTime, count, span } from "../state/times.ts";
import { AlarmHead } from "./alarm-head.tsx";
import { Proof } from "./proof.tsx";

/** The complete record of one alarm, from the history. */
export const RecordView = ({ alarmId }: { alarmId: string }) => {
  useEffect(() => void loadRecord(alarmId), [alarmId]);
  const w = words.value;
  const current = record.value?.alarmId === alarmId ? record.value : undefined;
  return (
    <div class="alarm-view">
      <Link to={{ view: "history" }} class="back">
        <Icon name="back" size={18} />
        {w.history.title}
      </Link>
      {current?.record === undefined ? <h1 tabIndex={-1}>{w.history.record}</h1> : <Record loaded={current.record} />}
      {current?.error === undefined ? null : (
        <HistoryFailure error={current.error} retry={() => void loadRecord(alarmId)} />
      )}
      {current?.record === undefined && current?.error === undefined ? <Loading /> : null}
    </div>
  );
};

const Record = ({ loaded }: { loaded: AlarmRecord }) => {
  const w = words.value;
  const recipients = new Map(loaded.recipients.map((r) => [r.userId, r]));
  return (
    <>
      <AlarmHead alarm={loaded}>
        <button type="button" class="button" onClick={() => saveAsJson(loaded)}>
          <Icon name="download" size={18} />
          {w.history.download}
        </button>
      </AlarmHead>
      <section class="panel" aria-labelledby="record-recipients">
        <h2 id="record-recipients">{w.alarm.recipients}</h2>
        <ProgressBar counts={loaded.counts} parts={countGroups(loaded.recipients)} />
        <RecipientList
          alarmId={`record ${loaded.alarmId}`}
          recipients={recipients}
          counts={loaded.counts}
          since={Date.parse(loaded.raisedAt)}
        />
        <p class="hint">{w.history.sinceAccepted}</p>
      </section>
      <Proof alarmId={loaded.alarmId} />
      <TimingList timings={loaded.timings} />
      <Events loaded={loaded} />
    </>
  );
};

/** An event in words. Its fields depend on its type; those of types this page does not know are left to the JSON. */
const whatHappened = (event: AlarmRecord["events"][number], nameOf: ReadonlyMap<string, string>): string => {
  const w = words.value;
  const { rows, recipients, response } = event;
  const many = [rows, recipients].find((value) => typeof value === "number");
  const answered = Response.safeParse(response);
  const about = [
    nameOf.get(event.by?.id ?? ""),
    many === undefined ? undefined : count(many),
    answered.success ? w.response[answered.data] : undefined,
  ].filter((part) => part !== undefined);
  const what = w.history.event[event.type] ?? event.type;
  return about.length === 0 ? what : `${what}: ${about.join(", ")}`;
};

/** Events shown at first: an alarm to ten thousand people may have thousands of them. */
const fewEvents = 50;

const Events = ({ loaded }: { loaded: AlarmRecord }) => {
  const [limit, setLimit] = useState(fewEvents);
  const w = words.value.history;
  const start = Date.parse(loaded.raisedAt);
  const events = loaded.events.toSorted((a, b) => a.at.localeCompare(b.at));
  const nameOf = new Map(loaded.recipients.map((r) => [r.userId, r.name]));
  // Who raised it need not be among the recipients.
  nameOf.set(loaded.raisedBy.id, loaded.raisedBy.name);
  return (
    <section class="panel" aria-labelledby="events">
      <h2 id="events">
        {w.events} <span class="quiet">{w.eventCount(events.length)}</span>
      </h2>
      {events.length === 0 ? <p class="quiet">{w.noEvents}</p> : null}
      <ol class="events">
        {events.slice(0, limit).map((event) => (
          <li key={event.eventId}>
            <time dateTime={event.at}>{clockTime(event.at)}</time>
            <span class="after">{w.afterRaise(span(Math.max(0, Date.parse(event.at) - start)))}</span>
            <span>{whatHappened(event, nameOf)}</span>
          </li>
        ))}
      </ol>
      {events.length > limit ? (
        <button type="button" class="button" onClick={() => setLimit(limit + 500)}>
          {words.value.common.more}
        </button>
      ) : null}
    </section>
  );
};
