import { useState } from "preact/hooks";
import type { Alarm } from "../../../protocol/alarms.ts";
import type { StepState } from "../../../protocol/course.ts";
import { routes } from "../../../protocol/http/routes.ts";
import { Ask } from "../parts/ask.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { now } from "../state/clock.ts";
import { words } from "../state/language.ts";
import { changedTo } from "../state/live-alarm.ts";
import { api } from "../state/session.ts";
import { clockTime, countdown } from "../state/times.ts";

const icons: Record<StepState["state"], IconName> = {
  waiting: "clock",
  armed: "eye",
  fired: "check",
  skipped: "forward",
};

/** The escalation: what happens by itself, when, and what somebody may do sooner. */
export const Course = ({ alarm }: { alarm: Alarm }) => {
  const [asked, setAsked] = useState<StepState | undefined>(undefined);
  const w = words.value.course;
  const { escalation, alarmId } = alarm;
  if (escalation === undefined || escalation.length === 0) return null;
  const isOpen = alarm.state === "open";
  const passed = (step: StepState): StepState[] =>
    escalation.filter((s) => s.step < step.step && (s.state === "waiting" || s.state === "armed"));
  return (
    <section class="panel" aria-labelledby="course">
      <h2 id="course">
        <Icon name="steps" size={18} />
        {w.title}
      </h2>
      <ol class="steps">
        {escalation.map((step) => (
          <li key={step.step} class={`step step-${step.state}`}>
            <span class="step-number">{step.step + 1}</span>
            <div class="step-what">
              <strong>{step.name}</strong>
              <StepWhen step={step} isOpen={isOpen} />
            </div>
            {isOpen && (step.state === "waiting" || step.state === "armed") ? (
              <button type="button" class="button" onClick={() => setAsked(step)}>
                {w.take}
                <span class="hidden">: {step.name}</span>
              </button>
            ) : null}
          </li>
        ))}
      </ol>
      {asked === undefined ? null : (
        <Ask
          title={w.takeTitle(asked.name)}
          kind={alarm.kind}
          help={passed(asked).length === 0 ? w.takeHelp : `${w.takeHelp} ${w.takePasses(passed(asked).length)}`}
          confirm={w.take}
          conflict={w.takeGone}
          close={() => setAsked(undefined)}
          run={async () =>
            changedTo(await api().call(routes.escalate, { params: { alarmId }, body: { step: asked.step } }))
          }
        />
      )}
    </section>
  );
};

const StepWhen = ({ step, isOpen }: { step: StepState; isOpen: boolean }) => {
  const w = words.value.course;
  const { state, dueAt, firedAt, cause, people } = step;
  const left = Date.parse(dueAt) - now.value;
  const text = (): string => {
    if (state === "fired")
      return [
        w.fired(firedAt === undefined ? "" : clockTime(firedAt)),
        cause === undefined ? undefined : w.cause[cause],
        people === undefined ? undefined : w.people(people),
      ]
        .filter((part) => part !== undefined)
        .join(" · ");
    if (state === "skipped") return w.skipped;
    if (!isOpen) return w.notTaken;
    return state === "armed" ? w.armed : w.dueIn(countdown(left));
  };
  return (
    <span class="step-when">
      <Icon name={icons[state]} size={15} />
      {/* A countdown that is read out every second is noise; the time it ends is said once. */}
      {state === "waiting" && isOpen ? (
        <>
          <span aria-hidden="true" class="figure">
            {text()}
          </span>
          <span class="hidden">{w.dueAt(clockTime(dueAt))}</span>
        </>
      ) : (
        <span>{text()}</span>
      )}
    </span>
  );
};
