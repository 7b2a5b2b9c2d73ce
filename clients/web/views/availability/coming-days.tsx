import type { Because, UserAvailability } from "../../../../protocol/availability.ts";
import { words } from "../../state/language.ts";
import { listed, longDay, shortTime } from "../../state/times.ts";

interface Piece {
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  available: boolean;
  why: string | undefined;
}

interface Day {
  start: number;
  end: number;
  pieces: Piece[];
}

/** Midnights by this computer's clock, so a day on which the clock is changed has 23 or 25 hours. */
const daysOf = ({ from, to, segments }: UserAvailability, reason: (s: Segment) => string | undefined): Day[] => {
  const days: Day[] = [];
  const until = Date.parse(to);
  const midnight = new Date(from);
  midnight.setHours(0, 0, 0, 0);
  while (midnight.getTime() < until) {
    const start = midnight.getTime();
    midnight.setDate(midnight.getDate() + 1);
    const end = midnight.getTime();
    const pieces = segments.flatMap((segment) => {
      const piece = { from: Math.max(start, Date.parse(segment.from)), to: Math.min(end, Date.parse(segment.to)) };
      return piece.from < piece.to ? [{ ...piece, available: segment.available, why: reason(segment) }] : [];
    });
    days.push({ start, end, pieces });
  }
  // A week from now ends within a day: seven whole ones say as much.
  return days.slice(0, 7);
};

type Segment = UserAvailability["segments"][number];

/** Times of a day in the person's own words: midnight at its end is 24:00. */
const range = (piece: { from: number; to: number }, day: Day): string =>
  `${shortTime(piece.from)}–${piece.to === day.end ? "24:00" : shortTime(piece.to)}`;

/** Times that lie against each other are one, whatever their reasons. */
const joined = (pieces: readonly Piece[]): { from: number; to: number }[] => {
  const list: { from: number; to: number }[] = [];
  for (const { from, to } of pieces) {
    const last = list.at(-1);
    if (last?.to === from) last.to = to;
    else list.push({ from, to });
  }
  return list;
};

/** What needs no words at each time: the week is what the person knows. */
const isUsual = (because: Because): boolean => because === "default" || because === "pattern";

/** Day by day when somebody can be called: a bar for the eye, the same in words for everybody. */
export const ComingDays = ({ week }: { week: UserAvailability }) => {
  const w = words.value.when;
  const reason = ({ because, note }: Segment): string | undefined => {
    const parts = [because === undefined || isUsual(because) ? undefined : w.because[because], note && w.said(note)];
    const said = parts.filter((part) => part !== undefined && part !== "");
    return said.length === 0 ? undefined : said.join(" ");
  };
  return (
    <ul class="days">
      {daysOf(week, reason).map((day) => (
        <li key={day.start}>
          <strong class="day-name">{longDay(day.start)}</strong>
          <div class="day-bar" aria-hidden="true">
            {day.pieces.map((piece) => (
              <span
                key={piece.from}
                class={piece.available ? "day-yes" : "day-no"}
                style={{
                  left: `${(100 * (piece.from - day.start)) / (day.end - day.start)}%`,
                  width: `${(100 * (piece.to - piece.from)) / (day.end - day.start)}%`,
                }}
              />
            ))}
          </div>
          <DayInWords day={day} />
        </li>
      ))}
    </ul>
  );
};

const DayInWords = ({ day }: { day: Day }) => {
  const w = words.value.when;
  const free = joined(day.pieces.filter(({ available }) => available));
  const whole = free[0]?.from === day.start && free[0]?.to === day.end;
  const why = day.pieces.filter((piece) => piece.why !== undefined && (!piece.available || piece.why.includes("“")));
  const said = whole
    ? w.allDay
    : free.length === 0
      ? w.noneOfDay
      : w.times(
          listed(
            free.map((piece) => range(piece, day)),
            "conjunction",
          ),
        );
  return (
    <p class="day-words">
      {said}
      {why.map((piece) => (
        <span key={piece.from} class="day-why">
          {w.except(range(piece, day), piece.why ?? "")}
        </span>
      ))}
    </p>
  );
};
