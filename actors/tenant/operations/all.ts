import { done, refuse } from "../../../protocol/problems.ts";
import type { OperationName } from "../access/permissions.ts";
import { getAlarm, listAlarms, listRecipients, raiseAlarm, standDown } from "./alarms.ts";
import type { Operation } from "./operation.ts";
import { createUser, getMe, getUser, importUsers, listUsers, patchUser, putAvailability } from "./people.ts";
import * as places from "./places.ts";
import * as scenarios from "./scenarios.ts";
import { createEnrolments, logOut } from "./sessions.ts";

/** The history is read at the edge, from libSQL; the tenant only says whether this person may. */
const allowed = () => done(null);

/** Every operation by the name that permissions.ts and the routes have for it. */
const operations: { [K in OperationName]: Operation<K, never> } = {
  logOut,
  createEnrolments,
  getMe,
  putAvailability,
  createUser,
  importUsers,
  listUsers,
  getUser,
  patchUser,
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
  previewAlarm: () => refuse("unavailable"),
  explainRecipient: () => refuse("unavailable"),
  escalate: () => refuse("unavailable"),
  reAlarm: () => refuse("unavailable"),
  reopenAlarm: () => refuse("unavailable"),
  listIncidents: () => refuse("unavailable"),
  getIncident: () => refuse("unavailable"),
  addNote: () => refuse("unavailable"),
  listHistoryAlarms: allowed,
  getHistoryAlarm: allowed,
};

/** An operation for input that the edge has decoded by the schemas of the route of the same name. */
export const operationOf = (name: OperationName): Operation<OperationName> =>
  operations[name] as unknown as Operation<OperationName>;
