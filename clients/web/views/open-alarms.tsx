import type { Alarm } from "../../../protocol/alarms.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { groupIcon, KindMark, SilentMark, UrgencyMark } from "../parts/marks.tsx";
import { Empty, Loading } from "../parts/notice.tsx";
import { ProgressBar } from "../parts/progress.tsx";
import { now } from "../state/clock.ts";
import { words } from "../state/language.ts";
import { openAlarms } from "../state/open-alarms.ts";
import { count, running, timeOrDay } from "../state/times.ts";
import { FillList } from "./need.tsx";

/** Every open alarm of the organisation as a live card. */
export const OpenAlarms = () => {
  const w = words.value.open;
  const { value } = openAlarms;
  return (
    <section aria-labelledby="open-alarms">
      <div class="section-head">
        <h2 id="open-alarms">{w.title}</h2>
        {value === undefined || value.length < 2 ? null : (
          <button type="button" class="button" onClick={toRaise}>
            {words.value.raise.title}
          </button>
        )}
      </div>
      <p class="hidden" role="status">
        {value === undefined ? "" : w.count(value.length)}
      </p>
      {value === undefined ? <Loading /> : null}
      {value?.length === 0 ? <Empty icon="quiet" title={w.none} help={w.noneHelp} /> : null}
      <ul class="cards">
        {value?.map((alarm) => (
          <OpenAlarm key={alarm.alarmId} alarm={alarm} />
        ))}
      </ul>
    </section>
  );
};

/** With many open alarms the scenarios are below the fold, and raising the next one must not be a search. */
const toRaise = (): void => {
  document.getElementById("raise")?.scrollIntoView({ block: "start" });
  document.querySelector<HTMLElement>(".scenario")?.focus({ preventScroll: true });
};

const OpenAlarm = ({ alarm }: { alarm: Alarm }) => {
  const w = words.value;
  const { counts } = alarm;
  return (
    <li class={`card card-${alarm.kind} card-${alarm.urgency}`}>
      <div class="card-head">
        <div class="marks">
          <KindMark kind={alarm.kind} />
          <UrgencyMark urgency={alarm.urgency} />
          <SilentMark silent={alarm.silent} />
        </div>
        <span class="card-time">
          <Icon name="clock" size={16} />
          {running(now.value - Date.parse(alarm.raisedAt))}
        </span>
      </div>
      <h3>
        <Link to={{ view: "alarm", alarmId: alarm.alarmId }} class="card-link">
          {alarm.title}
        </Link>
      </h3>
      <p class="quiet">{w.open.raisedBy(alarm.raisedBy.name, timeOrDay(alarm.raisedAt))}</p>
      <ProgressBar counts={counts} />
      {alarm.fill === undefined ? null : <FillList fill={alarm.fill} />}
      <ul class="card-counts">
        <li>
          <strong>
            {count(counts.received)}/{count(counts.recipients)}
          </strong>{" "}
          {w.counts.received.toLowerCase()}
        </li>
        {(["coming", "enRoute", "onScene", "notComing", "notReached"] as const)
          .filter((name) => counts[name] > 0)
          .map((name) => (
            <li key={name} class={`count-${name}`}>
              <Icon name={groupIcon[name]} size={16} />
              <strong>{count(counts[name])}</strong> {w.counts[name].toLowerCase()}
            </li>
          ))}
      </ul>
    </li>
  );
};
