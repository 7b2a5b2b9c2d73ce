import { useState } from "preact/hooks";
import type { ShiftImportResult } from "../../../../protocol/rosters.ts";
import { Icon } from "../../parts/icon.tsx";
import { words } from "../../state/language.ts";
import { rowProblem } from "../../state/shifts.ts";
import { count } from "../../state/times.ts";

/** What an import or a template would do, or did: how many, and which rows are not taken and why. */
export const ImportOutcome = (props: { result: ShiftImportResult; isDone: boolean; rowName: string }) => {
  const { result, isDone, rowName } = props;
  const [limit, setLimit] = useState(50);
  const w = words.value.roster;
  const { created, updated, unchanged, errors } = result;
  return (
    <div class="outcome">
      <p class={`verdict ${errors.length > 0 ? "verdict-short" : "verdict-enough"}`}>
        <Icon name={errors.length > 0 ? "unreached" : "check"} size={22} />
        {isDone ? w.done : w.wouldDo}
      </p>
      <dl class="muster-totals">
        <div>
          <dt>{w.createdShifts}</dt>
          <dd class="figure">{count(created)}</dd>
        </div>
        <div>
          <dt>{w.updatedShifts}</dt>
          <dd class="figure">{count(updated)}</dd>
        </div>
        <div>
          <dt>{w.unchangedShifts}</dt>
          <dd class="figure">{count(unchanged)}</dd>
        </div>
        <div class={errors.length === 0 ? "total-zero" : "total-missing"}>
          <dt>{w.wrongRows}</dt>
          <dd class="figure">{count(errors.length)}</dd>
        </div>
      </dl>
      {errors.length === 0 ? null : (
        <>
          <p class="quiet">{isDone ? w.wrongLeft : w.wrongWillBeLeft}</p>
          <div class="table-plain">
            <table class="past">
              <caption class="hidden">{w.wrongRows}</caption>
              <thead>
                <tr>
                  <th scope="col">{rowName}</th>
                  <th scope="col">{w.field}</th>
                  <th scope="col">{w.whatIsWrong}</th>
                </tr>
              </thead>
              <tbody>
                {errors.slice(0, limit).map(({ row, path, message }, i) => (
                  <tr key={i}>
                    <th scope="row">
                      {rowName} {count(row + 1)}
                    </th>
                    <td data-label={w.field}>{path === "" ? "–" : (w.fields[path] ?? path)}</td>
                    <td data-label={w.whatIsWrong}>{rowProblem(message)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {errors.length > limit ? (
            <button type="button" class="button" onClick={() => setLimit(limit + 200)}>
              {words.value.common.more}
            </button>
          ) : null}
        </>
      )}
    </div>
  );
};
