import type { PlaceShape } from "../../../protocol/places.ts";
import { placeIn, sizeMeters } from "./inside.ts";

/** A fix of the device. It is used here and kept nowhere: no state, report or error of this folder has a field for one (I7). */
export interface Fix {
  longitude: number;
  latitude: number;
  /** Metres within which the device is, as the platform says. */
  accuracyMeters: number;
  /** When it was taken, ms since 1970. */
  at: number;
}

/** How sure the device wants to be before it says anything. */
export interface Caution {
  /** One must be so far inside to come in, and so far outside to leave: who sits at the window does not come and go. Metres. */
  bufferMeters: number;
  /** What was decided must hold for so long before it counts, ms. */
  debounceMs: number;
  /** A fix that is less exact than this decides nothing, however large the shape. Metres. */
  worstAccuracyMeters: number;
  /** A fix older than this decides nothing, ms. */
  oldestMs: number;
}

export const usualCaution: Caution = {
  bufferMeters: 15,
  debounceMs: 20_000,
  worstAccuracyMeters: 200,
  oldestMs: 60_000,
};

/** What is known of one shape: inside or not, and since when fixes say otherwise. No position. */
interface Decided {
  inside: boolean;
  /** The first of the fixes in a row that say the opposite, ms since 1970. */
  doubtedSince?: number;
}

/** By place: `siteId` or `siteId/zoneId`. */
export type Decisions = Readonly<Record<string, Decided>>;

export interface Decision {
  siteId: string;
  zoneId?: string | undefined;
  present: boolean;
}

export const placeKey = ({ siteId, zoneId }: { siteId: string; zoneId?: string | undefined }): string =>
  zoneId === undefined ? siteId : `${siteId}/${zoneId}`;

/** What one fix says of one shape: in, out, or nothing. */
const verdict = (fix: Fix, place: PlaceShape, caution: Caution): boolean | undefined => {
  const size = sizeMeters(place.shape);
  if (fix.accuracyMeters > Math.min(size, caution.worstAccuracyMeters)) return undefined;
  const { inside, borderMeters } = placeIn(fix.longitude, fix.latitude, place.shape);
  // In a room narrower than twice the buffer nobody could ever be inside.
  const buffer = Math.min(caution.bufferMeters, size / 4);
  return borderMeters < buffer ? undefined : inside;
};

const isUsable = ({ longitude, latitude, accuracyMeters, at }: Fix, now: number, { oldestMs }: Caution): boolean =>
  Number.isFinite(accuracyMeters) &&
  accuracyMeters >= 0 &&
  Math.abs(longitude) <= 180 &&
  Math.abs(latitude) <= 90 &&
  at <= now + 5_000 &&
  at >= now - oldestMs;

/**
 * Decides about every shape by one more fix. Pure. Hysteresis: between the two borders of the buffer nothing changes; debounce:
 * what fixes say must go on being said for a while, and one that says the opposite starts it again.
 */
export const decide = (
  before: Decisions,
  places: readonly PlaceShape[],
  fix: Fix,
  now: number,
  caution: Caution = usualCaution,
): { decisions: Decisions; decided: Decision[] } => {
  if (!isUsable(fix, now, caution)) return { decisions: before, decided: [] };
  const decisions: Record<string, Decided> = {};
  const decided: Decision[] = [];
  const shaped = new Set(places.map(placeKey));
  // Sites first: nobody is in a zone of a site that they are not in.
  const inOrder = places.toSorted((a, b) => Number(a.zoneId !== undefined) - Number(b.zoneId !== undefined));
  for (const place of inOrder) {
    const key = placeKey(place);
    const known = before[key] ?? { inside: false };
    const says = verdict(fix, place, caution);
    const { siteId } = place;
    if (place.zoneId !== undefined && shaped.has(siteId) && decisions[siteId]?.inside === false)
      // Leaving the site has said it; it must not come back by a word of the zone.
      decisions[key] = { inside: false, ...(says === true ? { doubtedSince: known.doubtedSince ?? now } : {}) };
    else if (says === undefined) decisions[key] = known;
    else if (says === known.inside) decisions[key] = { inside: known.inside };
    else if (now - (known.doubtedSince ?? now) < caution.debounceMs)
      decisions[key] = { inside: known.inside, doubtedSince: known.doubtedSince ?? now };
    else {
      decisions[key] = { inside: says };
      decided.push({ siteId: place.siteId, zoneId: place.zoneId, present: says });
    }
  }
  // Out of one site before into the next.
  decided.sort((a, b) => Number(a.present) - Number(b.present));
  return { decisions, decided };
};
