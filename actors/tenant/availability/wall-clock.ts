import { Temporal } from "temporal-polyfill";

/**
 * What the clock on the wall shows somewhere, and when. A wall time is written as the ms since 1970 that it would be in UTC, so that
 * days and minutes of it are plain arithmetic.
 */
export interface Piece {
  /** Instants, ms since 1970, between which the clock runs evenly. */
  from: number;
  to: number;
  /** Wall time minus instant, ms. */
  offset: number;
}

export interface Interval {
  from: number;
  to: number;
}

export const dayMs = 24 * 3_600_000;
/** No place on earth has its clock further from UTC than this, ms. */
const farthest = 26 * 3_600_000;

/** Known stretches of each zone. Asking the time zone database costs a thousand times more than the arithmetic around it. */
const known = new Map<string, Piece[]>();

/** Stretches of one zone that are kept: years of them. Somebody may ask for the year 9000, and for each before it. */
const mostPieces = 32;

/** Names come from decoded input, so there are no more than the database has. */
const piecesOf = (timeZone: string): Piece[] => {
  const pieces = known.get(timeZone);
  if (pieces !== undefined) return pieces;
  const made: Piece[] = [];
  known.set(timeZone, made);
  return made;
};

/** The stretch that an instant lies in. */
export const pieceAt = (timeZone: string, at: number): Piece => {
  const pieces = piecesOf(timeZone);
  for (const piece of pieces) if (piece.from <= at && at < piece.to) return piece;
  // A ms later, for `previous` looks strictly before: an instant of change belongs to what begins there.
  const after = Temporal.Instant.fromEpochMilliseconds(Math.floor(at) + 1).toZonedDateTimeISO(timeZone);
  const from = after.getTimeZoneTransition("previous");
  const next = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone);
  const to = next.getTimeZoneTransition("next");
  const piece: Piece = {
    from: from?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: to?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: Math.round(next.offsetNanoseconds / 1e6),
  };
  if (pieces.length >= mostPieces) pieces.length = 0;
  pieces.push(piece);
  return piece;
};

/** What the clock shows at an instant. */
export const wallAt = (timeZone: string, at: number): number => at + pieceAt(timeZone, at).offset;

/**
 * When the clock shows a time from `from` to before `to`. That is one interval on most days; none where the clock jumps over it in
 * spring, and two where it shows a time twice in autumn. So "from 02:15 to 02:45" means the same to the rules as to a person who
 * looks at the clock.
 */
export const whenShown = (timeZone: string, from: number, to: number): Interval[] => {
  const found: Interval[] = [];
  for (let piece = pieceAt(timeZone, from - farthest); ; piece = pieceAt(timeZone, piece.to)) {
    const start = Math.max(from - piece.offset, piece.from);
    const end = Math.min(to - piece.offset, piece.to);
    if (start < end) found.push({ from: start, to: end });
    if (piece.to === Number.POSITIVE_INFINITY || piece.to > to + farthest) return found;
  }
};

/** The stretches around a wall time. */
const around = (timeZone: string, wall: number): Piece[] => {
  const found: Piece[] = [];
  for (let piece = pieceAt(timeZone, wall - farthest); ; piece = pieceAt(timeZone, piece.to)) {
    found.push(piece);
    if (piece.to > wall + farthest) return found;
  }
};

/**
 * The instant of a wall time as calendars mean it (RFC 5545, 3.3.5): the first of two, and of none the one that the clock would
 * have shown without its jump.
 *
 * @param pieces in order, without gaps
 */
export const instantIn = (pieces: readonly Piece[], wall: number): number => {
  let before = pieces[0];
  for (const piece of pieces) {
    const at = wall - piece.offset;
    // The clock has jumped over it: by the offset before the jump.
    if (at < piece.from) break;
    before = piece;
    if (at < piece.to) break;
  }
  return wall - (before?.offset ?? 0);
};

export const instantOf = (timeZone: string, wall: number): number => instantIn(around(timeZone, wall), wall);

/** The day of a wall time, counted from 1970-01-01. */
export const dayOf = (wall: number): number => Math.floor(wall / dayMs);

/** 1 is Monday, 7 Sunday (ISO 8601). Day 0 was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;
