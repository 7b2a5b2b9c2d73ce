import type { RecordType } from "../../protocol/records.ts";
import * as alarm from "./alarm.ts";
import * as conversation from "./conversation.ts";
import * as directory from "./directory.ts";
import * as incident from "./incident.ts";
import * as recipients from "./recipients.ts";
import * as rollCall from "./roll-call.ts";
import * as roster from "./roster.ts";
import * as statistics from "./statistics.ts";

/**
 * What each type of record does to the tables besides `events`. A projection is one SQL statement with one parameter, the
 * event's id, and reads everything from that event's row: written right after it in the same transaction, it can hold
 * nothing that the log does not say, and the tables can be made again from the log. What takes more than SQL is worked out
 * of the same record beforehand and is a second parameter (derived.ts).
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
  "presence.counted": [statistics.counted, statistics.uncounted, statistics.published],
  "staffing.changed": [statistics.staffingChanged, statistics.staffingEnds],
  "statistics.configured": [],
  "kiosk.saved": [],
  "kiosk.enrolled": [],
  "scenario.saved": [directory.scenarioSaved],
  "integration.saved": [directory.integrationSaved],
  "session.started": [],
  "session.ended": [],
  "availability.changed": [directory.availabilityChanged],
  "availability.patternSaved": [],
  "availability.exceptionSaved": [],
  "availability.calendarSaved": [],
  "availability.calendarRead": [],
  "availability.feedMade": [],
  "availability.feedEnded": [],
  "availability.holidaysSaved": [],
  "duty.changed": [],
  "qualifications.saved": [roster.qualificationsSaved],
  "alarm.raised": [alarm.raised, recipients.raised, statistics.called],
  "alarm.dispatched": [],
  "alarm.sent": [recipients.sent],
  "alarm.receipts": [recipients.received, recipients.seen, statistics.received],
  "alarm.notReached": [recipients.notReached],
  "alarm.answered": [recipients.answered, statistics.answered],
  "alarm.committed": [alarm.committed],
  "alarm.widened": [recipients.widened, statistics.called],
  "alarm.stepFired": [alarm.stepFired],
  "alarm.reAlarmed": [alarm.reAlarmed],
  "alarm.fill": [alarm.fill, alarm.firstFilled],
  "alarm.channels": [alarm.channels, statistics.channelOutcomes],
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
  "staffingRule.saved": [statistics.staffingRuleSaved, statistics.staffingEnds],
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
  "conversation.saved": [conversation.saved],
  "conversation.joined": [],
  "conversation.left": [],
  "message.sent": [conversation.sent, conversation.keptFromLog],
  "message.edited": [conversation.edited, conversation.keptFromLog],
  "message.deleted": [conversation.deleted, conversation.deletedFromLog],
  "message.reacted": [],
  "messages.erased": [
    conversation.erasureKept,
    conversation.authorErased,
    conversation.erasedFromLog,
    conversation.authorErasedFromNotes,
  ],
  "epoch.removed": [conversation.termKept, conversation.epochRemoved, conversation.removedFromLog],
  "photo.added": [],
  "note.written": [conversation.noteKeptWithoutErased],
} as const satisfies Record<RecordType, readonly string[]>;
