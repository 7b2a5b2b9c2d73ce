import type { AvailabilityException, NewAvailabilityException } from "../../../protocol/availability.ts";
import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { patched } from "../operations/places.ts";
import type { KeptException } from "./availability-store.ts";
import { rulesChanged, userOf, wrongRoles } from "./changing.ts";

const shown = ({ from, to, ...rest }: KeptException): AvailabilityException => ({
  ...rest,
  from: toTime(from),
  to: toTime(to),
});

const save = (desk: Desk, who: Who, exceptionId: string, body: NewAvailabilityException, now: number) => {
  const { userId } = who.person;
  const { from, to, ...rest } = body;
  const exception: KeptException = { ...rest, exceptionId, from: Date.parse(from), to: Date.parse(to) };
  if (exception.to <= exception.from)
    return refuse("invalid", undefined, [{ path: "to", message: "is not after from" }]);
  const version = desk.availability.saveException(userId, exception);
  desk.record("availability.exceptionSaved", userId, now, userOf(who), { userId, ...exception, version }, who.ip);
  rulesChanged(desk, userId, desk.availability.changed(userId, now));
  return done(shown(exception));
};

/** One's own. That of a colleague is answered as an unknown one. */
const own = (desk: Desk, who: Who, params: Readonly<Record<string, string>>): KeptException | undefined =>
  desk.availability.exceptionsOf(who.person.userId).find(({ exceptionId }) => exceptionId === params.exceptionId);

export const createAvailabilityException: Operation<"createAvailabilityException"> = (desk, who, { body }, now) => {
  const wrong = wrongRoles(who, [body.roleIds], "roleIds");
  if (wrong.length > 0) return refuse("invalid", undefined, wrong);
  if (desk.availability.countExceptions(who.person.userId) >= limits.availabilityExceptions)
    return refuse("conflict", "there are too many exceptions");
  return save(desk, who, newId("axc"), body, now);
};

export const listAvailabilityExceptions: Operation<"listAvailabilityExceptions"> = (desk, who, { query }) =>
  pageOf(
    desk.availability.exceptionsOf(who.person.userId).map(shown),
    ({ from, exceptionId }) => `${from} ${exceptionId}`,
    query,
  );

export const getAvailabilityException: Operation<"getAvailabilityException"> = (desk, who, { params }) => {
  const exception = own(desk, who, params);
  return exception === undefined ? notFound() : done(shown(exception));
};

export const patchAvailabilityException: Operation<"patchAvailabilityException"> = (
  desk,
  who,
  { params, body },
  now,
) => {
  const exception = own(desk, who, params);
  if (exception === undefined) return notFound();
  const wrong = wrongRoles(who, [body.roleIds ?? undefined], "roleIds");
  if (wrong.length > 0) return refuse("invalid", undefined, wrong);
  const { exceptionId, ...rest } = patched(shown(exception), body);
  return save(desk, who, exceptionId, rest, now);
};

export const deleteAvailabilityException: Operation<"deleteAvailabilityException"> = (desk, who, { params }, now) => {
  const exception = own(desk, who, params);
  if (exception === undefined) return notFound();
  const { userId } = who.person;
  const version = desk.availability.removeException(exception.exceptionId);
  const body = { userId, ...exception, version, deleted: true };
  desk.record("availability.exceptionSaved", userId, now, userOf(who), body, who.ip);
  rulesChanged(desk, userId, desk.availability.changed(userId, now));
  return done(null);
};
