import { words } from "../state/language.ts";
import { isNarrow } from "../state/narrow.ts";
import { dayName, dayOf, hourOf, weekdayName, weekdayOf } from "../state/zoned.ts";

/** How bad an hour is: its colour, its frame and, in `label`, its words. */
export type Tone = "enough" | "few" | "nobody" | "off";

export interface Hour {
  /** ms since 1970. */
  at: number;
  tone: Tone;
  /** A few characters. */
  text: string;
  /** The same in words, for those who hear it. */
  label: string;
}

const badness: Record<Tone, number> = { off: 0, enough: 1, few: 2, nobody: 3 };

interface Props {
  caption: string;
  zone: string;
  hours: readonly Hour[];
  /** A press on an hour with too few. */
  onPick?: (hour: Hour) => void;
}

/** An hour that comes twice, when the clock is put back, is shown once: as the worse of the two. */
const byDay = (hours: readonly Hour[], zone: string): Map<string, Map<number, Hour>> => {
  const days = new Map<string, Map<number, Hour>>();
  for (const hour of hours) {
    const day = dayOf(hour.at, zone);
    const row = days.get(day) ?? new Map<number, Hour>();
    const clock = hourOf(hour.at, zone);
    const other = row.get(clock);
    if (other === undefined || badness[hour.tone] > badness[other.tone]) row.set(clock, hour);
    days.set(day, row);
  }
  return days;
};

const clocks = Array.from({ length: 24 }, (_, i) => i);
const two = (n: number): string => String(n).padStart(2, "0");

/**
 * Hours of some days as a table that is a map: days down and hours across on a desk, the other way round on a phone. Every hour
 * has its number in it, and a frame where it is too few: nothing is said by colour alone.
 */
export const HourGrid = ({ caption, zone, hours, onPick }: Props) => {
  const days = [...byDay(hours, zone)];
  const cell = (hour: Hour | undefined, key: string | number) => <Cell key={key} hour={hour} onPick={onPick} />;
  return (
    <div class="hours-box">
      <table class="hours">
        <caption class="hidden">{caption}</caption>
        {isNarrow.value ? (
          <>
            <thead>
              <tr>
                <td />
                {days.map(([day]) => (
                  <th key={day} scope="col">
                    {weekdayName(weekdayOf(day))}
                    <br />
                    {Number(day.slice(8))}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {clocks.map((clock) => (
                <tr key={clock}>
                  <th scope="row">
                    {two(clock)}
                    <span class="hidden">:00</span>
                  </th>
                  {days.map(([day, row]) => cell(row.get(clock), day))}
                </tr>
              ))}
            </tbody>
          </>
        ) : (
          <>
            <thead>
              <tr>
                <td />
                {clocks.map((clock) => (
                  <th key={clock} scope="col">
                    {two(clock)}
                    <span class="hidden">:00</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map(([day, row]) => (
                <tr key={day}>
                  <th scope="row">{dayName(day)}</th>
                  {clocks.map((clock) => cell(row.get(clock), clock))}
                </tr>
              ))}
            </tbody>
          </>
        )}
      </table>
    </div>
  );
};

const Cell = ({ hour, onPick }: { hour: Hour | undefined; onPick: ((hour: Hour) => void) | undefined }) => {
  if (hour === undefined) return <td class="hour" />;
  const isGap = hour.tone === "few" || hour.tone === "nobody";
  return (
    <td class={`hour hour-${hour.tone}`}>
      {onPick !== undefined && isGap ? (
        // The list of gaps below is the keyboard's way: a hundred hours would be a hundred stops.
        <button type="button" tabIndex={-1} onClick={() => onPick(hour)}>
          {hour.text}
          <span class="hidden">: {hour.label}</span>
        </button>
      ) : (
        <>
          <span aria-hidden="true">{hour.text}</span>
          <span class="hidden">{hour.label}</span>
        </>
      )}
    </td>
  );
};

/** What the colours and frames mean. */
export const HourLegend = ({ tones }: { tones: readonly { tone: Tone; text: string; name: string }[] }) => (
  <ul class="hours-legend" aria-label={words.value.staffing.legend}>
    {tones.map(({ tone, text, name }) => (
      <li key={tone}>
        <span class={`hour hour-${tone}`} aria-hidden="true">
          {text}
        </span>
        {name}
      </li>
    ))}
  </ul>
);
