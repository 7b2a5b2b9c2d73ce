import { useRef } from "preact/hooks";
import { AnswerButtons, AnswerState, FilledNote } from "../parts/answer.tsx";
import { Icon } from "../parts/icon.tsx";
import { KindBanner, urgencyIcon } from "../parts/marks.tsx";
import { Modal } from "../parts/modal.tsx";
import { useSeen } from "../parts/seen.ts";
import { AttachmentList, OwnInstructions, SeverityMark } from "../parts/what-to-do.tsx";
import { now } from "../state/clock.ts";
import { words } from "../state/language.ts";
import { isUnanswered, type OwnAlarm, responseOf } from "../state/own-alarm.ts";
import { dismiss, mute, putAside, takingOver, waiting } from "../state/own-alarms.ts";
import { isBlocked, unblock } from "../state/sound.ts";
import { clockTime, running } from "../state/times.ts";

/** An alarm for this person takes the whole screen, whatever was on it. */
export const TakeOver = () => {
  const alarm = takingOver.value;
  return alarm === undefined ? null : <Raised key={alarm.alarmId} alarm={alarm} />;
};

const Raised = ({ alarm }: { alarm: OwnAlarm }) => {
  const body = useRef<HTMLDivElement>(null);
  useSeen(alarm, body);
  const isOver = alarm.ended !== undefined;
  const leave = (): void => (isOver ? dismiss(alarm.alarmId) : putAside(alarm.alarmId));
  // A silent alarm must not be read off its colour from across a room.
  const loud = alarm.silent ? "hushed" : alarm.urgency;
  const tone = isOver ? "over" : alarm.kind === "actual" ? loud : alarm.kind;
  return (
    <Modal
      role="alertdialog"
      labelledBy="alarm-title"
      describedBy="alarm-what"
      class={`take-over take-over-${tone}`}
      stage={isOver ? "over" : `asking ${alarm.seq}`}
      onDismiss={leave}
    >
      <KindBanner kind={alarm.kind} />
      <div class="take-over-body" ref={body}>
        {isOver ? <Over alarm={alarm} leave={leave} /> : <Asking alarm={alarm} leave={leave} />}
      </div>
    </Modal>
  );
};

const Asking = ({ alarm, leave }: { alarm: OwnAlarm; leave: () => void }) => {
  const w = words.value;
  const isAnswered = responseOf(alarm) !== undefined;
  return (
    <>
      <div class="take-over-head">
        <span class="take-over-urgency">
          <Icon name={urgencyIcon[alarm.urgency]} size={30} />
          {w.urgency[alarm.urgency]}
        </span>
        <SeverityMark severity={alarm.severity} />
        {alarm.reopened === true || (alarm.reAlarm ?? 0) > 0 ? (
          <span class="take-over-again">
            <Icon name="again" size={22} />
            {alarm.reopened === true ? w.mine.reopened : w.mine.calledAgain}
          </span>
        ) : null}
        {alarm.silent ? (
          <span class="take-over-silent">
            <Icon name="silent" size={22} />
            {w.mine.silentNote}
          </span>
        ) : null}
        <span class="take-over-clock">
          <Icon name="clock" size={22} />
          {running(now.value - Date.parse(alarm.raisedAt))}
        </span>
      </div>
      <h2 id="alarm-title" tabIndex={-1} data-focus>
        <span class="hidden">
          {w.kind[alarm.kind]}, {w.urgency[alarm.urgency]}:{" "}
        </span>
        {alarm.title}
      </h2>
      <div id="alarm-what">
        {alarm.message === undefined ? null : <p class="take-over-message">{alarm.message}</p>}
        <OwnInstructions instructions={alarm.instructions} />
        <p class="take-over-by">{w.mine.raised(alarm.raisedBy.name, clockTime(alarm.raisedAt))}</p>
      </div>
      <AttachmentList attachments={alarm.attachments} />
      <FilledNote alarm={alarm} />
      <AnswerButtons alarm={alarm} />
      <div aria-live="assertive">{isAnswered ? <AnswerState alarm={alarm} /> : null}</div>
      <div class="take-over-foot">
        {isUnanswered(alarm) && !alarm.muted && !alarm.silent ? <SoundButton alarmId={alarm.alarmId} /> : null}
        <button type="button" class="button button-on-colour" onClick={leave}>
          {isAnswered ? (waiting.value > 0 ? w.mine.next : w.common.close) : w.mine.later}
        </button>
        {waiting.value > 0 ? <p>{w.mine.waiting(waiting.value)}</p> : null}
      </div>
    </>
  );
};

const SoundButton = ({ alarmId }: { alarmId: string }) => {
  const w = words.value;
  return isBlocked.value ? (
    <button type="button" class="button button-on-colour" onClick={unblock}>
      <Icon name="sound" size={20} />
      {w.sound.turnOn}
    </button>
  ) : (
    <button type="button" class="button button-on-colour" onClick={() => mute(alarmId)}>
      <Icon name="silent" size={20} />
      {w.mine.mute}
    </button>
  );
};

const Over = ({ alarm, leave }: { alarm: OwnAlarm; leave: () => void }) => {
  const w = words.value;
  return (
    <>
      <p class="take-over-urgency">
        <Icon name="check" size={30} />
        {w.mine.standDown}
      </p>
      <h2 id="alarm-title" tabIndex={-1} data-focus>
        {alarm.title}
      </h2>
      <div id="alarm-what" aria-live="assertive">
        <p class="take-over-message">
          {alarm.ended?.reason === undefined ? null : <strong>{w.endReason[alarm.ended.reason]}. </strong>}
          {w.mine.standDownLead}
        </p>
        {alarm.ended?.text === undefined ? null : <p class="take-over-message">“{alarm.ended.text}”</p>}
      </div>
      <div class="take-over-foot">
        <button type="button" class="button button-on-colour" onClick={leave}>
          {w.common.close}
        </button>
      </div>
    </>
  );
};
