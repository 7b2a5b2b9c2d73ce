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

/** The week on a phone: a list for each day. */
export const WeekDays = ({ days, today, shifts, edit, offer }: Props) => {
  const w = words.value.roster;
  return (
    <div class="week-days">
      {days.map((day) => {
        const here = shifts.flatMap((shift) => {
          const runs = onDay(shift, day);
          return runs === undefined ? [] : [{ shift, goesOn: runs === "goesOn" }];
        });
        return (
          <section key={day} aria-labelledby={`day-${day}`} class={day === today ? "today" : ""}>
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
      })}
    </div>
  );
};
