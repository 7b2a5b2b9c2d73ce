import {
  AlarmStatistics,
  AlarmTimes,
  ChannelStatistics,
  PresenceStatistics,
  StaffingStatistics,
  StatisticsSettings,
} from "../statistics.ts";

/** Names in the documents for what statistics are made of. */
export const statisticsNames = {
  AlarmStatistics,
  AlarmTimes,
  ChannelStatistics,
  PresenceStatistics,
  StaffingStatistics,
  StatisticsSettings,
} as const;
