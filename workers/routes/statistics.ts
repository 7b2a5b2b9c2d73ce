import { hmac } from "../../actors/kernel/hashes.ts";
import type { StatisticsTerms } from "../../actors/tenant/statistics/operations.ts";
import { alarmStatistics } from "../../history/statistics/alarms.ts";
import { channelStatistics } from "../../history/statistics/channels.ts";
import { roundingBase } from "../../history/statistics/disclosure.ts";
import { cellsOf } from "../../history/statistics/grid.ts";
import { presenceStatistics } from "../../history/statistics/presence.ts";
import { staffingStatistics } from "../../history/statistics/staffing.ts";
import { routes } from "../../protocol/http/routes.ts";
import { done } from "../../protocol/problems.ts";
import type {
  AlarmStatistics,
  ChannelStatistics,
  PresenceStatistics,
  PresenceStatisticsQuery,
  StaffingStatistics,
} from "../../protocol/statistics.ts";
import { fromHistory } from "../http/from-history.ts";
import { performed } from "../http/perform.ts";

const seriesOf = ({ siteId, roleId, zoneId }: PresenceStatisticsQuery) => {
  if (roleId !== undefined) return { siteId, kind: "role", ref: roleId } as const;
  if (zoneId !== undefined) return { siteId, kind: "zone", ref: zoneId } as const;
  return { siteId, kind: "all", ref: "" } as const;
};

export const statisticsEndpoints = {
  getPresenceStatistics: fromHistory(routes.getPresenceStatistics, async (history, call, allowed) => {
    const { tenantId, query, receivedAt } = call;
    const { minimumGroup, timeZone } = allowed as StatisticsTerms;
    const { siteId, roleId, zoneId, grid = "hour" } = query;
    const cells = cellsOf(query, grid, timeZone, receivedAt);
    if (!cells.ok) return cells;
    return done<PresenceStatistics>({
      siteId,
      ...(roleId === undefined ? {} : { roleId }),
      ...(zoneId === undefined ? {} : { zoneId }),
      grid,
      timeZone,
      minimumGroup,
      roundedTo: roundingBase,
      cells: await presenceStatistics(history, tenantId, seriesOf(query), cells.value, minimumGroup),
    });
  }),
  getAlarmStatistics: fromHistory(routes.getAlarmStatistics, async (history, call, allowed) => {
    const { tenantId, query, receivedAt } = call;
    const { minimumGroup, timeZone } = allowed as StatisticsTerms;
    const months = cellsOf(query, "month", timeZone, receivedAt);
    if (!months.ok) return months;
    const items = await alarmStatistics(history, tenantId, query, months.value, minimumGroup);
    return done<AlarmStatistics>({ timeZone, minimumGroup, items });
  }),
  getStaffingStatistics: fromHistory(routes.getStaffingStatistics, async (history, call, allowed) => {
    const { tenantId, query, receivedAt } = call;
    const { timeZone } = allowed as StatisticsTerms;
    const weeks = cellsOf(query, "week", timeZone, receivedAt);
    if (!weeks.ok) return weeks;
    const items = await staffingStatistics(history, tenantId, query.staffingRuleId, weeks.value, receivedAt);
    return done<StaffingStatistics>({ timeZone, items });
  }),
  getChannelStatistics: fromHistory(routes.getChannelStatistics, async (history, call, allowed) => {
    const { tenantId, query, receivedAt, settings } = call;
    const { minimumGroup, timeZone } = allowed as StatisticsTerms;
    const months = cellsOf(query, "month", timeZone, receivedAt);
    if (!months.ok) return months;
    const how = { minimumGroup, seal: (text: string) => hmac(settings.PASSWORD_PEPPER, text) };
    const items = await channelStatistics(history, tenantId, months.value, how);
    return done<ChannelStatistics>({ timeZone, minimumGroup, roundedTo: roundingBase, items });
  }),
  getStatisticsSettings: performed(routes.getStatisticsSettings),
  putStatisticsSettings: performed(routes.putStatisticsSettings),
};
