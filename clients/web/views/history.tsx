import { useEffect } from "preact/hooks";
import type { Alarm } from "../../../protocol/alarms.ts";
import { HistoryFailure } from "../parts/history-failure.tsx";
import { Link } from "../parts/link.tsx";
import { KindMark, UrgencyMark } from "../parts/marks.tsx";
import { Empty, Loading } from "../parts/notice.tsx";
import { words } from "../state/language.ts";
import { choosePeriod, loadPast, past } from "../state/past.ts";
import { count, dayAndTime, span } from "../state/times.ts";
import { Scores } from "./scores.tsx";

export const History = () => {
  useEffect(() => void loadPast(), []);
  const w = words.value;
  const { items, loading, error, cursor, from, to } = past.value;
  return (
    <div class="history">
      <h1 tabIndex={-1}>{w.history.title}</h1>
      <form
        class="period"
        onSubmit={(event) => {
          event.preventDefault();
          void loadPast();
        }}
      >
        <label>
          {w.history.from}
          <input
            class="input"
            type="date"
            value={from}
            onInput={(event) => choosePeriod({ from: event.currentTarget.value })}
          />
        </label>
        <label>
          {w.history.to}
          <input
            class="input"
            type="date"
            value={to}
            onInput={(event) => choosePeriod({ to: event.currentTarget.value })}
          />
        </label>
        <button type="submit" class="button">
          {w.history.show}
        </button>
      </form>
      {error === undefined ? null : <HistoryFailure error={error} retry={() => void loadPast()} />}
      {!loading && error === undefined && items.length === 0 ? (
        <Empty icon="clock" title={w.history.none} help={w.history.noneHelp} />
      ) : null}
      {items.length === 0 ? null : <PastTable alarms={items} />}
      {loading ? <Loading /> : null}
      {cursor === undefined || loading ? null : (
        <button type="button" class="button" onClick={() => void loadPast(true)}>
          {w.common.more}
        </button>
      )}
      <Scores />
    </div>
  );
};

const PastTable = ({ alarms }: { alarms: readonly Alarm[] }) => {
  const w = words.value;
  const { columns } = w.history;
  return (
    <div class="table-plain">
      <table class="past">
        <thead>
          <tr>
            <th scope="col">{columns.alarm}</th>
            <th scope="col">{columns.raised}</th>
            <th scope="col" class="number">
              {columns.received}
            </th>
            <th scope="col" class="number">
              {columns.coming}
            </th>
            <th scope="col" class="number">
              {columns.last}
            </th>
            <th scope="col">{columns.state}</th>
          </tr>
        </thead>
        <tbody>
          {alarms.map(({ alarmId, title, kind, urgency, raisedAt, counts, timings, state, endReason }) => (
            <tr key={alarmId}>
              <th scope="row">
                <Link to={{ view: "record", alarmId }}>{title}</Link>
                <span class="marks">
                  <KindMark kind={kind} />
                  <UrgencyMark urgency={urgency} />
                </span>
              </th>
              <td data-label={columns.raised}>{dayAndTime(raisedAt)}</td>
              <td class="number" data-label={columns.received}>
                {count(counts.received)} / {count(counts.recipients)}
              </td>
              <td class="number" data-label={columns.coming}>
                {count(counts.coming + counts.enRoute + counts.onScene)}
              </td>
              <td class="number" data-label={columns.last}>
                {timings.received.p99 === null ? "–" : span(timings.received.p99)}
              </td>
              <td data-label={columns.state}>
                {state === "open" ? w.alarm.open : endReason === undefined ? w.alarm.ended : w.endReason[endReason]}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
