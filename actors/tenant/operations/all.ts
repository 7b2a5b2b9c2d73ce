import { done } from "../../../protocol/problems.ts";
import type { PerformedName } from "../access/permissions.ts";
import * as calendars from "../availability/calendar-operations.ts";
import * as availabilityExceptions from "../availability/exception-operations.ts";
import * as feeds from "../availability/feed.ts";
import * as patterns from "../availability/pattern-operations.ts";
import { deleteAvailability, putAvailability } from "../availability/saying.ts";
import { getUserAvailability, listAvailability } from "../availability/view.ts";
import * as conversationMembers from "../conversation/member-operations.ts";
import * as conversations from "../conversation/operations.ts";
import * as kiosks from "../kiosk/operations.ts";
import * as loneWorkers from "../lone-worker/operations.ts";
import * as shiftImports from "../roster/import-operations.ts";
import * as shiftOffers from "../roster/offer-operations.ts";
import * as rosters from "../roster/operations.ts";
import * as covers from "../staffing/cover-operations.ts";
import { simulateStaffing } from "../staffing/planning.ts";
import * as staffing from "../staffing/rule-operations.ts";
import * as statistics from "../statistics/operations.ts";
import * as testPlans from "../test-plan/operations.ts";
import * as testRuns from "../test-plan/run-operations.ts";
import {
  escalate,
  getAlarm,
  listAlarms,
  listRecipients,
  raiseAlarm,
  reAlarm,
  reopenAlarm,
  standDown,
} from "./alarms.ts";
import * as channels from "./channels.ts";
import * as contacts from "./contacts.ts";
import { putDuty, putUserDuty } from "./duty.ts";
import { explainRecipient } from "./explanation.ts";
import * as incidents from "./incidents.ts";
import * as musterPoints from "./muster-points.ts";
import type { Operation } from "./operation.ts";
import { createUser, getMe, getUser, importUsers, listUsers, patchUser } from "./people.ts";
import * as places from "./places.ts";
import { previewAlarm } from "./preview.ts";
import { getQualifications, listExpiringQualifications, putQualifications } from "./qualifications.ts";
import * as rollCalls from "./roll-calls.ts";
import * as scenarios from "./scenarios.ts";
import { createEnrolments, logOut } from "./sessions.ts";
import { getShapes } from "./shapes.ts";
import { verifyAlarm } from "./verification.ts";

/** The history is read at the edge, from libSQL; the tenant only says whether this person may. */
const allowed = () => done(null);

