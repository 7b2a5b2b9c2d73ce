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
}

/** What is known of the alarm of a run at this moment. */
export interface RunFacts {
  progress: Progress;
  endedAt?: number | undefined;
  triesOf(userId: string): readonly ChannelTry[];
}

const bySocket = ({ progress, endedAt }: RunFacts, i: number): TestTry => {
  const received = progress.receivedAt[i] || progress.seenAt[i] || 0;
  if (received !== 0) return { channel: "socket", outcome: "reached", at: toTime(received) };
  const notReachedAt = progress.notReachedAt[i] ?? 0;
  if (notReachedAt !== 0)
    return { channel: "socket", outcome: "notReached", reason: progress.reason[i] ?? "noReceipt", at: toTime(notReachedAt) };
  return endedAt === undefined
    ? { channel: "socket", outcome: "waiting" }
    : { channel: "socket", outcome: "notReached", reason: "endedBefore", at: toTime(endedAt) };
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

/** What each channel of the plan came to for one person: I2, nobody stays unexplained. */
export const triesOf = (run: KeptTestRun, facts: RunFacts, userId: string): TestTry[] => {
  const skipped = run.notCalled.find((one) => one.userId === userId);
  if (skipped !== undefined)
    return run.channels.map((channel) => ({ channel, outcome: "notReached", reason: skipped.reason }));
  const i = facts.progress.indexOf.get(userId) ?? -1;
  const tries = facts.triesOf(userId);
  return run.channels.map((channel) =>
    channel === "socket" ? bySocket(facts, i) : byChannel(facts, channel, tries),
  );
};

/** Everybody of the frozen audience: those who were called, then those who were not. */
export const peopleOf = (run: KeptTestRun, facts: RunFacts): string[] => [
  ...facts.progress.userIds,
  ...run.notCalled.map(({ userId }) => userId),
];

/** A run with its counts per channel. */
export const showRun = (run: KeptTestRun, facts: RunFacts): TestRun => {
  const people = peopleOf(run, facts);
  const counts = new Map(
    run.channels.map((channel) => [channel, { channel, reached: 0, sent: 0, waiting: 0, notReached: 0 }]),
  );
  for (const userId of people)
    for (const { channel, outcome } of triesOf(run, facts, userId)) {
      const count = counts.get(channel);
      if (count !== undefined) count[outcome] += 1;
    }
  const { alarmId, testPlanId, startedAt, cause } = run;
  return {
    alarmId,
    testPlanId,
    startedAt: toTime(startedAt),
    cause,
    state: facts.endedAt === undefined ? "running" : "ended",
    ...(facts.endedAt === undefined ? {} : { endedAt: toTime(facts.endedAt) }),
    people: people.length,
    channels: [...counts.values()],
  };
};
