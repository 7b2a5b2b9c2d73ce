import { limits } from "../../../protocol/limits.ts";
import type { FieldError } from "../../../protocol/problems.ts";
import type { ShiftFacts } from "./shift.ts";
import type { RosterView } from "./view.ts";

export const overlapMessage = "has another shift at that time";

/** What is wrong with a shift by itself: everything but whether its person's time is free. */
export const wrongWith = (view: RosterView, shift: ShiftFacts): FieldError[] => {
  const { siteId, roleId, startsAt, endsAt, userId } = shift;
  const errors: FieldError[] = [];
  if (!view.hasSite(siteId)) errors.push({ path: "siteId", message: "does not exist" });
  if (!view.hasRole(roleId)) errors.push({ path: "roleId", message: "does not exist" });
  if (endsAt <= startsAt) errors.push({ path: "endsAt", message: "must be after the start" });
  if (endsAt - startsAt > limits.shiftMs)
    errors.push({ path: "endsAt", message: "is more than a week after the start" });
  if (userId === undefined) return errors;
  const person = view.person(userId);
  if (person === undefined) errors.push({ path: "userId", message: "does not exist" });
  else if (!person.enabled || person.permission === "wallboard")
    errors.push({ path: "userId", message: "cannot have a shift" });
  // Whether a certificate will be renewed in time is for those who plan: who is not certified then does not count then.
  else if (!person.roleIds.includes(roleId)) errors.push({ path: "userId", message: "does not have this role" });
  return errors;
};
