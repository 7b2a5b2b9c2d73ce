import type { AvailabilityBlock } from "../../../../protocol/availability.ts";
import { SomeOf } from "../../parts/choice.tsx";
import { Icon } from "../../parts/icon.tsx";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { me } from "../../state/session.ts";
import { weekdayName } from "../../state/times.ts";

/** Hours as they are being written. Fields for times know no 24:00: midnight at the end of a day is 00:00 here. */
export interface HoursDraft {
  key: number;
  weekdays: readonly number[];
  from: string;
  to: string;
  /** Empty: for all roles. */
  roleIds: readonly string[];
}

export const toDraft = (block: AvailabilityBlock, key: number): HoursDraft => ({
  key,
  weekdays: block.weekdays,
  from: block.from,
  to: block.to === "24:00" ? "00:00" : block.to,
  roleIds: block.roleIds ?? [],
});

export const toBlock = ({ weekdays, from, to, roleIds }: HoursDraft): AvailabilityBlock => ({
  weekdays: weekdays.toSorted((a, b) => a - b),
  from,
  to: to === "00:00" ? "24:00" : to,
  ...(roleIds.length === 0 ? {} : { roleIds: [...roleIds] }),
});

type Problem = "needDay" | "needTime" | "same";

export const blockProblem = ({ weekdays, from, to }: HoursDraft): Problem | undefined => {
  if (weekdays.length === 0) return "needDay";
  if (from === "" || to === "") return "needTime";
  // From midnight to midnight is a whole day.
  return from === to && to !== "00:00" ? "same" : undefined;
};

const allDays = [1, 2, 3, 4, 5, 6, 7];

/** One row of the pattern: days, from, to, and as what. */
export const Hours = (props: {
  number: number;
  block: HoursDraft;
  problem: Problem | undefined;
  onChange: (block: HoursDraft) => void;
  onRemove: () => void;
}) => {
  const { block, number, onChange } = props;
  const w = words.value.week;
  const own = me.value?.roleIds ?? [];
  // A role that was taken away may still be in the pattern: it can be taken out, not put in.
  const roles = [...new Set([...own, ...block.roleIds])];
  const runsOn = block.from !== "" && block.to !== "" && block.to !== "00:00" && block.to < block.from;
  const isWhole = block.from === "00:00" && block.to === "00:00";
  return (
    <fieldset class="hours">
      <legend>{w.block(number)}</legend>
      <fieldset class="some-of">
        <legend class="hidden">{w.days}</legend>
        <div class="weekdays">
          {allDays.map((day) => (
            <label key={day} class="pick">
              <input
                type="checkbox"
                aria-label={weekdayName(day, "long")}
                checked={block.weekdays.includes(day)}
                onChange={(event) => {
                  const others = block.weekdays.filter((d) => d !== day);
                  onChange({ ...block, weekdays: event.currentTarget.checked ? [...others, day] : others });
                }}
              />
              <span aria-hidden="true">{weekdayName(day, "short")}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="hours-times">
        <label>
          {w.from}
          <input
            class="input"
            type="time"
            value={block.from}
            onInput={(event) => onChange({ ...block, from: event.currentTarget.value })}
          />
        </label>
        <label>
          {w.to}
          <input
            class="input"
            type="time"
            value={block.to}
            onInput={(event) => onChange({ ...block, to: event.currentTarget.value })}
          />
        </label>
        <button type="button" class="button button-plain" aria-label={w.remove(number)} onClick={props.onRemove}>
          <Icon name="cross" size={18} />
        </button>
      </div>
      {runsOn || isWhole ? <p class="hint">{isWhole ? w.wholeDay : w.nextDay}</p> : null}
      <SomeOf
        label={w.onlyRoles}
        options={roles.map((roleId) => ({ value: roleId, label: names.value.get(roleId) ?? "…" }))}
        chosen={block.roleIds}
        onChoose={(roleIds) => onChange({ ...block, roleIds })}
      />
      {props.problem === undefined ? null : (
        <p class="field-problem" role="alert">
          {w[props.problem]}
        </p>
      )}
    </fieldset>
  );
};
