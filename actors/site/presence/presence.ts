import { toTime } from "../../../protocol/ids.ts";
import type { PresenceEntry, PresenceState } from "../../../protocol/presence.ts";

/** The last word of one source that the person is here: when it was said or last borne out, and in which zones. */
export interface Word {
  at: number;
  zones: readonly string[];
}

/** What this site knows of one person: here or not, in which zones, since when (ms since 1970). Nothing else (P4, I7). */
export interface SitePresenceState {
  state: PresenceState;
  since: number;
  zones: Readonly<Record<string, number>>;
  at: number;
  /** Who says that the person is here, by device, kiosk or integration. Empty unless present. */
  words: Readonly<Record<string, Word>>;
}

/**
 * Where a report comes from. `own`: the person's device or page, or the person at a kiosk; else an integration, which can only
 * say what it saw itself.
 */
export interface Source {
  id: string;
  own: boolean;
}

/** Zones that somebody still says, with since when. */
const zonesOf = (
  before: Readonly<Record<string, number>>,
  words: Readonly<Record<string, Word>>,
  now: number,
): Record<string, number> => {
  const zones: Record<string, number> = {};
  for (const word of Object.values(words)) for (const zoneId of word.zones) zones[zoneId] = before[zoneId] ?? now;
  return zones;
};

/** Not here any more: since when is kept where that is known. */
export const gone = (
  before: SitePresenceState | undefined,
  state: "absent" | "unknown",
  at: number,
  since = at,
): SitePresenceState => ({ state, since: before?.state === state ? before.since : since, zones: {}, at, words: {} });

const mapWords = (words: SitePresenceState["words"], change: (word: Word) => Word): Record<string, Word> =>
  Object.fromEntries(Object.entries(words).map(([id, word]) => [id, change(word)]));

const withoutZone =
  (zoneId: string) =>
  (word: Word): Word => ({ ...word, zones: word.zones.filter((one) => one !== zoneId) });

const leftZone = (
  before: SitePresenceState | undefined,
  zoneId: string,
  { id, own }: Source,
  now: number,
): SitePresenceState => {
  if (before === undefined) return { state: "unknown", since: now, zones: {}, at: now, words: {} };
  const all = before.words;
  const words = own
    ? mapWords(all, withoutZone(zoneId))
    : { ...all, ...(all[id] === undefined ? {} : { [id]: withoutZone(zoneId)(all[id]) }) };
  // A word that was just said is a sign of its source, whatever it said.
  const heard = words[id] === undefined ? words : { ...words, [id]: { ...words[id], at: now } };
  return { ...before, zones: zonesOf(before.zones, heard, now), at: now, words: heard };
};

/**
 * One report (wire.md, Presence): being present in a zone is being present in its site; leaving the site ends its zones;
 * leaving a zone leaves the person in the site. Saying the same again changes nothing but the time it was said.
 *
 * A person is present while anything that said so has not taken it back. The person's own leaving ends all of it: whoever walks
 * out with the telephone is out, also where a tablet stays on the desk. An integration takes back its own word alone.
 */
export const reportPresence = (
  before: SitePresenceState | undefined,
  report: { zoneId?: string | undefined; present: boolean },
  source: Source,
  now: number,
): SitePresenceState => {
  const { zoneId, present } = report;
  if (!present && zoneId !== undefined) return leftZone(before, zoneId, source, now);
  if (!present) {
    if (source.own || before === undefined) return gone(before, "absent", now);
    const { [source.id]: _, ...words } = before.words;
    if (Object.keys(words).length === 0) return gone(before, "absent", now);
    return { ...before, zones: zonesOf(before.zones, words, now), at: now, words };
  }
  const here = before?.state === "present";
  const known = here ? (before.words[source.id]?.zones ?? []) : [];
  const zones = zoneId === undefined || known.includes(zoneId) ? known : [...known, zoneId];
  const words = { ...(here ? before.words : {}), [source.id]: { at: now, zones } };
  return {
    state: "present",
    since: here ? before.since : now,
    zones: zonesOf(here ? before.zones : {}, words, now),
    at: now,
    words,
  };
};

/**
 * Keeps the words that still hold. Where none is left, the person is what `otherwise` says.
 *
 * @param lastHeard when the source of a word gave its last sign, or undefined for a word that holds no more
 * @returns undefined when nothing changed
 */
export const keepWords = (
  before: SitePresenceState,
  lastHeard: (id: string, word: Word) => number | undefined,
  otherwise: "absent" | "unknown",
  now: number,
): SitePresenceState | undefined => {
  if (before.state !== "present") return undefined;
  const words: Record<string, Word> = {};
  let changed = false;
  for (const [id, word] of Object.entries(before.words)) {
    const at = lastHeard(id, word);
    if (at !== undefined) words[id] = at > word.at ? { ...word, at } : word;
    changed ||= words[id] !== word;
  }
  if (!changed) return undefined;
  if (Object.keys(words).length === 0) return gone(before, otherwise, now);
  return { ...before, zones: zonesOf(before.zones, words, now), at: now, words };
};

/** The answer to a report: the site, its zones the person is in, and the zone that was just left. */
export const presenceEntries = (
  siteId: string,
  state: SitePresenceState,
  left: string | undefined,
): PresenceEntry[] => [
  { siteId, state: state.state, since: toTime(state.since) },
  ...Object.entries(state.zones).map(
    ([zoneId, since]): PresenceEntry => ({ siteId, zoneId, state: "present", since: toTime(since) }),
  ),
  ...(left === undefined || left in state.zones
    ? []
    : [{ siteId, zoneId: left, state: "absent" as const, since: toTime(state.at) }]),
];
