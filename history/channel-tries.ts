import type { ChannelTry } from "../protocol/alarms.ts";
import { toTime } from "../protocol/ids.ts";
import type { Channel, ChannelState } from "../protocol/terms.ts";

/** One change of state of one channel for one person, as the log has it. */
export interface ChannelChange {
  channel: Channel;
  state: ChannelState;
  /** Milliseconds since 1970. */
  at: number;
  reason: string | null;
}

/** How far a try is; of one millisecond the further state is the later one. */
const rank: Record<ChannelState, number> = { waiting: 0, sent: 1, delivered: 2, failed: 3, skipped: 3, cancelled: 3 };

/** The first states of a try begin a new one when the channel had got further before: the alarm was repeated. */
const beginsAnew = (state: ChannelState, before: ChannelState): boolean =>
  (state === "waiting" || state === "sent" || state === "skipped") && rank[before] > Math.min(rank[state], 2);

/** What one person's changes amount to: each try of a channel with the state it came to, in the order they were begun. */
export const channelTries = (changes: readonly ChannelChange[]): ChannelTry[] => {
  const inOrder = changes.toSorted((a, b) => a.at - b.at || rank[a.state] - rank[b.state]);
  const tries: ChannelTry[] = [];
  const current = new Map<Channel, ChannelTry>();
  for (const { channel, state, at, reason } of inOrder) {
    const known = current.get(channel);
    const now = { channel, state, at: toTime(at), ...(reason === null ? {} : { reason }) };
    if (known !== undefined && !beginsAnew(state, known.state)) {
      delete known.reason;
      Object.assign(known, now);
      continue;
    }
    tries.push(now);
    current.set(channel, now);
  }
  return tries;
};
