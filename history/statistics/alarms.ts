import { and, asc, eq, gt, gte, lt, or, sql } from "drizzle-orm";
import { toTime } from "../../protocol/ids.ts";
import { percentiles } from "../../protocol/percentiles.ts";
import type { AlarmStatisticsItem, AlarmTimes } from "../../protocol/statistics.ts";
import type { Kind } from "../../protocol/terms.ts";
import { allPages } from "../all-pages.ts";
import type { History } from "../client.ts";
import { alarms as a, alarmTimings as t } from "../schema.ts";
import { reach } from "../unavailable.ts";
import type { Cell } from "./grid.ts";

/** One alarm: when something happened for the first time in it, and how many were called. Of nobody in particular. */
export interface TimedAlarm {
  kind: Kind;
  scenarioId: string | null;
  raisedAt: number;
  called: number | null;
  receivedAt: number | null;
  answeredAt: number | null;
  comingAt: number | null;
  filledAt: number | null;
  onSceneAt: number | null;
}

const timesOf = (alarms: readonly TimedAlarm[]): AlarmTimes => {
  const of = (at: (alarm: TimedAlarm) => number | null) => {
    const after = alarms.flatMap((alarm) => {
      const time = at(alarm);
      return time === null ? [] : [Math.max(0, time - alarm.raisedAt)];
    });
    const { p50, p95 } = percentiles(after.sort((x, y) => x - y));
    return { median: p50, p95 };
  };
  return {
    firstReceipt: of(({ receivedAt }) => receivedAt),
    firstAnswer: of(({ answeredAt }) => answeredAt),
    firstComing: of(({ comingAt }) => comingAt),
    filled: of(({ filledAt }) => filledAt),
    firstOnScene: of(({ onSceneAt }) => onSceneAt),
  };
};

/**
 * Alarms of one month, kind and, when asked for, scenario, as one item. Only alarms that called the minimum group are in the
 * times: then each time alone is of somebody among so many, and no difference of two answers can say more than one alarm (T23).
 */
export const alarmItems = (
  alarms: readonly TimedAlarm[],
  months: readonly Cell[],
  by: "kind" | "scenario",
  minimumGroup: number,
): AlarmStatisticsItem[] => {
  const items: AlarmStatisticsItem[] = [];
  for (const [from, to] of months) {
    const inMonth = alarms.filter(({ raisedAt }) => raisedAt >= from && raisedAt < to);
    const groups = Map.groupBy(inMonth, ({ kind, scenarioId }) => `${kind} ${by === "scenario" ? scenarioId : ""}`);
    for (const [, group] of [...groups].sort(([x], [y]) => (x < y ? -1 : 1))) {
      const [first] = group;
      if (first === undefined) continue;
      const timed = group.filter(({ called }) => (called ?? 0) >= minimumGroup);
      items.push({
        month: toTime(from),
        kind: first.kind,
        ...(by === "scenario" && first.scenarioId !== null ? { scenarioId: first.scenarioId } : {}),
        alarms: group.length,
        timed: timed.length,
        ...(timed.length === 0 ? { times: null, reason: "tooFew" as const } : { times: timesOf(timed) }),
      });
    }
  }
  return items;
};

/** How fast alarms of these months went. Throws HistoryUnavailable. */
export const alarmStatistics = async (
  history: History,
  tenantId: string,
  asked: { kind?: Kind | undefined; scenarioId?: string | undefined; by?: "kind" | "scenario" | undefined },
  months: readonly Cell[],
  minimumGroup: number,
): Promise<AlarmStatisticsItem[]> => {
  const start = months[0]?.[0] ?? 0;
  const end = months.at(-1)?.[1] ?? 0;
  const rows = await reach(() =>
    allPages<TimedAlarm & { alarmId: string }>((after, limit) =>
      history
        .select({
          alarmId: a.alarmId,
          kind: sql<Kind>`${a.kind}`,
          scenarioId: a.scenarioId,
          raisedAt: sql<number>`${a.raisedAt}`,
          called: t.called,
          receivedAt: t.firstReceivedAt,
          answeredAt: t.firstAnsweredAt,
          comingAt: t.firstComingAt,
          filledAt: a.firstFilledAt,
          onSceneAt: t.firstOnSceneAt,
        })
        .from(a)
        .leftJoin(t, and(eq(t.tenantId, a.tenantId), eq(t.alarmId, a.alarmId)))
        .where(
          and(
            eq(a.tenantId, tenantId),
            gte(a.raisedAt, after?.raisedAt ?? start),
            lt(a.raisedAt, end),
            after === undefined
              ? undefined
              : or(gt(a.raisedAt, after.raisedAt), and(eq(a.raisedAt, after.raisedAt), gt(a.alarmId, after.alarmId))),
            asked.kind === undefined ? undefined : eq(a.kind, asked.kind),
            asked.scenarioId === undefined ? undefined : eq(a.scenarioId, asked.scenarioId),
          ),
        )
        .orderBy(asc(a.raisedAt), asc(a.alarmId))
        .limit(limit),
    ),
  );
  return alarmItems(rows, months, asked.by ?? "kind", minimumGroup);
};
