import { toTime } from "../../../protocol/ids.ts";
import type { PresenceEntry, PresenceState } from "../../../protocol/presence.ts";

/** What this site knows of one person: here or not, in which zones, since when (ms since 1970). Nothing else (P4, I7). */
export interface SitePresenceState {
  state: PresenceState;
  since: number;
  zones: Readonly<Record<string, number>>;
  at: number;
}

/**
 * One report (wire.md, Presence): being present in a zone is being present in its site; leaving the site ends its zones;
 * leaving a zone leaves the person in the site. Saying the same again changes nothing but the time it was said.
 */
export const reportPresence = (
  before: SitePresenceState | undefined,
  report: { zoneId?: string | undefined; present: boolean },
  now: number,
): SitePresenceState => {
  const here = before?.state === "present";
  const { zoneId, present } = report;
  if (!present && zoneId === undefined)
    return { state: "absent", since: before?.state === "absent" ? before.since : now, zones: {}, at: now };
  if (!present) {
    const { [zoneId as string]: _, ...zones } = before?.zones ?? {};
    return { state: before?.state ?? "unknown", since: before?.since ?? now, zones, at: now };
  }
  const zones =
    zoneId === undefined ? (before?.zones ?? {}) : { ...before?.zones, [zoneId]: before?.zones[zoneId] ?? now };
  return {
    state: "present",
    since: here ? before.since : now,
    zones: here || zoneId !== undefined ? zones : {},
    at: now,
  };
};

/** The answer to a report: the site, its zones the person is in, and the zone that was just left. */
export const presenceEntries = (
  siteId: string,
  state: SitePresenceState,
  leftZone: string | undefined,
): PresenceEntry[] => [
  { siteId, state: state.state, since: toTime(state.since) },
  ...Object.entries(state.zones).map(
    ([zoneId, since]): PresenceEntry => ({ siteId, zoneId, state: "present", since: toTime(since) }),
  ),
  ...(leftZone === undefined ? [] : [{ siteId, zoneId: leftZone, state: "absent" as const, since: toTime(state.at) }]),
];
