import type { Shift } from "../../../../protocol/rosters.ts";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { onDay } from "../../state/shifts.ts";
import { dayName } from "../../state/zoned.ts";
import { ShiftChip } from "./shift-chip.tsx";

interface Props {
  days: readonly string[];
  today: string;
  shifts: readonly Shift[];
  edit: (shift: Shift) => void;
  offer: (shift: Shift) => void;
}

/** The week on a phone: a list for each day, what has passed folded away. */
export const WeekDays = ({ days, ...rest }: Props) => {
  const isCurrent = days.includes(rest.today);
  const earlier = isCurrent ? days.filter((day) => day < rest.today) : [];
  return (
    <div class="week-days">
      {earlier.length === 0 ? null : (
        <details class="more">
          <summary>{words.value.roster.earlier}</summary>
          <div class="week-days">
            {earlier.map((day) => (
              <Day key={day} day={day} {...rest} />
            ))}
          </div>
        </details>
      )}
      {days
        .filter((day) => !earlier.includes(day))
        .map((day) => (
          <Day key={day} day={day} {...rest} />
        ))}
    </div>
  );
};

const Day = ({ day, today, shifts, edit, offer }: Omit<Props, "days"> & { day: string }) => {
  const w = words.value.roster;
  const here = shifts.flatMap((shift) => {
    const runs = onDay(shift, day);
    return runs === undefined ? [] : [{ shift, goesOn: runs === "goesOn" }];
  });
  return (
    <section aria-labelledby={`day-${day}`}>
      <h3 id={`day-${day}`}>
        {dayName(day, "long")}
        {day === today ? <span class="chip">{w.today}</span> : null}
      </h3>
      {here.length === 0 ? <p class="quiet">{w.nothing}</p> : null}
      <ul>
        {here.map(({ shift, goesOn }) => (
          <li key={shift.shiftId}>
            <ShiftChip
              shift={shift}
              goesOn={goesOn}
              about={`${names.value.get(shift.roleId) ?? "…"}, ${names.value.get(shift.siteId) ?? "…"}`}
              edit={edit}
              offer={offer}
            />
          </li>
        ))}
      </ul>
    </section>
  );
};
