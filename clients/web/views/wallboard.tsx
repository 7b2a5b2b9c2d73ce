import type { Alarm } from "../../../protocol/alarms.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { groupIcon, KindBanner, SilentMark, urgencyIcon } from "../parts/marks.tsx";
import { Loading } from "../parts/notice.tsx";
import { ProgressBar } from "../parts/progress.tsx";
import { RollCallBar } from "../parts/roll-call-bar.tsx";
import { now } from "../state/clock.ts";
import { useEvery } from "../state/every.ts";
import { words } from "../state/language.ts";
import { openAlarms } from "../state/open-alarms.ts";
import { loadOpenRollCalls, openRollCalls } from "../state/roll-calls.ts";
import { tenant } from "../state/route.ts";
import { isWallboard, logOut } from "../state/session.ts";
import { clockTime, count, running, shortTime } from "../state/times.ts";
import { Brand, LanguageSwitch, LinkBanner, LinkMark } from "./frame.tsx";
import { FillList } from "./need.tsx";

/** To be read from across a room: the open alarms and nothing to press. */
export const Wallboard = () => {
  const w = words.value;
  const { value } = openAlarms;
  return (
    <div class="wall">
      <header class="wall-top">
        <Brand />
        <span class="tenant">{tenant.value}</span>
        <LinkMark />
        <LanguageSwitch />
        {isWallboard.value ? (
          <button type="button" class="button button-plain" onClick={() => void logOut()}>
            {w.nav.logOut}
          </button>
        ) : (
          <Link to={{ view: "home" }} class="button button-plain">
            {w.board.leave}
          </Link>
        )}
        <time class="wall-clock">{clockTime(now.value)}</time>
      </header>
      <LinkBanner />
      <main>
        <h1 class="hidden" tabIndex={-1}>
          {w.board.title}
        </h1>
        <p class="hidden" role="status">
          {value === undefined ? "" : w.open.count(value.length)}
        </p>
        {value === undefined ? <Loading /> : null}
        {value?.length === 0 && openRollCalls.value.length === 0 ? (
          <div class="wall-quiet">
            <Icon name="quiet" size={160} />
            <p>{w.board.none}</p>
            <p class="quiet">{w.board.help}</p>
          </div>
        ) : null}
        <WallRollCalls />
        <ul class="wall-alarms">
          {value?.map((alarm) => (
            <WallAlarm key={alarm.alarmId} alarm={alarm} />
          ))}
        </ul>
      </main>
    </div>
  );
};

const askAgainMs = 5_000;

/** Totals only: a wall names nobody who is missing. */
const WallRollCalls = () => {
  useEvery(askAgainMs, () => void loadOpenRollCalls());
  const { value } = openRollCalls;
  if (value.length === 0) return null;
  return (
    <ul class="wall-roll-calls" aria-label={words.value.muster.plural}>
      {value.map((rollCall) => (
        <li key={rollCall.rollCallId} class="wall-alarm">
          <KindBanner kind={rollCall.kind} />
          <div class="wall-alarm-body">
            <p class="quiet">{words.value.muster.title}</p>
            <h2>{rollCall.title}</h2>
            <RollCallBar totals={rollCall.totals} />
          </div>
        </li>
      ))}
    </ul>
  );
};

const figures = ["coming", "enRoute", "onScene", "notComing", "notReached"] as const;

const WallAlarm = ({ alarm }: { alarm: Alarm }) => {
  const w = words.value;
  const { counts, raisedBy, raisedAt, kind, urgency } = alarm;
  return (
    <li class={`wall-alarm wall-alarm-${kind === "actual" ? urgency : kind}`}>
      <KindBanner kind={kind} />
      <div class="wall-alarm-body">
        <p class="wall-urgency">
          <Icon name={urgencyIcon[urgency]} size={36} />
          {w.urgency[urgency]}
          <SilentMark silent={alarm.silent} />
          <span class="wall-running">{running(now.value - Date.parse(raisedAt))}</span>
        </p>
        <h2>{alarm.title}</h2>
        {alarm.message === undefined ? null : <p class="wall-message">{alarm.message}</p>}
        <p class="quiet">{w.mine.raised(raisedBy.name, shortTime(raisedAt))}</p>
        <ProgressBar counts={counts} />
        {alarm.fill === undefined ? null : <FillList fill={alarm.fill} />}
        <dl class="wall-figures">
          <div>
            <dt>
              <Icon name="received" size={26} />
              {w.counts.received}
            </dt>
            <dd>
              {count(counts.received)}
              <small> / {count(counts.recipients)}</small>
            </dd>
          </div>
          {figures.map((name) => (
            <div key={name} class={counts[name] === 0 ? "count-none" : `count-${name}`}>
              <dt>
                <Icon name={groupIcon[name]} size={26} />
                {w.counts[name]}
              </dt>
              <dd>{count(counts[name])}</dd>
            </div>
          ))}
        </dl>
      </div>
    </li>
  );
};
