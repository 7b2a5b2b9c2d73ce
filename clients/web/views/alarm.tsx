import { useEffect, useState } from "preact/hooks";
import type { Alarm } from "../../../protocol/alarms.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Failure, Loading } from "../parts/notice.tsx";
import { ProgressBar } from "../parts/progress.tsx";
import { RecipientList } from "../parts/recipient-list.tsx";
import { TimingList } from "../parts/timings.tsx";
import { directory } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { fetchRest, follow, justRaised, type LiveAlarm, live } from "../state/live-alarm.ts";
import { countGroups } from "../state/recipients.ts";
import { AlarmHead } from "./alarm-head.tsx";
import { ReAlarmDialog, Reopen } from "./call-again.tsx";
import { Course } from "./course.tsx";
import { IncidentLog } from "./incident-log.tsx";
import { Need } from "./need.tsx";
import { RaisedNotice } from "./raise.tsx";
import { StandDownDialog } from "./stand-down.tsx";
import { StartRollCall } from "./start-roll-call.tsx";
import { WhyDialog, WhyPanel } from "./why.tsx";

/** One alarm, live: who got it, who saw it, who comes. */
export const AlarmView = ({ alarmId }: { alarmId: string }) => {
  useEffect(() => follow(alarmId), [alarmId]);
  const { value } = live;
  return (
    <div class="alarm-view">
      <Link to={{ view: "home" }} class="back">
        <Icon name="back" size={18} />
        {words.value.open.title}
      </Link>
      {justRaised.value?.alarmId === alarmId ? <RaisedNotice recipients={justRaised.value.recipients} /> : null}
      {value?.alarm === undefined ? (
        <NotYet alarmId={alarmId} live={value} />
      ) : (
        <Shown live={value} alarm={value.alarm} />
      )}
    </div>
  );
};

const NotYet = ({ alarmId, live: value }: { alarmId: string; live: LiveAlarm | undefined }) => (
  <>
    <h1 tabIndex={-1}>{words.value.alarm.title}</h1>
    {value?.error === undefined ? <Loading /> : <Failure error={value.error} retry={() => void follow(alarmId)} />}
  </>
);

const Shown = ({ live: { recipients, rest }, alarm }: { live: LiveAlarm; alarm: Alarm }) => {
  const [isEnding, setEnding] = useState(false);
  const [isCalling, setCalling] = useState(false);
  const [isCounting, setCounting] = useState(false);
  const [asked, setAsked] = useState<{ userId: string; name: string } | undefined>(undefined);
  const w = words.value.alarm;
  const { counts } = alarm;
  const isOpen = alarm.state === "open";
  const isWhole = recipients.size >= counts.recipients;
  return (
    <>
      <AlarmHead alarm={alarm}>
        <div class="alarm-actions">
          {isOpen ? (
            <>
              <button type="button" class="button button-end" onClick={() => setEnding(true)}>
                <Icon name="check" size={20} />
                {w.standDown}
              </button>
              {counts.recipients === 0 ? null : (
                <button type="button" class="button" onClick={() => setCalling(true)}>
                  <Icon name="again" size={18} />
                  {words.value.again.confirm}
                </button>
              )}
              {(directory.value?.sites.length ?? 0) === 0 ? null : (
                <button type="button" class="button" onClick={() => setCounting(true)}>
                  <Icon name="people" size={18} />
                  {words.value.muster.start}
                </button>
              )}
            </>
          ) : (
            <Reopen alarm={alarm} />
          )}
          {alarm.incidentId === undefined ? null : (
            <Link to={{ view: "messages", id: alarm.incidentId }} class="button">
              <Icon name="sms" size={18} />
              {words.value.nav.room}
            </Link>
          )}
          <Link to={{ view: "record", alarmId: alarm.alarmId }} class="button">
            <Icon name="file" size={18} />
            {words.value.report.link}
          </Link>
        </div>
      </AlarmHead>
      <div class="alarm-pair">
        <Need alarm={alarm} />
        <Course alarm={alarm} />
      </div>
      <section class="panel" aria-labelledby="progress">
        <h2 id="progress">{w.progress}</h2>
        <ProgressBar counts={counts} {...(isWhole ? { parts: countGroups(recipients.values()) } : {})} />
        <Spoken alarm={alarm} />
        {rest === "loading" ? <p class="quiet">{w.loadingRest(recipients.size, counts.recipients)}</p> : null}
        {rest === "failed" && !isWhole ? (
          <p class="field-problem">
            {w.loadRestFailed}{" "}
            <button type="button" class="button" onClick={() => void fetchRest(alarm.alarmId)}>
              {words.value.common.retry}
            </button>
          </p>
        ) : null}
        <RecipientList alarmId={alarm.alarmId} recipients={recipients} counts={counts} ask={setAsked} />
      </section>
      <div class="alarm-pair">
        {alarm.incidentId === undefined ? null : <IncidentLog incidentId={alarm.incidentId} isOpen={isOpen} />}
        <WhyPanel alarm={alarm} ask={setAsked} />
      </div>
      <TimingList timings={alarm.timings} />
      {asked === undefined ? null : (
        <WhyDialog alarmId={alarm.alarmId} person={asked} close={() => setAsked(undefined)} />
      )}
      {isCounting && isOpen ? <StartRollCall ofAlarm={alarm.alarmId} close={() => setCounting(false)} /> : null}
      {isCalling && isOpen ? <ReAlarmDialog alarm={alarm} close={() => setCalling(false)} /> : null}
      {isEnding && isOpen ? <StandDownDialog alarm={alarm} close={() => setEnding(false)} /> : null}
    </>
  );
};

/** Least time between two readings of the counts, ms: four a second would be noise for somebody who listens. */
const readEveryMs = 5_000;

/** The counts in a sentence: for eyes at once, for ears now and then. */
const Spoken = ({ alarm }: { alarm: Alarm }) => {
  const { received, recipients, coming, enRoute, onScene } = alarm.counts;
  const text = words.value.counts.summary(received, recipients, coming + enRoute + onScene);
  const [spoken, setSpoken] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(text), readEveryMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <>
      <p class="summary" aria-hidden="true">
        {text}
      </p>
      <p class="hidden" role="status">
        {spoken}
      </p>
    </>
  );
};
