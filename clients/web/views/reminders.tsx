import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { KindMark } from "../parts/marks.tsx";
import { words } from "../state/language.ts";
import { dismissReminder, forgotten } from "../state/reminders.ts";
import { timeOrDay } from "../state/times.ts";

/** For those who lead: an alarm that nobody has ended, and when it ends by itself. */
export const Reminders = () => {
  const w = words.value.forgotten;
  return (
    <div role="alert" class="reminders">
      {forgotten.value.map(({ alarm, dueAt }) => (
        <div key={alarm.alarmId} class="notice notice-warn">
          <Icon name="clock" />
          <div>
            <p>
              <KindMark kind={alarm.kind} /> <Link to={{ view: "alarm", alarmId: alarm.alarmId }}>{alarm.title}</Link>:{" "}
              {w.stillOpen}
              {dueAt === undefined ? null : ` ${w.endsAt(timeOrDay(dueAt))}`}
            </p>
            <button type="button" class="button" onClick={() => dismissReminder(alarm.alarmId)}>
              {w.itIsRight}
            </button>
          </div>
        </div>
      ))}
    </div>
  );
};
