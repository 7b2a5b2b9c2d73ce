import type { RecordType } from "../../protocol/records.ts";
import * as alarm from "./alarm.ts";
import * as directory from "./directory.ts";
import * as incident from "./incident.ts";
import * as recipients from "./recipients.ts";
import * as rollCall from "./roll-call.ts";
import * as roster from "./roster.ts";

/**
 * What each type of record does to the tables besides `events`. A projection is one SQL statement with one parameter, the
 * event's id, and reads everything from that event's row: written right after it in the same transaction, it can hold
 * nothing that the log does not say, and the tables can be made again from the log.
 *
 * Projections are also run for an event that is there already (a reply of libSQL was lost, the outbox sends again). That
 * is harmless: every one of them is idempotent, and none looks at the order of arrival.
 */
export const projections = {
  "tenant.saved": [directory.tenantSaved],
  "users.saved": [directory.usersSaved],
  "role.saved": [directory.roleSaved],
  "site.saved": [directory.siteSaved],
  "zone.saved": [directory.zoneSaved],
  "presence.counted": [],
  "kiosk.saved": [],
  "kiosk.enrolled": [],
  "scenario.saved": [directory.scenarioSaved],
  "integration.saved": [directory.integrationSaved],
  "session.started": [],
  "session.ended": [],
  "availability.changed": [directory.availabilityChanged],
  "duty.changed": [],
  "qualifications.saved": [roster.qualificationsSaved],
  "alarm.raised": [alarm.raised, recipients.raised],
  "alarm.dispatched": [],
  "alarm.sent": [recipients.sent],
  "alarm.receipts": [recipients.received, recipients.seen],
  "alarm.notReached": [recipients.notReached],
  "alarm.answered": [recipients.answered],
  "alarm.committed": [alarm.committed],
  "alarm.widened": [recipients.widened],
  "alarm.stepFired": [alarm.stepFired],
  "alarm.reAlarmed": [alarm.reAlarmed],
  "alarm.fill": [alarm.fill, alarm.firstFilled],
  "alarm.channels": [alarm.channels],
  "alarm.repeated": [alarm.repeated],
  "alarm.reminded": [],
  "alarm.reopened": [alarm.reopened],
  "incident.opened": [incident.opened],
  "incident.noted": [incident.noted],
  "incident.closed": [incident.closed],
  "incident.reopened": [incident.reopened],
  "detail.verified": [],
  "contact.saved": [directory.contactSaved],
  "testPlan.saved": [],
  "testPlan.ran": [],
  "testPlan.skipped": [],
  "staffingRule.saved": [],
  "staffing.warned": [],
  "staffing.cleared": [],
  "coverRequest.made": [],
  "coverRequest.taken": [],
  "coverRequest.withdrawn": [],
  "loneWorker.started": [],
  "loneWorker.checkedIn": [],
  "loneWorker.missed": [],
  "loneWorker.ended": [],
  "musterPoint.saved": [directory.musterPointSaved],
  "rollCall.opened": [rollCall.opened, rollCall.missing, rollCall.unknown],
  "rollCall.changed": [rollCall.joined, rollCall.said, rollCall.left],
  "rollCall.closed": [rollCall.closed],
  "rollCall.reopened": [rollCall.reopened],
  "shifts.saved": [roster.shiftsSaved],
  "shift.offered": [],
  "shift.warned": [],
  "shift.warningCleared": [],
  "shiftTemplate.saved": [],
  "rosterSettings.saved": [],
  "qualification.reminded": [],
  "alarm.stoodDown": [alarm.stoodDown],
} as const satisfies Record<RecordType, readonly string[]>;
