import type { Desk } from "../desk.ts";
import type { AudienceFacts } from "./audience.ts";
import { onDutyNow } from "./duty.ts";
import { dayIn, isQualified } from "./qualified.ts";

/** What is true of the tenant's people at this moment. Each part is read when it is first asked for: making it costs nothing. */
export const audienceFacts = (desk: Desk, now: number): AudienceFacts => {
  let onDuty: Set<string> | undefined;
  let today: string | undefined;
  const { people, roles } = desk.directory;
  const where = desk.whereabouts.all;
  return {
    whereaboutsOf: (userId) => where.get(userId),
    get unavailable() {
      return desk.availability.unavailableAt(now);
    },
    availableAs: (userId, roleIds) => roleIds.some((roleId) => desk.availability.isAvailable(userId, now, roleId)),
    get onDuty() {
      onDuty ??= onDutyNow(desk.readiness.duty, now, desk.rosters.onShiftAt(now));
      return onDuty;
    },
    qualifiedFor: (userId, roleId) => {
      today ??= dayIn(desk.facts?.timeZone ?? "Europe/Amsterdam", now);
      const role = roles.get(roleId);
      return isQualified(people.get(userId), role, desk.readiness.certificatesOf(userId), today);
    },
  };
};
