import { toTime } from "../../../protocol/ids.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Duty, DutyReport } from "../../../protocol/readiness.ts";
import type { Desk, Who } from "../desk.ts";
import { notFound, type Operation } from "./operation.ts";

/** The newest word holds, whoever said it: the person, or somebody who leads. */
const setDuty = (desk: Desk, who: Who, userId: string, report: DutyReport, now: number): Outcome<Duty> => {
  const until = report.until === undefined ? undefined : Date.parse(report.until);
  if (until !== undefined && until <= now) return refuse("invalid", undefined, [{ path: "until", message: "is over" }]);
  const word = { onDuty: report.onDuty, ...(until === undefined ? {} : { until }) };
  const version = desk.readiness.setDuty(userId, { ...word, since: now });
  const by = { type: "user", id: who.person.userId } as const;
  desk.record("duty.changed", userId, now, by, { userId, ...word, version }, who.ip);
  return done({
    userId,
    onDuty: report.onDuty,
    ...(until === undefined ? {} : { until: toTime(until) }),
    since: toTime(now),
  });
};

export const putDuty: Operation<"putDuty"> = (desk, who, { body }, now) =>
  setDuty(desk, who, who.person.userId, body, now);

export const putUserDuty: Operation<"putUserDuty"> = (desk, who, { params, body }, now) => {
  const person = desk.directory.people.get(params.userId ?? "");
  return person === undefined ? notFound() : setDuty(desk, who, person.userId, body, now);
};
