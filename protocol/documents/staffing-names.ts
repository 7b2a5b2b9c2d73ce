import {
  CoverRequest,
  NewCoverRequest,
  NewSimulation,
  NewStaffingRule,
  StaffingForecast,
  StaffingLevel,
  StaffingRule,
  StaffingRulePatch,
  StaffingSimulation,
  StaffingWindow,
} from "../staffing.ts";

/** Names in the documents for what staffing is made of. */
export const staffingNames = {
  CoverRequest,
  NewCoverRequest,
  NewSimulation,
  NewStaffingRule,
  StaffingForecast,
  StaffingLevel,
  StaffingRule,
  StaffingRulePatch,
  StaffingSimulation,
  StaffingWindow,
} as const;
