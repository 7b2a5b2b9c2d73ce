import { useRef } from "preact/hooks";
import { AnswerButtons, AnswerState, FilledNote } from "../parts/answer.tsx";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { KindBanner, KindMark, SilentMark, UrgencyMark } from "../parts/marks.tsx";
import { Empty } from "../parts/notice.tsx";
import { useSeen } from "../parts/seen.ts";
import { AttachmentList, OwnInstructions, SeverityMark } from "../parts/what-to-do.tsx";
import { words } from "../state/language.ts";
import type { OwnAlarm } from "../state/own-alarm.ts";
import { dismiss, ownAlarms, takingOver } from "../state/own-alarms.ts";
import { mayCoordinate } from "../state/session.ts";
import { timeOrDay } from "../state/times.ts";

/** Alarms for this person that no longer fill the screen: the answer can be changed here until the stand-down. */
export const OwnAlarms = () => {
  const w = words.value.mine;
  const alarms = ownAlarms.value.filter((a) => a.aside);
  if (alarms.length === 0 && mayCoordinate.value) return null;
  return (
    <section aria-labelledby="own-alarms">
      <h2 id="own-alarms">{w.title}</h2>
      {alarms.length === 0 && takingOver.value === undefined ? (
        <Empty icon="bell" title={w.none} help={w.noneHelp} />
      ) : null}
      <ul class="cards">
        {alarms.map((alarm) => (
          <OwnCard key={alarm.alarmId} alarm={alarm} />
        ))}
      </ul>
    </section>
  );
};

const OwnCard = ({ alarm }: { alarm: OwnAlarm }) => {
  const card = useRef<HTMLLIElement>(null);
  useSeen(alarm, card);
  const w = words.value;
  const { ended } = alarm;
  return (
    <li ref={card} class={`card card-${alarm.kind} card-${alarm.urgency}${ended === undefined ? "" : " card-ended"}`}>
      <KindBanner kind={alarm.kind} />
      <div class="card-head">
        <div class="marks">
          <KindMark kind={alarm.kind} />
          <UrgencyMark urgency={alarm.urgency} />
          <SeverityMark severity={alarm.severity} />
          <SilentMark silent={alarm.silent} />
        </div>
        <span class="card-time">{timeOrDay(alarm.raisedAt)}</span>
      </div>
      <h3>{alarm.title}</h3>
      {alarm.message === undefined ? null : <p class="message">{alarm.message}</p>}
      <OwnInstructions instructions={alarm.instructions} />
      <AttachmentList attachments={alarm.attachments} />
      {ended === undefined ? (
        <>
          {alarm.reopened === true ? <p class="quiet">{w.mine.reopened}</p> : null}
          <FilledNote alarm={alarm} />
          <AnswerState alarm={alarm} />
          <AnswerButtons alarm={alarm} />
          {alarm.incidentId === undefined ? null : (
            <Link to={{ view: "messages", id: alarm.incidentId }} class="button">
              <Icon name="sms" size={18} />
              {w.nav.room}
            </Link>
          )}
        </>
      ) : (
        <div class="card-over">
          <p role="status">
            <Icon name="check" size={18} />
            <strong>
              {w.mine.standDown}
              {ended.reason === undefined ? "" : `: ${w.endReason[ended.reason]}`}
            </strong>
            {ended.text === undefined ? null : <span> “{ended.text}”</span>}
          </p>
          <button type="button" class="button" onClick={() => dismiss(alarm.alarmId)}>
            {w.mine.dismiss}
          </button>
        </div>
      )}
    </li>
  );
};
