import type { Permission } from "../../../protocol/people.ts";

/** How somebody came in: a device's long-lived session may do less (threats.md 1, "Timeouts"). */
export type SessionKind = "session" | "device";

const everyone: readonly Permission[] = ["employee", "responder", "coordinator", "admin", "wallboard"];
const people: readonly Permission[] = ["employee", "responder", "coordinator", "admin"];
const leading: readonly Permission[] = ["coordinator", "admin"];
const watching: readonly Permission[] = ["coordinator", "admin", "wallboard"];
/** Whoever stands at a muster point. */
const marshals: readonly Permission[] = ["responder", "coordinator", "admin"];
const mustering: readonly Permission[] = [...marshals, "wallboard"];
const admins: readonly Permission[] = ["admin"];

interface Rule {
  allowed: readonly Permission[];
  /** Also with a device's session. */
  device: boolean;
}

const rule = (allowed: readonly Permission[], device: boolean): Rule => ({ allowed, device });

/**
 * Who may do what: the authorisation matrix as data (T1). An operation that is not here is allowed to nobody. Finer rules
 * (employees raise scenarios only, see alarms of their own) stand where the thing is.
 */
export const permissions = {
  logOut: rule(everyone, true),
  createEnrolments: rule(people, false),
  getMe: rule(everyone, true),
  putAvailability: rule(people, true),
  createUser: rule(admins, false),
  importUsers: rule(admins, false),
  listUsers: rule(everyone, true),
  getUser: rule(everyone, true),
  patchUser: rule(people, false),
  putDuty: rule(people, true),
  putUserDuty: rule(leading, false),
  putQualifications: rule(admins, false),
  getQualifications: rule(everyone, true),
  createRole: rule(admins, false),
  listRoles: rule(everyone, true),
  getRole: rule(everyone, true),
  patchRole: rule(admins, false),
  deleteRole: rule(admins, false),
  createSite: rule(admins, false),
  listSites: rule(everyone, true),
  getSite: rule(everyone, true),
  patchSite: rule(admins, false),
  deleteSite: rule(admins, false),
  getSitePresence: rule(watching, true),
  createZone: rule(admins, false),
  listZones: rule(everyone, true),
  getZone: rule(everyone, true),
  patchZone: rule(admins, false),
  deleteZone: rule(admins, false),
  getShapes: rule(people, true),
  createKiosk: rule(admins, false),
  listKiosks: rule(admins, false),
  getKiosk: rule(admins, false),
  deleteKiosk: rule(admins, false),
  createKioskEnrolment: rule(admins, false),
  createKioskCode: rule(people, false),
  createKioskQr: rule(people, true),
  createScenario: rule(admins, false),
  listScenarios: rule(everyone, true),
  getScenario: rule(everyone, true),
  patchScenario: rule(admins, false),
  deleteScenario: rule(admins, false),
  createIntegration: rule(admins, false),
  listIntegrations: rule(admins, false),
  getIntegration: rule(admins, false),
  deleteIntegration: rule(admins, false),
  raiseAlarm: rule(people, true),
  listAlarms: rule(everyone, true),
  getAlarm: rule(everyone, true),
  listRecipients: rule(watching, true),
  previewAlarm: rule(leading, true),
  explainRecipient: rule(everyone, true),
  escalate: rule(leading, true),
  reAlarm: rule(leading, true),
  reopenAlarm: rule(leading, true),
  listIncidents: rule(everyone, true),
  getIncident: rule(everyone, true),
  addNote: rule(people, true),
  standDown: rule(leading, true),
  createMusterPoint: rule(admins, false),
  listMusterPoints: rule(everyone, true),
  getMusterPoint: rule(everyone, true),
  patchMusterPoint: rule(admins, false),
  deleteMusterPoint: rule(admins, false),
  startRollCall: rule(leading, true),
  listRollCalls: rule(everyone, true),
  getRollCall: rule(everyone, true),
  listRollCallLines: rule(mustering, true),
  tickLine: rule(marshals, true),
  tickLines: rule(marshals, true),
  checkIn: rule(people, true),
  putVisitors: rule(marshals, true),
  closeRollCall: rule(leading, true),
  reopenRollCall: rule(leading, true),
  getHistoryRollCall: rule(leading, true),
  createTestPlan: rule(admins, false),
  listTestPlans: rule(leading, true),
  getTestPlan: rule(leading, true),
  patchTestPlan: rule(admins, false),
  deleteTestPlan: rule(admins, false),
  refreshTestAudience: rule(admins, false),
  runTestPlan: rule(admins, false),
  listTestRuns: rule(leading, true),
  getTestRun: rule(leading, true),
  createStaffingRule: rule(admins, false),
  listStaffingRules: rule(leading, true),
  getStaffingRule: rule(leading, true),
  patchStaffingRule: rule(admins, false),
  deleteStaffingRule: rule(admins, false),
  getStaffing: rule(watching, true),
  getStaffingForecast: rule(leading, true),
  simulateStaffing: rule(leading, true),
  createCoverRequest: rule(leading, true),
  listCoverRequests: rule(people, true),
  getCoverRequest: rule(people, true),
  takeCoverRequest: rule(people, true),
  withdrawCoverRequest: rule(leading, true),
  startLoneWorkerSession: rule(people, true),
  listOwnLoneWorkerSessions: rule(people, true),
  listLoneWorkerSessions: rule(leading, true),
  getLoneWorkerSession: rule(people, true),
  loneWorkerCheckIn: rule(people, true),
  endLoneWorkerSession: rule(people, true),
  createShifts: rule(leading, false),
  listShifts: rule(everyone, true),
  getShift: rule(everyone, true),
  patchShift: rule(leading, false),
  deleteShift: rule(leading, false),
  importShifts: rule(leading, false),
  getRosterSettings: rule(leading, true),
  putRosterSettings: rule(admins, false),
  createShiftTemplate: rule(leading, false),
  listShiftTemplates: rule(leading, true),
  getShiftTemplate: rule(leading, true),
  patchShiftTemplate: rule(leading, false),
  deleteShiftTemplate: rule(leading, false),
  expandShiftTemplate: rule(leading, false),
  createShiftOffer: rule(people, true),
  listOwnShiftOffers: rule(people, true),
  getShiftOffer: rule(people, true),
  acceptShiftOffer: rule(people, true),
  withdrawShiftOffer: rule(people, true),
  listExpiringQualifications: rule(leading, true),
  getOwnChannels: rule(people, true),
  createVerification: rule(people, true),
  confirmVerification: rule(people, true),
  putPushSubscription: rule(people, true),
  deletePushSubscription: rule(people, true),
  listChannels: rule(admins, false),
  listDeadLetters: rule(admins, false),
  createContact: rule(admins, false),
  listContacts: rule(admins, false),
  getContact: rule(admins, false),
  patchContact: rule(admins, false),
  deleteContact: rule(admins, false),
  createContactVerification: rule(admins, false),
  confirmContactVerification: rule(admins, false),
  listHistoryAlarms: rule(leading, true),
  getHistoryAlarm: rule(leading, true),
  verifyAlarm: rule(leading, true),
  getReport: rule(leading, true),
  listScores: rule(leading, true),
  listCap: rule(leading, true),
  getCap: rule(leading, true),
} satisfies Record<string, Rule>;

export type OperationName = keyof typeof permissions;

export const isOperation = (name: string): name is OperationName => Object.hasOwn(permissions, name);

export const mayDo = (operation: OperationName, permission: Permission, kind: SessionKind): boolean => {
  const { allowed, device } = permissions[operation];
  return allowed.includes(permission) && (kind === "session" || device);
};
