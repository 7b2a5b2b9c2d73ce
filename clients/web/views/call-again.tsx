import { useState } from "preact/hooks";
import type { Alarm, ReAlarm } from "../../../protocol/alarms.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { Ask } from "../parts/ask.tsx";
import { now } from "../state/clock.ts";
import { words } from "../state/language.ts";
import { changedTo } from "../state/live-alarm.ts";
import { api } from "../state/session.ts";
import { count, countdown } from "../state/times.ts";

const whos = ["unanswered", "unreceived", "all"] as const satisfies readonly ReAlarm["who"][];

/** Alarms the same people once more. */
export const ReAlarmDialog = ({ alarm, close }: { alarm: Alarm; close: () => void }) => {
  const [who, setWho] = useState<ReAlarm["who"]>("unanswered");
  const w = words.value.again;
  const { recipients, received, coming, notComing, enRoute, onScene } = alarm.counts;
  const people = {
    unanswered: recipients - (coming + notComing + enRoute + onScene),
    unreceived: recipients - received,
    all: recipients,
  };
  return (
    <Ask
      title={w.title}
      kind={alarm.kind}
      help={w.help}
      confirm={w.confirm}
      conflict={words.value.alarm.gone}
      close={close}
      run={async () =>
        changedTo(await api().call(routes.reAlarm, { params: { alarmId: alarm.alarmId }, body: { who } }))
      }
    >
      <fieldset class="reasons">
        <legend>{w.who}</legend>
        {whos.map((one) => (
          <label key={one} class="check">
            <input type="radio" name="who" value={one} checked={one === who} onChange={() => setWho(one)} />
            <span>
              {w.whos[one]} <span class="quiet">({count(Math.max(0, people[one]))})</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Ask>
  );
};

/** For ten minutes an end can be taken back; the button says how long still. */
export const Reopen = ({ alarm }: { alarm: Alarm }) => {
  const [isAsking, setAsking] = useState(false);
  const w = words.value.again;
  const left = alarm.reopenUntil === undefined ? 0 : Date.parse(alarm.reopenUntil) - now.value;
  if (alarm.state !== "ended" || left <= 0) return null;
  return (
    <>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        {w.reopen} <span class="quiet figure">{countdown(left)}</span>
      </button>
      {isAsking ? (
        <Ask
          title={w.reopenTitle}
          kind={alarm.kind}
          help={w.reopenHelp}
          confirm={w.reopen}
          conflict={w.reopenGone}
          close={() => setAsking(false)}
          run={async () => changedTo(await api().call(routes.reopenAlarm, { params: { alarmId: alarm.alarmId } }))}
        />
      ) : null}
    </>
  );
};
