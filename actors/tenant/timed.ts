import { moveOn } from "./alarm/course.ts";
import { recordRepeats } from "./alarm/repeats.ts";
import { boundaryDue } from "./availability/changing.ts";
import { tellIncidentRooms } from "./conversation/incident-rooms.ts";
import type { Desk } from "./desk.ts";
import { loneWorkerDue } from "./lone-worker/watching.ts";
import { countPresence } from "./presence-counts.ts";
import { closeForgotten } from "./roll-call/closing.ts";
import { emptyShiftsDue } from "./roster/empty-shifts.ts";
import { sampleUsual } from "./staffing/sampling.ts";
import { expiryDue } from "./targeting/reminding.ts";
import { testPlanDue, testRunDue } from "./test-plan/running.ts";

/**
 * What happens by itself at a time: timers named `<what>:<ref>`, each in one transaction of the actor. A handler is quick and
 * idempotent, sets its own timer anew when there is more to come, and finds nothing to do when it is run twice (I11).
 */
export const timed: Readonly<Record<string, (desk: Desk, ref: string, now: number) => void>> = {
  course: moveOn,
  repeats: recordRepeats,
  loneWorker: loneWorkerDue,
  testPlan: testPlanDue,
  testRun: testRunDue,
  rollCall: closeForgotten,
  availability: boundaryDue,
  staffingSample: sampleUsual,
  emptyShifts: emptyShiftsDue,
  expiry: expiryDue,
  presence: countPresence,
  roomLog: tellIncidentRooms,
  reach: (desk, _ref, now) => desk.reach.write(now),
};