/** Every operation by the name that permissions.ts and the routes have for it. */
const operations: { [K in PerformedName]: Operation<K, never> } = {
  logOut,
  createEnrolments,
  getMe,
  putAvailability,
  deleteAvailability,
  getUserAvailability,
  listAvailability,
  getAvailabilityPattern: patterns.getAvailabilityPattern,
  putAvailabilityPattern: patterns.putAvailabilityPattern,
  createAvailabilityException: availabilityExceptions.createAvailabilityException,
  listAvailabilityExceptions: availabilityExceptions.listAvailabilityExceptions,
  getAvailabilityException: availabilityExceptions.getAvailabilityException,
  patchAvailabilityException: availabilityExceptions.patchAvailabilityException,
  deleteAvailabilityException: availabilityExceptions.deleteAvailabilityException,
  createCalendar: calendars.createCalendar,
  listCalendars: calendars.listCalendars,
  getCalendar: calendars.getCalendar,
  patchCalendar: calendars.patchCalendar,
  deleteCalendar: calendars.deleteCalendar,
  createCalendarFeed: feeds.createCalendarFeed,
  getCalendarFeed: feeds.getCalendarFeed,
  deleteCalendarFeed: feeds.deleteCalendarFeed,
  getHolidays: patterns.getHolidays,
  putHolidays: patterns.putHolidays,
  createUser,
  importUsers,
  listUsers,
  getUser,
  patchUser,
  putDuty,
  putUserDuty,
  putQualifications,
  getQualifications,
  listExpiringQualifications,
  createRole: places.createRole,
  listRoles: places.listRoles,
  getRole: places.getRole,
  patchRole: places.patchRole,
  deleteRole: places.deleteRole,
  createSite: places.createSite,
  listSites: places.listSites,
  getSite: places.getSite,
  patchSite: places.patchSite,
  deleteSite: places.deleteSite,
  getSitePresence: places.getSitePresence,
  createZone: places.createZone,
  listZones: places.listZones,
  getZone: places.getZone,
  patchZone: places.patchZone,
  deleteZone: places.deleteZone,
  getShapes,
  createKiosk: kiosks.createKiosk,
  listKiosks: kiosks.listKiosks,
  getKiosk: kiosks.getKiosk,
  deleteKiosk: kiosks.deleteKiosk,
  createKioskEnrolment: kiosks.createKioskEnrolment,
  createKioskCode: kiosks.createKioskCode,
  createKioskQr: kiosks.createKioskQr,
  createScenario: scenarios.createScenario,
  listScenarios: scenarios.listScenarios,
  getScenario: scenarios.getScenario,
  patchScenario: scenarios.patchScenario,
  deleteScenario: scenarios.deleteScenario,
  createIntegration: scenarios.createIntegration,
  listIntegrations: scenarios.listIntegrations,
  getIntegration: scenarios.getIntegration,
  deleteIntegration: scenarios.deleteIntegration,
  raiseAlarm,
  listAlarms,
  getAlarm,
  listRecipients,
  standDown,
  previewAlarm,
  explainRecipient,
  escalate,
  reAlarm,
  reopenAlarm,
  listIncidents: incidents.listIncidents,
  getIncident: incidents.getIncident,
  addNote: incidents.addNote,
  createTestPlan: testPlans.createTestPlan,
  listTestPlans: testPlans.listTestPlans,
  getTestPlan: testPlans.getTestPlan,
  patchTestPlan: testPlans.patchTestPlan,
  deleteTestPlan: testPlans.deleteTestPlan,
  refreshTestAudience: testPlans.refreshTestAudience,
  runTestPlan: testPlans.runTestPlan,
  listTestRuns: testRuns.listTestRuns,
  getTestRun: testRuns.getTestRun,
  createStaffingRule: staffing.createStaffingRule,
  listStaffingRules: staffing.listStaffingRules,
  getStaffingRule: staffing.getStaffingRule,
  patchStaffingRule: staffing.patchStaffingRule,
  deleteStaffingRule: staffing.deleteStaffingRule,
  getStaffing: staffing.getStaffing,
  getStaffingForecast: allowed,
  simulateStaffing,
  createCoverRequest: covers.createCoverRequest,
  listCoverRequests: covers.listCoverRequests,
  getCoverRequest: covers.getCoverRequest,
  takeCoverRequest: covers.takeCoverRequest,
  withdrawCoverRequest: covers.withdrawCoverRequest,
  startLoneWorkerSession: loneWorkers.startLoneWorkerSession,
  listOwnLoneWorkerSessions: loneWorkers.listOwnLoneWorkerSessions,
  listLoneWorkerSessions: loneWorkers.listLoneWorkerSessions,
  getLoneWorkerSession: loneWorkers.getLoneWorkerSession,
  loneWorkerCheckIn: loneWorkers.loneWorkerCheckIn,
  endLoneWorkerSession: loneWorkers.endLoneWorkerSession,
  createShifts: rosters.createShifts,
  listShifts: rosters.listShifts,
  getShift: rosters.getShift,
  patchShift: rosters.patchShift,
  deleteShift: rosters.deleteShift,
  getRosterSettings: rosters.getRosterSettings,
  putRosterSettings: rosters.putRosterSettings,
  createShiftOffer: shiftOffers.createShiftOffer,
  listOwnShiftOffers: shiftOffers.listOwnShiftOffers,
  getShiftOffer: shiftOffers.getShiftOffer,
  acceptShiftOffer: shiftOffers.acceptShiftOffer,
  withdrawShiftOffer: shiftOffers.withdrawShiftOffer,
  importShifts: shiftImports.importShifts,
  createShiftTemplate: shiftImports.createShiftTemplate,
  listShiftTemplates: shiftImports.listShiftTemplates,
  getShiftTemplate: shiftImports.getShiftTemplate,
  patchShiftTemplate: shiftImports.patchShiftTemplate,
  deleteShiftTemplate: shiftImports.deleteShiftTemplate,
  expandShiftTemplate: shiftImports.expandShiftTemplate,
  createMusterPoint: musterPoints.createMusterPoint,
  listMusterPoints: musterPoints.listMusterPoints,
  getMusterPoint: musterPoints.getMusterPoint,
  patchMusterPoint: musterPoints.patchMusterPoint,
  deleteMusterPoint: musterPoints.deleteMusterPoint,
  startRollCall: rollCalls.startRollCall,
  listRollCalls: rollCalls.listRollCalls,
  getRollCall: rollCalls.getRollCall,
  listRollCallLines: rollCalls.listRollCallLines,
  tickLine: rollCalls.tickLine,
  tickLines: rollCalls.tickLines,
  checkIn: rollCalls.checkIn,
  putVisitors: rollCalls.putVisitors,
  closeRollCall: rollCalls.closeRollCall,
  reopenRollCall: rollCalls.reopenRollCall,
  getHistoryRollCall: allowed,
  getOwnChannels: channels.getOwnChannels,
  createVerification: channels.createVerification,
  confirmVerification: channels.confirmVerification,
  putPushSubscription: channels.putPushSubscription,
  deletePushSubscription: channels.deletePushSubscription,
  listChannels: channels.listChannels,
  listDeadLetters: channels.listDeadLetters,
  createContact: contacts.createContact,
  listContacts: contacts.listContacts,
  getContact: contacts.getContact,
  patchContact: contacts.patchContact,
  deleteContact: contacts.deleteContact,
  createContactVerification: contacts.createContactVerification,
  confirmContactVerification: contacts.confirmContactVerification,
  listHistoryAlarms: allowed,
  getHistoryAlarm: allowed,
  verifyAlarm,
  getReport: allowed,
  listScores: allowed,
  getPresenceStatistics: statistics.getPresenceStatistics,
  getAlarmStatistics: statistics.getAlarmStatistics,
  getStaffingStatistics: statistics.getStaffingStatistics,
  getChannelStatistics: statistics.getChannelStatistics,
  getStatisticsSettings: statistics.getStatisticsSettings,
  putStatisticsSettings: statistics.putStatisticsSettings,
  listCap: allowed,
  getCap: allowed,
  listConversations: conversations.listConversations,
  createConversation: conversations.createConversation,
  getConversation: conversations.getConversation,
  patchConversation: conversations.patchConversation,
  listConversationMembers: conversationMembers.listConversationMembers,
  putConversationMember: conversationMembers.putConversationMember,
  deleteConversationMember: conversationMembers.deleteConversationMember,
};

/** An operation for input that the edge has decoded by the schemas of the route of the same name. */
export const operationOf = (name: PerformedName): Operation<PerformedName> =>
  operations[name] as unknown as Operation<PerformedName>;
