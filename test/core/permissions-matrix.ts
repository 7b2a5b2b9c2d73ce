/**
 * Who may do what, written down from wire.md and the privacy statement, beside the code and not from it (T1): a route that is
 * not here, or whose line says something else than the code does, fails permissions.test.ts. `finer` names the rule that
 * stands where the thing is; the matrix is the outer one.
 *
 * e employee, r responder, c coordinator, a admin, w wallboard; d: also with a device's long-lived session.
 */
export const matrix: Readonly<Record<string, string>> = {
  // Own session and own data. A device may only receive, answer and say where its person is: it changes no person.
  logOut: "ercaw d",
  getMe: "ercaw d",
  putAvailability: "erca  d",
  deleteAvailability: "erca  d",
  getAvailabilityPattern: "erca  d",
  putAvailabilityPattern: "erca  d",
  createAvailabilityException: "erca  d",
  listAvailabilityExceptions: "erca  d",
  getAvailabilityException: "erca  d", // finer: only one's own, as all that is under /me
  patchAvailabilityException: "erca  d",
  deleteAvailabilityException: "erca  d",
  // Addresses of calendars and of the feed are secrets: not for a device that is lost.
  createCalendar: "erca",
  listCalendars: "erca",
  getCalendar: "erca",
  patchCalendar: "erca",
  deleteCalendar: "erca",
  createCalendarFeed: "erca",
  getCalendarFeed: "erca",
  deleteCalendarFeed: "erca",
  putDuty: "erca  d",
  getQualifications: "ercaw d", // finer: others than leaders their own
  createEnrolments: "erca", // finer: others than admins for themselves
  patchUser: "erca", // finer: others than admins their own name and contact details

  // What every colleague sees.
  getUserAvailability: "ercaw d", // finer: why, and notes that are not shared, only of oneself
  listAvailability: "ercaw d",
  getHolidays: "ercaw d",
  listUsers: "ercaw d", // finer: contact details for those who lead
  getUser: "ercaw d",
  listRoles: "ercaw d",
  getRole: "ercaw d",
  listSites: "ercaw d",
  getSite: "ercaw d",
  listZones: "ercaw d",
  getZone: "ercaw d",
  listScenarios: "ercaw d",
  getScenario: "ercaw d",

  // Presence: what a person's own device decides by, and what it shows at the door.
  getShapes: "erca  d",
  createKioskQr: "erca  d",
  createKioskCode: "erca", // a secret of the person's: a stolen telephone must not get one

  // Ways to oneself besides the socket: they prove what is there and change nothing of a person.
  getOwnChannels: "erca  d",
  createVerification: "erca  d",
  confirmVerification: "erca  d",
  putPushSubscription: "erca  d",
  deletePushSubscription: "erca  d",

  // Alarms.
  raiseAlarm: "erca  d", // finer: employees and responders scenarios only
  listAlarms: "ercaw d", // finer: others than leaders their own
  getAlarm: "ercaw d",
  listRecipients: "caw   d",
  previewAlarm: "ca    d",
  explainRecipient: "ercaw d", // finer: others than leaders themselves
  escalate: "ca    d",
  reAlarm: "ca    d",
  reopenAlarm: "ca    d",
  listIncidents: "ercaw d", // finer: others than leaders those of their own alarms
  getIncident: "ercaw d",
  addNote: "erca  d", // finer: participants and leaders
  standDown: "ca    d",
  getSitePresence: "caw   d",

  // Recurring test alarms.
  createTestPlan: "a",
  patchTestPlan: "a",
  deleteTestPlan: "a",
  refreshTestAudience: "a",
  runTestPlan: "a",
  listTestPlans: "ca    d",
  getTestPlan: "ca    d",
  listTestRuns: "ca    d",
  getTestRun: "ca    d",

  // Rosters. Colleagues of the own tenant see who is on shift (P6); those who lead plan.
  createShifts: "ca",
  listShifts: "ercaw d",
  getShift: "ercaw d",
  patchShift: "ca",
  deleteShift: "ca",
  importShifts: "ca",
  getRosterSettings: "ca    d",
  putRosterSettings: "a",
  createShiftTemplate: "ca",
  listShiftTemplates: "ca    d",
  getShiftTemplate: "ca    d",
  patchShiftTemplate: "ca",
  deleteShiftTemplate: "ca",
  expandShiftTemplate: "ca",
  createShiftOffer: "erca  d", // finer: others than leaders their own shifts
  listOwnShiftOffers: "erca  d",
  getShiftOffer: "erca  d", // finer: others than leaders those they made or are asked by
  acceptShiftOffer: "erca  d", // finer: those who are asked
  withdrawShiftOffer: "erca  d", // finer: others than leaders their own
  listExpiringQualifications: "ca    d",

  // Staffing.
  createStaffingRule: "a",
  patchStaffingRule: "a",
  deleteStaffingRule: "a",
  listStaffingRules: "ca    d",
  getStaffingRule: "ca    d",
  getStaffing: "caw   d", // finer: the people for those who lead
  getStaffingForecast: "ca    d",
  simulateStaffing: "ca    d",
  createCoverRequest: "ca    d",
  withdrawCoverRequest: "ca    d",
  listCoverRequests: "erca  d", // finer: others than leaders those they were asked
  getCoverRequest: "erca  d", // finer: others than leaders those they were asked
  takeCoverRequest: "erca  d", // finer: only who was asked

  // Working alone.
  startLoneWorkerSession: "erca  d",
  listOwnLoneWorkerSessions: "erca  d",
  listLoneWorkerSessions: "ca    d",
  getLoneWorkerSession: "erca  d", // finer: others than leaders their own
  loneWorkerCheckIn: "erca  d", // finer: only the person's own
  endLoneWorkerSession: "erca  d", // finer: others than leaders their own

  listHistoryAlarms: "ca    d",
  getHistoryAlarm: "ca    d",
  verifyAlarm: "ca    d",
  getReport: "ca    d",
  listScores: "ca    d",
  getPresenceStatistics: "ca    d", // counts without names alone: suppressed and rounded
  getAlarmStatistics: "ca    d",
  getStaffingStatistics: "ca    d",
  getChannelStatistics: "ca    d",
  getStatisticsSettings: "ca    d",
  putStatisticsSettings: "a",
  listCap: "ca    d",
  getCap: "ca    d",

  // Roll-calls. Marshals are responders: whoever stands at the muster point ticks off.
  listMusterPoints: "ercaw d",
  getMusterPoint: "ercaw d",
  startRollCall: "ca    d",
  listRollCalls: "ercaw d", // finer: employees those in which they have a line
  getRollCall: "ercaw d",
  listRollCallLines: "rcaw  d",
  tickLine: "rca   d",
  tickLines: "rca   d",
  checkIn: "erca  d", // finer: who has a line, or is present there
  putVisitors: "rca   d",
  closeRollCall: "ca    d",
  reopenRollCall: "ca    d",
  getHistoryRollCall: "ca    d",

  // What administrators keep.
  putHolidays: "a",
  createMusterPoint: "a",
  patchMusterPoint: "a",
  deleteMusterPoint: "a",
  putUserDuty: "ca",
  putQualifications: "a",
  createUser: "a",
  importUsers: "a",
  createRole: "a",
  patchRole: "a",
  deleteRole: "a",
  createSite: "a",
  patchSite: "a",
  deleteSite: "a",
  createZone: "a",
  patchZone: "a",
  deleteZone: "a",
  createKiosk: "a",
  listKiosks: "a",
  getKiosk: "a",
  deleteKiosk: "a",
  createKioskEnrolment: "a",
  createScenario: "a",
  patchScenario: "a",
  deleteScenario: "a",
  listChannels: "a",
  listDeadLetters: "a",
  createContact: "a",
  listContacts: "a",
  getContact: "a",
  patchContact: "a",
  deleteContact: "a",
  createContactVerification: "a",
  confirmContactVerification: "a",
  createIntegration: "a",
  listIntegrations: "a",
  getIntegration: "a",
  deleteIntegration: "a",

  // Conversations. A wall takes no part. finer everywhere: who is not in a conversation gets not_found; the rest is membership.ts.
  listConversations: "erca  d",
  createConversation: "erca  d", // finer: notes of sites and incidents by those who lead
  getConversation: "erca  d",
  patchConversation: "erca  d", // finer: its maker and those who lead
  listConversationMembers: "erca  d",
  putConversationMember: "erca  d", // finer: members of a group; guests by those who lead
  deleteConversationMember: "erca  d", // finer: oneself; others by its maker and those who lead
  getConversationState: "erca  d",
  listMessages: "erca  d",
  sendMessage: "erca  d",
  patchMessage: "erca  d", // finer: one's own
  deleteMessage: "erca  d", // finer: one's own, or by those who lead
  reactToMessage: "erca  d",
  putReadMark: "erca  d",
  addPhoto: "erca  d",
  getPhoto: "erca  d",
  listNoteVersions: "erca  d",
  getNoteVersion: "erca  d",
  restoreNoteVersion: "ca  d",
};

/** Routes of a person that the site actor answers: any session of the tenant may, for its own person. */
export const ofTheSite: readonly string[] = ["createSocketTicket", "putPresence"];
