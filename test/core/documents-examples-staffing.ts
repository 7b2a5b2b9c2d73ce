/** Realistic values of what the documents say about staffing (documents-examples.ts). */
const staffingRuleId = "stf_q8WnR4tYk2ZcV6mLp";
const coverRequestId = "cov_d5HjK1sXb9QwE3nTy";
const siteId = "sit_4f90d13a42Lk2Qw8e";
const roleId = "rol_J7pWs2Nq9TzK4mVxB";
const userId = "usr_b0XkW3nQp7LmT2vYc";
const scenarioId = "scn_Uakgb_J5m9g-0JDMb";
const at = "2026-11-23T09:41:07.412Z";
const from = "2026-11-24T07:00:00.000Z";
const to = "2026-11-24T11:00:00.000Z";

const night = { weekdays: [1, 2, 3, 4, 5], from: "22:00", to: "06:00" };
const newRule = { name: "EHBO hoofdkantoor", siteId, roleId, minimum: 2, hours: [night] };
const rule = { ...newRule, staffingRuleId, version: 1, digest: "atOnce", afterSeconds: 60, enabled: true };
const level = { staffingRuleId, siteId, roleId, minimum: 2, counted: 1, missing: 1, state: "under", since: at };
const cover = {
  coverRequestId,
  staffingRuleId,
  siteId,
  roleId,
  from,
  to,
  count: 1,
  state: "open",
  askedAt: at,
  askedBy: userId,
  people: 4,
  takenBy: [],
};

export const staffingLevel = level;

export const staffingExamples: Readonly<Record<string, readonly unknown[]>> = {
  CoverRequest: [
    cover,
    { ...cover, state: "filled", takenBy: [{ userId, name: "Jan de Vries", at }], asked: [userId] },
  ],
  NewCoverRequest: [{ staffingRuleId, from, to, count: 1 }],
  NewSimulation: [{ scenarioId }, { scenarioId, from, days: 3 }],
  NewStaffingRule: [
    { roleId, minimum: 1 },
    {
      ...newRule,
      warn: { userIds: [userId], roles: [roleId] },
      digest: "daily 07:30",
      afterSeconds: 0,
      enabled: false,
    },
  ],
  StaffingForecast: [
    {
      from,
      hours: 3,
      rules: [{ staffingRuleId, minimum: 2, expected: [2, 1, null], onShift: [2, 0, null], weeks: 4 }],
      gaps: [{ staffingRuleId, from, to, minimum: 2, expected: 1, missing: 1 }],
    },
  ],
  StaffingLevel: [
    level,
    { ...level, warnedAt: at, people: [{ userId, name: "Jan de Vries", counts: false, reason: "unreachable" }] },
  ],
  StaffingRule: [rule, { ...rule, warn: { roles: [roleId] }, digest: "daily 07:30" }],
  StaffingRulePatch: [{ minimum: 3, siteId: null, hours: null, warn: null, name: null }, { enabled: false }],
  StaffingSimulation: [
    {
      scenarioId,
      from,
      hours: 24,
      filledHours: 20,
      spans: [{ from, to, filled: false, people: 3, lacking: [{ roleId, count: 2, coming: 1 }] }],
    },
  ],
  StaffingWindow: [night],
};
