import { useId, useState } from "preact/hooks";
import type { AvailabilityReport } from "../../../protocol/presence.ts";
import { Icon } from "../parts/icon.tsx";
import { Link } from "../parts/link.tsx";
import { Failure } from "../parts/notice.tsx";
import { serverNow } from "../state/clock.ts";
import { useEvery } from "../state/every.ts";
import { words } from "../state/language.ts";
import { loadOwnWeek, ownWeekError, sayAvailable, standing, takeWordBack, wordError } from "../state/own-week.ts";
import { place } from "../state/route.ts";
import { localInput, nearTime, timeOfInput } from "../state/times.ts";

/** What was said elsewhere, and a week that goes on, shows after so long at the latest, ms. */
const lookMs = 3_600_000;

type Until = "open" | "1" | "4" | "8" | "today" | "other";
const choices: readonly Until[] = ["open", "1", "4", "8", "today", "other"];

const untilTime = (until: Until, other: string): { until?: string } => {
  if (until === "open") return {};
  if (until === "other") {
    const time = timeOfInput(other);
    return time === undefined ? {} : { until: time };
  }
  if (until !== "today") return { until: new Date(serverNow() + Number(until) * 3_600_000).toISOString() };
  const end = new Date(serverNow());
  end.setHours(23, 59, 59, 999);
  return { until: end.toISOString() };
};

/** Whether the person may be called now: what holds, and why; and a word that goes before everything else. */
export const AvailabilityPanel = () => {
  const [until, setUntil] = useState<Until>("open");
  const [other, setOther] = useState("");
  const [note, setNote] = useState("");
  const [isShared, setShared] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  useEvery(lookMs, () => void loadOwnWeek());
  const w = words.value.availability;
  const more = words.value.when;
  const { value } = standing;
  const label = (choice: Until): string => {
    if (choice === "open") return w.noEnd;
    if (choice === "other") return more.other;
    return choice === "today" ? w.today : w.hours(Number(choice));
  };
  const run = async (saying: () => Promise<boolean>): Promise<void> => {
    setBusy(true);
    if (await saying()) {
      setNote("");
      setShared(false);
    }
    setBusy(false);
  };
  const report = (available: boolean): Promise<void> => {
    const said = note.trim();
    const text: Partial<AvailabilityReport> =
      said === "" ? {} : { note: said, ...(isShared ? { shareNote: true } : {}) };
    return run(() => sayAvailable({ available, ...untilTime(until, other), ...text }));
  };
  return (
    <section class="panel" aria-labelledby="availability">
      <h2 id="availability">
        <Icon name="people" size={18} />
        {w.title}
      </h2>
      <StandingNow />
      <label for="until">{w.until}</label>
      <select
        id="until"
        class="input"
        value={until}
        onChange={(event) => {
          setUntil(choices.find((c) => c === event.currentTarget.value) ?? "open");
          if (other === "") setOther(localInput(serverNow() + 24 * 3_600_000));
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {label(choice)}
          </option>
        ))}
      </select>
      {until === "other" ? (
        <>
          <label for={`${id}-time`}>{more.otherTime}</label>
          <input
            id={`${id}-time`}
            class="input"
            type="datetime-local"
            min={localInput(serverNow())}
            value={other}
            onInput={(event) => setOther(event.currentTarget.value)}
          />
        </>
      ) : null}
      <label for={`${id}-note`}>{more.note}</label>
      <input
        id={`${id}-note`}
        class="input"
        maxLength={200}
        value={note}
        onInput={(event) => setNote(event.currentTarget.value)}
      />
      {note.trim() === "" ? null : (
        <label class="check">
          <input type="checkbox" checked={isShared} onChange={(event) => setShared(event.currentTarget.checked)} />
          <span>{more.share}</span>
        </label>
      )}
      <div class="pair">
        <button
          type="button"
          class="button"
          aria-pressed={value?.available === true}
          disabled={isBusy}
          onClick={() => void report(true)}
        >
          {w.available}
        </button>
        <button
          type="button"
          class="button"
          aria-pressed={value?.available === false}
          disabled={isBusy}
          onClick={() => void report(false)}
        >
          {w.unavailable}
        </button>
      </div>
      {value?.because === "said" ? (
        <button type="button" class="button" disabled={isBusy} onClick={() => void run(takeWordBack)}>
          <Icon name="again" size={18} />
          {more.takeBack}
        </button>
      ) : null}
      {wordError.value === undefined ? null : (
        <>
          <p class="field-problem">{w.failed}</p>
          <Failure error={wordError.value} />
        </>
      )}
      {place.value.view === "availability" ? null : <Link to={{ view: "availability" }}>{more.change}</Link>}
    </section>
  );
};

const StandingNow = () => {
  const w = words.value.availability;
  const more = words.value.when;
  const { value } = standing;
  if (value === undefined && ownWeekError.value !== undefined)
    return <Failure error={ownWeekError.value} retry={() => void loadOwnWeek()} />;
  return (
    <p class={`standing ${value?.available === true ? "standing-in" : "standing-out"}`} role="status">
      {value === undefined ? words.value.common.loading : null}
      {value === undefined ? null : <strong>{value.available ? w.available : w.unavailable}</strong>}
      {value?.until === undefined ? null : <span class="quiet"> {w.untilTime(nearTime(value.until))}</span>}
      {value?.because === undefined ? null : <span class="standing-why">{more.because[value.because]}</span>}
      {value?.note === undefined ? null : <span class="standing-why">{more.said(value.note)}</span>}
    </p>
  );
};
