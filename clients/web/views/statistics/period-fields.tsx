import { useId } from "preact/hooks";
import { words } from "../../state/language.ts";
import type { Period, TimeStep } from "../../state/statistics-times.ts";

/** From which day to which; empty for the usual period. */
export const PeriodFields = (props: { period: Period; step: TimeStep; onChange: (period: Period) => void }) => {
  const { period, step, onChange } = props;
  const id = useId();
  const w = words.value.statistics;
  return (
    <>
      <label for={`${id}-from`}>
        {w.from}
        <input
          id={`${id}-from`}
          class="input"
          type="date"
          value={period.from}
          aria-describedby={`${id}-usual`}
          onChange={(event) => onChange({ ...period, from: event.currentTarget.value })}
        />
      </label>
      <label for={`${id}-to`}>
        {w.to}
        <input
          id={`${id}-to`}
          class="input"
          type="date"
          value={period.to}
          aria-describedby={`${id}-usual`}
          onChange={(event) => onChange({ ...period, to: event.currentTarget.value })}
        />
      </label>
      <p id={`${id}-usual`} class="hint">
        {w.usual[step]}
      </p>
    </>
  );
};
