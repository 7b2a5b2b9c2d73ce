import { useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { Failure } from "../parts/notice.tsx";
import { serverNow } from "../state/clock.ts";
import { words } from "../state/language.ts";
import { availability, availabilityError, reportAvailability } from "../state/presence.ts";
import { timeOrDay } from "../state/times.ts";

type Until = "open" | "1" | "4" | "8" | "today";
const choices: readonly Until[] = ["open", "1", "4", "8", "today"];

const untilTime = (until: Until): { until?: string } => {
  if (until === "open") return {};
  if (until !== "today") return { until: new Date(serverNow() + Number(until) * 3_600_000).toISOString() };
  const end = new Date(serverNow());
  end.setHours(23, 59, 59, 999);
  return { until: end.toISOString() };
};

/** Whether the person may be called, which is their own choice. */
export const AvailabilityPanel = () => {
  const [until, setUntil] = useState<Until>("open");
  const [isBusy, setBusy] = useState(false);
  const w = words.value.availability;
  const { value } = availability;
  const label = (choice: Until): string => {
    if (choice === "open") return w.noEnd;
    return choice === "today" ? w.today : w.hours(Number(choice));
  };
  const report = (available: boolean): void => {
    setBusy(true);
    void reportAvailability({ available, ...untilTime(until) }).finally(() => setBusy(false));
  };
  return (
    <section class="panel" aria-labelledby="availability">
      <h2 id="availability">
        <Icon name="people" size={18} />
        {w.title}
      </h2>
      <p class={`standing ${value?.available === true ? "standing-in" : "standing-out"}`} role="status">
        {value === undefined ? words.value.presence.unknown : null}
        {value === undefined ? null : <strong>{value.available ? w.available : w.unavailable}</strong>}
        {value?.until === undefined ? null : <span class="quiet"> {w.untilTime(timeOrDay(value.until))}</span>}
      </p>
      <label for="until">{w.until}</label>
      <select
        id="until"
        class="input"
        value={until}
        onChange={(event) => setUntil(choices.find((c) => c === event.currentTarget.value) ?? "open")}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {label(choice)}
          </option>
        ))}
      </select>
      <div class="pair">
        <button
          type="button"
          class="button"
          aria-pressed={value?.available === true}
          disabled={isBusy}
          onClick={() => report(true)}
        >
          {w.available}
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={value?.available === false}
          disabled={isBusy}
          onClick={() => report(false)}
        >
          {w.unavailable}
        </button>
      </div>
      {availabilityError.value === undefined ? null : (
        <>
          <p class="field-problem">{w.failed}</p>
          <Failure error={availabilityError.value} />
        </>
      )}
    </section>
  );
};
