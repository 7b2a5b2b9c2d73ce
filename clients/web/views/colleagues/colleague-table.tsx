import type { UserAvailability } from "../../../../protocol/availability.ts";
import { useRowsInSight } from "../../parts/rows-in-sight.ts";
import { TableBox } from "../../parts/table-box.tsx";
import { words } from "../../state/language.ts";
import type { Standing } from "../../state/own-week.ts";
import { nearTime } from "../../state/times.ts";
import { AvailabilityChip } from "../availability/availability-chip.tsx";

export interface Row {
  person: UserAvailability;
  here: Standing;
}

/** Until when somebody can be called, or from when. */
const whenOf = ({ here }: Row): string => {
  const w = words.value.colleagues;
  if (here.available) return here.until === undefined ? "" : w.until(nearTime(here.until));
  return here.until === undefined ? w.notThisWeek : w.from(nearTime(here.until));
};

/** Ten thousand people stay smooth: only the rows in sight are in the document. */
export const ColleagueTable = (props: {
  rows: readonly Row[];
  look: (person: { userId: string; name: string }) => void;
}) => {
  const { rows } = props;
  const w = words.value.colleagues;
  const { box, look, first, last, above, below } = useRowsInSight(rows.length);
  return (
    <TableBox box={box} look={look} label={w.title}>
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            <th scope="col">{w.columns.name}</th>
            <th scope="col">{w.columns.now}</th>
            <th scope="col">{w.columns.when}</th>
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <tr class="gap" style={{ height: `${above}px` }} /> : null}
          {rows.slice(first, last).map((row, index) => (
            <tr key={row.person.userId} aria-rowindex={first + index + 2}>
              <th scope="row">
                <button type="button" class="row-name" onClick={() => props.look(row.person)}>
                  {row.person.name}
                  <span class="hidden">, {w.look}</span>
                </button>
              </th>
              <td class="cell-state">
                <AvailabilityChip available={row.here.available} />
              </td>
              <td class="cell-when">
                {whenOf(row)}
                {row.here.note === undefined ? null : <span class="said">{words.value.when.said(row.here.note)}</span>}
              </td>
            </tr>
          ))}
          {below > 0 ? <tr class="gap" style={{ height: `${below}px` }} /> : null}
        </tbody>
      </table>
    </TableBox>
  );
};
