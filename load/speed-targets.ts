/**
 * The speed to reach (issue 3), as ratios to the bare floor measured in the same run wherever the floor was the measure:
 * absolute times move from machine to machine.
 */
import { median } from "./light/median.ts";
import type { Measured, Opened } from "./scenarios.ts";

export interface Results {
  readonly oneSite?: { readonly standby?: Measured; readonly floor?: Measured };
  readonly tenSites?: { readonly standby?: Measured; readonly floor?: Measured };
  readonly connect?: { readonly standby?: readonly Opened[]; readonly floor?: readonly Opened[] };
}

export interface Verdict {
  readonly target: string;
  readonly measured: number;
  readonly limit: number;
  readonly met: boolean;
}

const LAST_RECEIVE_RATIO = 1.4;
const ANSWERED_MS = 60;
/** 85 us a delivered and receipted alarm, where the floor takes 60. */
const CPU_RATIO = 85 / 60;
const TEN_SITES_RATIO = 1.5;
const CONNECTS_PER_SECOND = 1_500;

/** @returns a verdict for each target that this run measured what is needed for */
export function judge(results: Results): Verdict[] {
  const verdicts: Verdict[] = [];
  const atMost = (target: string, measured: number, limit: number): void => {
    verdicts.push({ target, measured, limit, met: measured <= limit });
  };
  const one = results.oneSite?.standby?.summary;
  const floor = results.oneSite?.floor?.summary;
  const ten = results.tenSites?.standby?.summary;
  if (one !== undefined && floor !== undefined) {
    atMost("one site: last receive, times the floor", one.lastMs / floor.lastMs, LAST_RECEIVE_RATIO);
    atMost(
      "one site: server CPU a delivery, times the floor",
      one.serverUsPerDelivery / floor.serverUsPerDelivery,
      CPU_RATIO,
    );
  }
  if (one !== undefined) atMost("one site: 202 after, ms", one.answeredMs, ANSWERED_MS);
  if (one !== undefined && ten !== undefined) {
    // The two are measured one after the other, since one workerd cannot hold both; the floor beside each of them takes
    // out what the machine's speed changed in between.
    const tenFloor = results.tenSites?.floor?.summary;
    const drift = floor === undefined || tenFloor === undefined ? 1 : tenFloor.lastMs / floor.lastMs;
    atMost("ten sites: last receive, times one site", ten.lastMs / one.lastMs / drift, TEN_SITES_RATIO);
  }
  if (results.connect?.standby !== undefined) {
    const measured = median(results.connect.standby.map((opened) => opened.perSecond));
    const target = "connect: authenticated sockets a second (at least)";
    verdicts.push({ target, measured, limit: CONNECTS_PER_SECOND, met: measured >= CONNECTS_PER_SECOND });
  }
  return verdicts;
}

/** What no speed can make good: anything missed, doubled, not stored or never raised. */
export function wrongs(results: Results): string[] {
  const found: string[] = [];
  for (const [scenario, servers] of [
    ["one-site", results.oneSite],
    ["ten-sites", results.tenSites],
  ] as const) {
    for (const [server, measured] of Object.entries(servers ?? {})) {
      if (measured === undefined) continue;
      const { missed, duplicates, unstored } = measured.summary;
      const counts = { missed, duplicates, unstored, strays: measured.strays.length };
      for (const [what, count] of Object.entries(counts))
        if (count !== 0) found.push(`${scenario}, ${server}: ${count} ${what}`);
    }
  }
  return found;
}
