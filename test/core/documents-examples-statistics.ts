/** Realistic values of what the documents say about statistics (documents-examples.ts). */
const siteId = "sit_Qw3rTy7UiOp9AsDfG";
const roleId = "rol_Zx4cVb8NmLk2JhGfD";
const scenarioId = "scn_Pl5oKi9JuHy3GtFrE";
const staffingRuleId = "stf_Aq1sWd6EfRg8ThYjU";
const timeZone = "Europe/Amsterdam";
const month = "2026-10-31T23:00:00.000Z";
const week = "2026-11-15T23:00:00.000Z";

const times = {
  firstReceipt: { median: 212, p95: 1_480 },
  firstAnswer: { median: 4_100, p95: 19_300 },
  firstComing: { median: 6_200, p95: 31_000 },
  filled: { median: 48_000, p95: 171_000 },
  firstOnScene: { median: null, p95: null },
};
const alarms = { month, kind: "exercise", scenarioId, alarms: 12, timed: 11, times };

export const statisticsExamples: Readonly<Record<string, readonly unknown[]>> = {
  AlarmStatistics: [
    {
      timeZone,
      minimumGroup: 10,
      items: [alarms, { month, kind: "actual", alarms: 2, timed: 0, times: null, reason: "tooFew" }],
    },
  ],
  AlarmTimes: [times],
  ChannelStatistics: [
    {
      timeZone,
      minimumGroup: 10,
      roundedTo: 5,
      items: [
        {
          month,
          kind: "test",
          channel: "push",
          outcomes: [
            { outcome: "sent", messages: 20 },
            { outcome: "delivered", messages: 435 },
            { outcome: "failed", messages: null, reason: "tooFew" },
            { outcome: "skipped", messages: 35 },
          ],
        },
      ],
    },
  ],
  PresenceStatistics: [
    {
      siteId,
      roleId,
      grid: "day",
      timeZone,
      minimumGroup: 10,
      roundedTo: 5,
      cells: [
        { from: "2026-11-22T23:00:00.000Z", average: 25, peak: 40, quarters: 38 },
        { from: "2026-11-23T23:00:00.000Z", average: null, peak: null, quarters: 0, reason: "tooFew" },
      ],
    },
    { siteId, grid: "week", timeZone, minimumGroup: 5, roundedTo: 5, cells: [] },
  ],
  StaffingStatistics: [{ timeZone, items: [{ staffingRuleId, week, keptHours: 41.25, missedHours: 3.75 }] }],
  StatisticsSettings: [{ minimumGroup: 10 }, { minimumGroup: 5 }],
};
