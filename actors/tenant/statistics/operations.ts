import { limits } from "../../../protocol/limits.ts";
import { done } from "../../../protocol/problems.ts";
import type { StatisticsSettings } from "../../../protocol/statistics.ts";
import type { Desk } from "../desk.ts";
import type { Operation } from "../operations/operation.ts";
import { statisticsSettings } from "./statistics-tables.ts";

/** What the edge needs of the tenant to read statistics from libSQL. */
export interface StatisticsTerms {
  minimumGroup: number;
  /** The grid's. */
  timeZone: string;
}

const minimumGroupOf = (desk: Desk): number => {
  const [row] = desk.kernel.database.select().from(statisticsSettings).all();
  return row?.minimumGroup ?? limits.minimumGroup;
};

const terms = (desk: Desk, timeZone?: string) =>
  done<StatisticsTerms>({
    minimumGroup: minimumGroupOf(desk),
    timeZone: timeZone ?? desk.facts?.timeZone ?? "UTC",
  });

/** A site that is gone, or of another tenant, was not counted: the same answer for both (I6). */
export const getPresenceStatistics: Operation<"getPresenceStatistics"> = (desk, _who, { query }) =>
  terms(desk, desk.directory.sites.get(query.siteId)?.timeZone);

export const getAlarmStatistics: Operation<"getAlarmStatistics"> = (desk) => terms(desk);
export const getStaffingStatistics: Operation<"getStaffingStatistics"> = (desk) => terms(desk);
export const getChannelStatistics: Operation<"getChannelStatistics"> = (desk) => terms(desk);

export const getStatisticsSettings: Operation<"getStatisticsSettings"> = (desk) =>
  done<StatisticsSettings>({ minimumGroup: minimumGroupOf(desk) });

export const putStatisticsSettings: Operation<"putStatisticsSettings"> = (desk, who, { body }, now) => {
  const { minimumGroup } = body;
  desk.kernel.database
    .insert(statisticsSettings)
    .values({ one: 1, minimumGroup })
    .onConflictDoUpdate({ target: statisticsSettings.one, set: { minimumGroup } })
    .run();
  const by = { type: "user", id: who.person.userId } as const;
  desk.record("statistics.configured", desk.facts?.tenantId ?? "", now, by, { minimumGroup }, who.ip);
  return done<StatisticsSettings>({ minimumGroup });
};
