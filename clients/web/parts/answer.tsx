import { useId, useState } from "preact/hooks";
import type { Response } from "../../../protocol/terms.ts";
import { words } from "../state/language.ts";
import { isOnline } from "../state/link.ts";
import { isUnanswered, type OwnAlarm, responseOf } from "../state/own-alarm.ts";
import { answer } from "../state/own-alarms.ts";
import { clockTime } from "../state/times.ts";
import { Icon, type IconName } from "./icon.tsx";

/** Minutes offered with one press; the wire takes any number up to 600. */
const etas = [2, 5, 10, 15];

/** Each answer is one press, also "coming in 5 minutes": nobody fills in a form who has to run. */
export const AnswerButtons = ({ alarm }: { alarm: OwnAlarm }) => {
  const [text, setText] = useState("");
  const w = words.value.mine;
  const now = responseOf(alarm);
  const give = (response: Response, etaMinutes?: number): void => {
    const said = text.trim();
    answer(alarm.alarmId, response, {
      ...(etaMinutes === undefined ? {} : { etaMinutes }),
      ...(said === "" ? {} : { text: said }),
    });
    setText("");
  };
  const button = (response: Response, label: string, icon: IconName) => (
    <button
      type="button"
      class={`answer answer-${response}`}
      aria-pressed={now === response}
      onClick={() => give(response)}
    >
      <Icon name={icon} size={24} />
      {label}
    </button>
  );
  return (
    <div class="answers">
      {button("coming", w.comingNow, "check")}
      <fieldset class="etas">
        <legend>{w.etaLabel}</legend>
        {etas.map((minutes) => (
          <button
            key={minutes}
            type="button"
            aria-pressed={now === "coming" && alarm.answering?.etaMinutes === minutes}
            onClick={() => give("coming", minutes)}
          >
            {w.minutes(minutes)}
          </button>
        ))}
      </fieldset>
      {button("notComing", w.notComing, "cross")}
      {button("enRoute", w.enRoute, "route")}
      {button("onScene", w.onScene, "place")}
      <Said
        text={text}
        setText={setText}
        {...(now === undefined ? {} : { send: () => give(now, alarm.answering?.etaMinutes) })}
      />
    </div>
  );
};

/** Words that go with the answer; after the answer they can be sent by themselves. */
const Said = (props: { text: string; setText: (text: string) => void; send?: () => void }) => {
  const id = useId();
  const w = words.value.mine;
  const { text, setText, send } = props;
  return (
    <form
      class="answer-text"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") send?.();
      }}
    >
      <label for={id}>{send === undefined ? w.sayWith : w.sayMore}</label>
      <input
        id={id}
        class="input"
        maxLength={500}
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {send === undefined ? null : (
        <button type="submit" class="button" disabled={text.trim() === ""}>
          {w.send}
        </button>
      )}
    </form>
  );
};

/** Where the answer is: on its way, safe with the server, or refused. */
export const AnswerState = ({ alarm }: { alarm: OwnAlarm }) => {
  const w = words.value;
  const { answering, you, elsewhere } = alarm;
  const name = (response: Response): string => w.response[response];
  const at = answering?.at === undefined ? "" : ` (${clockTime(answering.at)})`;
  const text = (): string => {
    if (answering?.progress === "sending") return isOnline.value ? w.mine.sending : w.mine.sendingOffline;
    if (answering?.progress === "rejected") return w.mine.rejected;
    if (answering !== undefined) {
      const eta = answering.etaMinutes === undefined ? "" : `, ${w.alarm.eta(answering.etaMinutes)}`;
      const said = answering.text === undefined ? "" : `, “${answering.text}”`;
      return `${w.mine.accepted(name(answering.response) + eta + said)}${at}. ${w.mine.change}`;
    }
    if (elsewhere && you?.response !== undefined) return `${w.mine.elsewhere}: ${name(you.response)}`;
    return you?.response === undefined ? w.mine.unanswered : w.mine.accepted(name(you.response));
  };
  const progress = answering?.progress ?? (you?.response === undefined ? "none" : "accepted");
  return (
    <>
      <p class={`answer-state answer-state-${progress}`} role="status">
        {progress === "sending" ? <span class="spinner" aria-hidden="true" /> : null}
        {progress === "accepted" ? <Icon name="check" size={20} /> : null}
        {progress === "rejected" ? <Icon name="unreached" size={20} /> : null}
        {text()}
      </p>
      {answering?.standBy === true ? <StandBy text={w.mine.standBy} /> : null}
    </>
  );
};

const StandBy = ({ text }: { text: string }) => (
  <p class="stand-by" role="status">
    <Icon name="people" size={20} />
    <strong>{text}</strong>
  </p>
);

/** Somebody who has not answered yet may know that enough are coming; their answer is still welcome. */
export const FilledNote = ({ alarm }: { alarm: OwnAlarm }) =>
  alarm.fill?.filled === true && isUnanswered(alarm) ? <StandBy text={words.value.mine.filled} /> : null;
