import type { ChannelTry } from "../../../protocol/alarms.ts";
import { toTime } from "../../../protocol/ids.ts";
import type { TestChannel, TestRun, TestTry } from "../../../protocol/test-plans.ts";
import type { Progress } from "../alarm/progress.ts";

/** One run of a plan as the tenant keeps it. Times in ms since 1970. */
export interface KeptTestRun {
  alarmId: string;
  testPlanId: string;
  startedAt: number;
  cause: "time" | "hand";
  channels: TestChannel[];
  /** Of the frozen audience those who were not called. */
  notCalled: { userId: string; reason: "disabled" | "gone" }[];
  /** The result as it stays: written down before what it is read from is removed. */
  result?: TestRun;
}

/** What is known of the alarm of a run at this moment. */
export interface RunFacts {
  progress: Progress;
  endedAt?: number | undefined;
  triesOf(userId: string): readonly ChannelTry[];
}

/** What each channel of the plan came to for one person. */
export interface PersonResult {
  userId: string;
  channels: TestTry[];
}

const bySocket = ({ progress, endedAt }: RunFacts, i: number): TestTry => {
  const channel = "socket";
  const received = progress.receivedAt[i] || progress.seenAt[i] || 0;
  if (received !== 0) return { channel, outcome: "reached", at: toTime(received) };
  const notReachedAt = progress.notReachedAt[i] || 0;
  if (notReachedAt !== 0)
    return { channel, outcome: "notReached", reason: progress.reason[i] ?? "noReceipt", at: toTime(notReachedAt) };
  return endedAt === undefined
    ? { channel, outcome: "waiting" }
    : { channel, outcome: "notReached", reason: "endedBefore", at: toTime(endedAt) };
};

const byChannel = (
  { endedAt }: RunFacts,
  channel: Exclude<TestChannel, "socket">,
  tries: readonly ChannelTry[],
): TestTry => {
  // The first is the test itself; a stand-down by the same channel comes after it.
  const tried = tries.find((one) => one.channel === channel);
  if (tried === undefined)
    return endedAt === undefined
      ? { channel, outcome: "waiting" }
      : { channel, outcome: "notReached", reason: "notTried", at: toTime(endedAt) };
  const { state, at, reason } = tried;
  if (state === "delivered") return { channel, outcome: "reached", at };
  if (state === "sent" || state === "waiting") return { channel, outcome: state, at };
  return { channel, outcome: "notReached", reason: reason ?? state, at };
};

/** Everybody of the frozen audience, those who were not called too: nobody stays unexplained (I2). */
export const resultsOf = (run: KeptTestRun, facts: RunFacts): PersonResult[] => [
  ...facts.progress.userIds.map((userId, i) => {
    const tries = facts.triesOf(userId);
    const channels = run.channels.map((channel) =>
      channel === "socket" ? bySocket(facts, i) : byChannel(facts, channel, tries),
    );
    return { userId, channels };
  }),
  ...run.notCalled.map(({ userId, reason }) => ({
    userId,
    channels: run.channels.map((channel): TestTry => ({ channel, outcome: "notReached", reason })),
  })),
];

/** A run with its counts per channel. */
export const showRun = (run: KeptTestRun, results: readonly PersonResult[], endedAt: number | undefined): TestRun => {
  const { alarmId, testPlanId, startedAt, cause } = run;
  const counts = new Map(
    run.channels.map((channel) => [channel, { channel, reached: 0, sent: 0, waiting: 0, notReached: 0 }]),
  );
  for (const { channels } of results)
    for (const { channel, outcome } of channels) {
      const count = counts.get(channel);
      if (count !== undefined) count[outcome] += 1;
    }
  return {
    alarmId,
    testPlanId,
    startedAt: toTime(startedAt),
    cause,
    state: endedAt === undefined ? "running" : "ended",
    ...(endedAt === undefined ? {} : { endedAt: toTime(endedAt) }),
    people: results.length,
    channels: [...counts.values()],
  };
};
