import type { StaffingWindow } from "../../../../protocol/staffing.ts";
import { SomeOf } from "../../parts/choice.tsx";
import { Field } from "../../parts/field.tsx";
import { words } from "../../state/language.ts";
import { weekdayName } from "../../state/zoned.ts";

const weekdays = [1, 2, 3, 4, 5, 6, 7];

/** Hours of the week that a rule is for: some days, from and until. */
export const RuleHours = (props: {
  hours: readonly StaffingWindow[];
  onChange: (hours: readonly StaffingWindow[]) => void;
}) => {
  const { hours, onChange } = props;
  const w = words.value.staffing;
  const set = (index: number, part: Partial<StaffingWindow>): void =>
    onChange(hours.map((one, i) => (i === index ? { ...one, ...part } : one)));
  return (
    <div class="rule-hours">
      {hours.map((window, index) => (
        <fieldset key={index} class="who">
          <legend>{w.hoursNumber(index + 1)}</legend>
          <SomeOf
            label={w.days}
            options={weekdays.map((day) => ({ value: String(day), label: weekdayName(day) }))}
            chosen={window.weekdays.map(String)}
            onChoose={(chosen) => set(index, { weekdays: chosen.map(Number).sort((a, b) => a - b) })}
          />
          <div class="pair">
            <Field label={w.from} type="time" required value={window.from} onInput={(from) => set(index, { from })} />
            <Field label={w.to} type="time" required value={window.to} onInput={(to) => set(index, { to })} />
          </div>
          {window.to <= window.from ? <p class="hint">{w.nextDay}</p> : null}
          {hours.length > 1 ? (
            <button
              type="button"
              class="button button-plain"
              onClick={() => onChange(hours.filter((_, i) => i !== index))}
            >
              {words.value.planning.remove}
              <span class="hidden">: {w.hoursNumber(index + 1)}</span>
            </button>
          ) : null}
        </fieldset>
      ))}
      {hours.length < 21 ? (
        <button
          type="button"
          class="button"
          onClick={() => onChange([...hours, { weekdays: [6, 7], from: "10:00", to: "16:00" }])}
        >
          {w.moreHours}
        </button>
      ) : null}
    </div>
  );
};
