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

const nameOf = (id: string): string => names.value.get(id) ?? "…";

/** A row for each role at each site, a column for each day. */
export const WeekGrid = ({ days, today, shifts, edit, offer }: Props) => {
  const w = words.value.roster;
  const rows = [...Map.groupBy(shifts, ({ siteId, roleId }) => `${siteId} ${roleId}`).values()]
    .flatMap((list) => {
      const [first] = list;
      return first === undefined ? [] : [{ site: nameOf(first.siteId), role: nameOf(first.roleId), list }];
    })
    .sort((a, b) => a.site.localeCompare(b.site) || a.role.localeCompare(b.role));
  return (
    <div class="table-plain week-box">
      <table class="week">
        <caption class="hidden">{w.gridCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{w.post}</th>
            {days.map((day) => (
              <th
                key={day}
                scope="col"
                class={day === today ? "today" : ""}
                {...(day === today ? { "aria-current": "date" } : {})}
              >
                {dayName(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ site, role, list }) => (
            <tr key={`${site} ${role}`}>
              <th scope="row">
                {role}
                <span class="quiet">{site}</span>
              </th>
              {days.map((day) => (
                <td key={day} class={day === today ? "today" : ""}>
                  {list
                    .flatMap((shift) => {
                      const runs = onDay(shift, day);
                      return runs === undefined ? [] : [{ shift, goesOn: runs === "goesOn" }];
                    })
                    .map(({ shift, goesOn }) => (
                      <ShiftChip key={shift.shiftId} shift={shift} goesOn={goesOn} edit={edit} offer={offer} />
                    ))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
