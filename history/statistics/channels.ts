import { toTime } from "../../protocol/ids.ts";
import { ChannelOutcome, type ChannelStatisticsItem } from "../../protocol/statistics.ts";
import { Channel, type Kind } from "../../protocol/terms.ts";
import type { History } from "../client.ts";
import { reach } from "../unavailable.ts";
import { cutOf, type Seal } from "./cuts.ts";
import { rounded, surely } from "./disclosure.ts";
import type { Cell } from "./grid.ts";

/** As `channel_outcomes` numbers them. */
const outcomes: Record<number, ChannelOutcome> = { 1: "sent", 2: "skipped", 3: "failed", 4: "delivered" };

/** Messages of one month, kind, channel and outcome; `people` is the most that one alarm had: so many are distinct for certain. */
export interface OutcomeCount {
  month: number;
  kind: Kind;
  channel: Channel;
  outcome: ChannelOutcome;
  messages: number;
  people: number;
}

// Within an alarm a channel has one row for each recipient, so the rows of one alarm are distinct people. Each count is one
// walk along an index: sorting a year of them would take half a second.
const counts = `
  SELECT i, kind, channel, outcome, sum(n) AS messages, max(n) AS people FROM (
    SELECT m.key AS i, a.kind, c.value AS channel, o.value AS outcome, (
      SELECT count(*) FROM channel_outcomes t
      WHERE t.tenant_id = ?2 AND t.alarm_id = a.alarm_id AND t.channel = c.value AND t.outcome = o.value) AS n
    FROM json_each(?1) m CROSS JOIN alarms a CROSS JOIN json_each(?3) c CROSS JOIN json_each('[1,2,3,4]') o
    WHERE a.tenant_id = ?2 AND a.raised_at >= m.value ->> 0 AND a.raised_at < m.value ->> 1)
  WHERE n > 0 GROUP BY i, kind, channel, outcome`;

/**
 * What may be said of them: at least the minimum group of distinct people in each figure, rounded by secret cuts. Kinds and
 * outcomes shut each other out and no total of them is given, so nothing can be subtracted (T23).
 */
export const channelItems = (
  counted: readonly OutcomeCount[],
  months: readonly Cell[],
  minimumGroup: number,
  seal: Seal,
  tenantId: string,
): ChannelStatisticsItem[] => {
  const groups = Map.groupBy(
    counted,
    ({ month, kind, channel }) => `${String(month).padStart(6, "0")} ${kind} ${channel}`,
  );
  return [...groups]
    .sort(([x], [y]) => (x < y ? -1 : 1))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const { month, kind, channel } = first;
      const figures = ChannelOutcome.options.map((outcome) => {
        const known = group.find((one) => one.outcome === outcome);
        const none = { outcome, messages: null, reason: "tooFew" as const };
        if (known === undefined || known.people < minimumGroup) return none;
        const figure = rounded(known.messages, cutOf(seal, ["channels", tenantId, kind, channel, outcome]));
        // Decided by the figure as well: else the smallest figures would tell their counts (disclosure.ts).
        return surely(figure) < minimumGroup ? none : { outcome, messages: figure };
      });
      return [{ month: toTime(months[month]?.[0] ?? 0), kind, channel, outcomes: figures }];
    });
};

/** What came of messages in these months. Throws HistoryUnavailable. */
export const channelStatistics = async (
  history: History,
  tenantId: string,
  months: readonly Cell[],
  { minimumGroup, seal }: { minimumGroup: number; seal: Seal },
): Promise<ChannelStatisticsItem[]> => {
  const { rows } = await reach(() =>
    history.$client.execute({ sql: counts, args: [JSON.stringify(months), tenantId, JSON.stringify(Channel.options)] }),
  );
  const counted = rows.flatMap((row): OutcomeCount[] => {
    const outcome = outcomes[Number(row.outcome)];
    if (outcome === undefined) return [];
    const numbers = { month: Number(row.i), messages: Number(row.messages), people: Number(row.people) };
    return [{ ...numbers, kind: row.kind as Kind, channel: row.channel as Channel, outcome }];
  });
  return channelItems(counted, months, minimumGroup, seal, tenantId);
};
