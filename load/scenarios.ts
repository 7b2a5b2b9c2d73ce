/** The scenarios that `measure.ts` runs: what is opened, and which rounds are measured on it. */
import type { Connected, Fleet } from "./light/fleet.ts";
import { median } from "./light/median.ts";
import { cpuMs, openDescriptors, quiet, residentBytes } from "./light/process-use.ts";
import { measureRound, type Round, type Target } from "./light/round.ts";

/** A target and how to open devices on it. */
export interface Subject {
  readonly target: Target;
  openFleet(): Fleet;
}

export interface Opened extends Connected {
  readonly serverUsPerConnect: number;
  /** Resident memory that opening added, divided by the sockets. */
  readonly serverBytesPerSocket: number;
  readonly serverDescriptors: number;
  /** No fleet was opened on this server before. */
  readonly firstOnServer: boolean;
}

/** Medians over the rounds, but the sums of what must not happen at all. */
export interface Summary extends Omit<Round, "alarmId" | "quiet"> {
  readonly rounds: number;
  readonly worstAnsweredMs: number;
  readonly bestLastMs: number;
  readonly worstLastMs: number;
  readonly notQuiet: number;
}

export interface Measured {
  readonly summary: Summary;
  readonly rounds: readonly Round[];
  readonly opened: Opened;
  /** Alarms that came and that no round raised. */
  readonly strays: readonly string[];
  readonly otherFrames: Readonly<Record<string, number>>;
}

export interface RoundPlan {
  readonly rounds: number;
  readonly warmUp: number;
  readonly progress: (line: string) => void;
}

/** Opens a fleet on each subject, then measures them in turns, A B A B, so that a slow minute of the machine strikes all. */
export async function measureInTurns(subjects: readonly Subject[], plan: RoundPlan): Promise<Measured[]> {
  const fleets: Fleet[] = [];
  const opened: Opened[] = [];
  const rounds: Round[][] = subjects.map(() => []);
  const raised = new Set<string>();
  const pids = subjects.flatMap(({ target }) => Object.values(target.pids));
  try {
    for (const subject of subjects) {
      const fleet = subject.openFleet();
      fleets.push(fleet);
      opened.push(await open(subject, fleet, plan));
    }
    for (let round = 0; round < plan.warmUp + plan.rounds; round++) {
      for (const [i, { target }] of subjects.entries()) {
        // What one server still does (a stand-down, say) may not fall into the other one's round.
        await quiet(pids);
        const measured = await measureRound(target, fleets[i] as Fleet, round);
        raised.add(measured.alarmId);
        const warm = round >= plan.warmUp;
        plan.progress(
          `${target.name} round ${round + 1}${warm ? "" : " (warm-up)"}: 202 after ${measured.answeredMs.toFixed(1)} ms, ` +
            `last of ${measured.received} after ${measured.lastMs.toFixed(1)} ms, ` +
            `${measured.serverUsPerDelivery.toFixed(1)} us a delivery`,
        );
        if (warm) rounds[i]?.push(measured);
      }
    }
    for (const fleet of fleets) fleet.healthy();
  } finally {
    for (const fleet of fleets) await fleet.close();
  }
  return subjects.map((_, i) => {
    const own = rounds[i] as Round[];
    const fleet = fleets[i] as Fleet;
    return {
      summary: summarise(own),
      rounds: own,
      opened: opened[i] as Opened,
      strays: fleet.strays(raised),
      otherFrames: Object.fromEntries(fleet.others),
    };
  });
}

/** Opens and closes whole fleets in turns. */
export async function measureConnecting(
  subjects: readonly Subject[],
  times: number,
  plan: RoundPlan,
): Promise<Opened[][]> {
  const results: Opened[][] = subjects.map(() => []);
  for (let time = 0; time < times; time++) {
    for (const [i, subject] of subjects.entries()) {
      const fleet = subject.openFleet();
      try {
        results[i]?.push(await open(subject, fleet, plan));
      } finally {
        await fleet.close();
      }
    }
  }
  return results;
}

const openedBefore = new Set<number>();

async function open({ target }: Subject, fleet: Fleet, plan: RoundPlan): Promise<Opened> {
  const { server } = target.pids;
  await quiet([server]);
  const before = cpuMs(server);
  const residentBefore = residentBytes(server);
  const connected = await fleet.connect();
  const opened = {
    ...connected,
    serverUsPerConnect: ((cpuMs(server) - before) * 1000) / connected.sockets,
    serverBytesPerSocket: (residentBytes(server) - residentBefore) / connected.sockets,
    serverDescriptors: openDescriptors(server),
    firstOnServer: !openedBefore.has(server),
  };
  openedBefore.add(server);
  plan.progress(
    `${target.name}: ${opened.sockets} sockets, ${opened.perSecond.toFixed(0)} a second, ` +
      `${(opened.serverBytesPerSocket / 1024).toFixed(0)} KiB each, ${opened.serverDescriptors} descriptors`,
  );
  return opened;
}

function summarise(rounds: readonly Round[]): Summary {
  const middle = (of: (round: Round) => number): number => median(rounds.map(of));
  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  return {
    rounds: rounds.length,
    worstAnsweredMs: Math.max(...rounds.map((r) => r.answeredMs)),
    bestLastMs: Math.min(...rounds.map((r) => r.lastMs)),
    worstLastMs: Math.max(...rounds.map((r) => r.lastMs)),
    answeredMs: middle((r) => r.answeredMs),
    firstMs: middle((r) => r.firstMs),
    p50Ms: middle((r) => r.p50Ms),
    p99Ms: middle((r) => r.p99Ms),
    lastMs: middle((r) => r.lastMs),
    serverUsPerDelivery: middle((r) => r.serverUsPerDelivery),
    storeUsPerDelivery: middle((r) => r.storeUsPerDelivery),
    clientUsPerDelivery: middle((r) => r.clientUsPerDelivery),
    othersPercent: middle((r) => r.othersPercent),
    received: sum((r) => r.received),
    missed: sum((r) => r.missed),
    duplicates: sum((r) => r.duplicates),
    unstored: sum((r) => r.unstored),
    notQuiet: sum((r) => (r.quiet ? 0 : 1)),
  };
}
