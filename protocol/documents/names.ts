import {
  AcceptInvitation,
  CreatedTenant,
  DeviceSession,
  Enrolments,
  LogIn,
  NewDeviceSession,
  NewEnrolments,
  NewTenant,
  Session,
  SocketTicket,
} from "../access.ts";
import {
  Alarm,
  Counts,
  EndReason,
  RaiseAlarm,
  Raised,
  Raiser,
  Recipient,
  RecipientState,
  StandDown,
  Timings,
} from "../alarms.ts";
import { AlarmRecord } from "../history.ts";
import { Id, Slug, TenantRef, Time } from "../ids.ts";
import { CreatedIntegration, HookBody, Integration, NewIntegration } from "../integrations.ts";
import { LoneWorkerCheckIn, LoneWorkerSession, NewLoneWorkerSession } from "../lone-workers.ts";
import { Health, Readiness } from "../operations.ts";
import {
  CreatedUser,
  ImportError,
  ImportResult,
  ImportRow,
  NewRole,
  NewUser,
  Permission,
  Role,
  RolePatch,
  User,
  UserImport,
  UserPatch,
} from "../people.ts";
import { NewSite, NewZone, Shape, Site, SitePatch, Zone, ZonePatch } from "../places.ts";
import {
  Availability,
  AvailabilityReport,
  OwnPresence,
  PresenceEntry,
  PresenceReport,
  SitePresence,
} from "../presence.ts";
import { FieldError, Problem, ProblemCodes } from "../problems.ts";
import { MusterPoint, NewMusterPoint, NewRollCall, RollCall, RollCallLine, RollCallRecord } from "../roll-calls.ts";
import { NewScenario, Scenario, ScenarioPatch } from "../scenarios.ts";
import { Targets } from "../targets.ts";
import { Kind, Requirement, Response, Urgency } from "../terms.ts";
import { NewTestPlan, TestAudienceChange, TestPlan, TestPlanPatch, TestRun, TestRunReport } from "../test-plans.ts";
import { alarmNames } from "./alarm-names.ts";
import { availabilityNames } from "./availability-names.ts";
import { channelNames } from "./channel-names.ts";
import { conversationNames } from "./conversation-names.ts";
import { presenceNames } from "./presence-names.ts";
import { readinessNames } from "./readiness-names.ts";
import { rosterNames } from "./roster-names.ts";
import { staffingNames } from "./staffing-names.ts";
import { statisticsNames } from "./statistics-names.ts";

/** Schemas that get a name of their own in the documents; all others are written where they are used. */
export const named = {
  ...alarmNames,
  ...availabilityNames,
  ...channelNames,
  ...conversationNames,
  ...readinessNames,
  ...rosterNames,
  ...statisticsNames,
  ...presenceNames,
  ...staffingNames,
  AcceptInvitation,
  Alarm,
  AlarmRecord,
  Availability,
  AvailabilityReport,
  Counts,
  CreatedIntegration,
  CreatedTenant,
  CreatedUser,
  DeviceSession,
  EndReason,
  Enrolments,
  FieldError,
  Health,
  HookBody,
  Id,
  ImportError,
  ImportResult,
  ImportRow,
  Integration,
  Kind,
  LogIn,
  LoneWorkerCheckIn,
  LoneWorkerSession,
  MusterPoint,
  NewDeviceSession,
  NewEnrolments,
  NewIntegration,
  NewLoneWorkerSession,
  NewMusterPoint,
  NewRole,
  NewRollCall,
  NewScenario,
  NewSite,
  NewTenant,
  NewTestPlan,
  NewUser,
  NewZone,
  OwnPresence,
  Permission,
  PresenceEntry,
  PresenceReport,
  Problem,
  ProblemCode: ProblemCodes,
  RaiseAlarm,
  Raised,
  Raiser,
  Readiness,
  Recipient,
  RecipientState,
  Requirement,
  Response,
  Role,
  RolePatch,
  RollCall,
  RollCallLine,
  RollCallRecord,
  Scenario,
  ScenarioPatch,
  Session,
  Shape,
  Site,
  SitePatch,
  SitePresence,
  Slug,
  SocketTicket,
  StandDown,
  Targets,
  TenantRef,
  TestAudienceChange,
  TestPlan,
  TestPlanPatch,
  TestRun,
  TestRunReport,
  Time,
  Timings,
  Urgency,
  User,
  UserImport,
  UserPatch,
  Zone,
  ZonePatch,
} as const;
