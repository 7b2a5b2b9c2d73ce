/** The results as tables for people. */
import { median } from "./light/median.ts";
import type { Measured, Opened, Summary } from "./scenarios.ts";
import { judge, type Results, wrongs } from "./speed-targets.ts";

const ROWS: readonly (readonly [label: string, of: (summary: Summary) => number, digits: number])[] = [
  ["202 after, ms", (s) => s.answeredMs, 1],
  ["202 after, worst round, ms", (s) => s.worstAnsweredMs, 1],
  ["first receive, ms", (s) => s.firstMs, 1],
  ["p50 receive, ms", (s) => s.p50Ms, 1],
  ["p99 receive, ms", (s) => s.p99Ms, 1],
  ["last receive, ms", (s) => s.lastMs, 1],
  ["last receive, best round, ms", (s) => s.bestLastMs, 1],
  ["last receive, worst round, ms", (s) => s.worstLastMs, 1],
  ["server CPU a delivery, us", (s) => s.serverUsPerDelivery, 1],
  ["sqld CPU a delivery, us", (s) => s.storeUsPerDelivery, 1],
  ["client CPU a delivery, us", (s) => s.clientUsPerDelivery, 1],
  ["other programs meanwhile, % of a core", (s) => s.othersPercent, 0],
  ["missed", (s) => s.missed, 0],
  ["duplicates", (s) => s.duplicates, 0],
  ["receipts not stored", (s) => s.unstored, 0],
  ["rounds the server did not fall quiet", (s) => s.notQuiet, 0],
];

/** Of one core. Above this, times tell as much about the other programs as about the servers. */
const DISTURBED_PERCENT = 15;

interface Pair<T> {
  readonly standby?: T;
  readonly floor?: T;
}

export function report(results: Results): string {
  const parts: string[] = [];
  if (results.oneSite !== undefined) parts.push(fanOut("All sockets on one site", results.oneSite));
  if (results.tenSites !== undefined)
    parts.push(fanOut("The sockets on ten sites (the floor knows no sites)", results.tenSites));
  if (results.connect !== undefined) parts.push(connecting(results.connect));
  const verdicts = judge(results).map(({ target, measured, limit, met }) => [
    target,
    measured.toFixed(2),
    limit.toFixed(2),
    met ? "met" : "NOT MET",
  ]);
  if (verdicts.length > 0)
    parts.push(
      table("Speed to reach (set for 9,500 sockets and a quiet machine)", ["", "measured", "limit", ""], verdicts),
    );
  const others = Math.max(
    ...[results.oneSite, results.tenSites].flatMap((pair) =>
      [pair?.standby, pair?.floor].map((server) => server?.summary.othersPercent ?? 0),
    ),
  );
  if (others > DISTURBED_PERCENT) {
    parts.push(`Other programs took ${others.toFixed(0)} % of a core meanwhile: measure again when they are done.`);
  }
  const found = wrongs(results);
  parts.push(found.length === 0 ? "Nothing missed, doubled, lost or stray." : `WRONG: ${found.join("; ")}`);
  return parts.join("\n\n");
}

function fanOut(title: string, { standby, floor }: Pair<Measured>): string {
  const either = (standby ?? floor) as Measured;
  const heading = `${title}: ${either.opened.sockets} sockets, medians of ${either.summary.rounds} rounds`;
  const rows = ROWS.map(([label, of, digits]) => row(label, of, digits, standby?.summary, floor?.summary));
  // A server that has held as many sockets before gives them the memory it already has.
  const cold = (server: Measured | undefined): boolean => server === undefined || server.opened.firstOnServer;
  if (cold(standby) && cold(floor)) {
    const kib = (opened: Opened): number => opened.serverBytesPerSocket / 1024;
    rows.push(row("memory a socket, KiB", kib, 1, standby?.opened, floor?.opened));
  }
  return table(heading, ["", "StandBy", "floor", "ratio"], rows);
}

function connecting({ standby, floor }: Pair<readonly Opened[]>): string {
  const either = (standby ?? floor) as readonly Opened[];
  const middle = (of: (opened: Opened) => number) => (all: readonly Opened[]) => median(all.map(of));
  return table(
    `Connecting ${either[0]?.sockets} sockets, medians of ${either.length} times`,
    ["", "StandBy", "floor", "ratio"],
    [
      row(
        "sockets a second",
        middle((o) => o.perSecond),
        0,
        standby,
        floor,
      ),
      row(
        "server CPU a connect, us",
        middle((o) => o.serverUsPerConnect),
        0,
        standby,
        floor,
      ),
    ],
  );
}

function row<T>(
  label: string,
  of: (from: T) => number,
  digits: number,
  ours: T | undefined,
  floor: T | undefined,
): string[] {
  const a = ours === undefined ? undefined : of(ours);
  const b = floor === undefined ? undefined : of(floor);
  const ratio = a === undefined || b === undefined || b === 0 ? "-" : (a / b).toFixed(2);
  return [label, a?.toFixed(digits) ?? "-", b?.toFixed(digits) ?? "-", ratio];
}

function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((cells) => (cells[i] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return [title, line(head), ...rows.map(line)].join("\n");
}
