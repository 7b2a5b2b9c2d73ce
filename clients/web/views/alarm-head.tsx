import type { ComponentChildren } from "preact";
import type { Alarm } from "../../../protocol/alarms.ts";
import { Icon } from "../parts/icon.tsx";
import { KindBanner, KindMark, SilentMark, UrgencyMark } from "../parts/marks.tsx";
import { AttachmentList, InstructionList, SeverityMark } from "../parts/what-to-do.tsx";
import { now } from "../state/clock.ts";
import { names } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { count, dayAndTime, listed, running } from "../state/times.ts";

/** What an alarm is: on its live page and in its record. */
export const AlarmHead = ({ alarm, children }: { alarm: Alarm; children: ComponentChildren }) => {
  const w = words.value.alarm;
  const end = alarm.endedAt === undefined ? now.value : Date.parse(alarm.endedAt);
  const isOpen = alarm.state === "open";
  const by = alarm.raisedBy.type === "integration" ? `${alarm.raisedBy.name} (${w.integration})` : alarm.raisedBy.name;
  return (
    <div class={`alarm-head alarm-head-${alarm.kind} alarm-head-${isOpen ? alarm.urgency : "ended"}`}>
      <KindBanner kind={alarm.kind} />
      <div class="alarm-head-body">
        <div class="marks">
          <span class={`mark ${isOpen ? "mark-open" : "mark-ended"}`}>
            <Icon name={isOpen ? "sound" : "check"} size={16} />
            {isOpen ? w.open : w.ended}
          </span>
          <KindMark kind={alarm.kind} />
          <UrgencyMark urgency={alarm.urgency} />
          <SeverityMark severity={alarm.severity} />
          <SilentMark silent={alarm.silent} />
        </div>
        <h1 tabIndex={-1}>{alarm.title}</h1>
        {alarm.message === undefined ? null : <p class="message">{alarm.message}</p>}
        <dl class="facts">
          <div>
            <dt>{w.raisedBy}</dt>
            <dd>
              {by}, {dayAndTime(alarm.raisedAt)}
            </dd>
          </div>
          <div>
            <dt>{isOpen ? w.running : w.lasted}</dt>
            <dd class="figure">{running(end - Date.parse(alarm.raisedAt))}</dd>
          </div>
          {alarm.requirement === undefined || alarm.requirement.length === 0 ? null : (
            <div>
              <dt>{w.needed}</dt>
              <dd>
                {listed(
                  alarm.requirement.map((r) => `${r.count} × ${names.value.get(r.roleId) ?? "…"}`),
                  "conjunction",
                )}
              </dd>
            </div>
          )}
          {alarm.repeats === undefined ? null : (
            <div>
              <dt>{w.repeats}</dt>
              <dd class="figure">{count(alarm.repeats)}</dd>
            </div>
          )}
          {alarm.reAlarms === undefined ? null : (
            <div>
              <dt>{w.reAlarms}</dt>
              <dd class="figure">{count(alarm.reAlarms)}</dd>
            </div>
          )}
        </dl>
        {alarm.instructions === undefined || alarm.instructions.length === 0 ? null : (
          <details class="more">
            <summary>{w.instructions}</summary>
            <InstructionList instructions={alarm.instructions} heading={w.instructions} />
          </details>
        )}
        <AttachmentList attachments={alarm.attachments} />
        {isOpen || alarm.endReason === undefined ? null : (
          <p class="ended-why">
            <Icon name="check" size={18} />
            <strong>{w.stoodDown(words.value.endReason[alarm.endReason])}</strong>
            {alarm.endText === undefined ? null : <span>“{alarm.endText}”</span>}
          </p>
        )}
        {children}
      </div>
    </div>
  );
};
