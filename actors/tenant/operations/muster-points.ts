import { limits } from "../../../protocol/limits.ts";
import { done, refuse } from "../../../protocol/problems.ts";
import type { MusterPoint } from "../../../protocol/roll-calls.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { nameKey } from "../directory/directory.ts";
import { changeRollCall, pointsAt } from "../roll-call/changing.ts";
import { notFound, type Operation, pageOf } from "./operation.ts";
import { patched } from "./places.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

/** Whoever is being mustered hears of a new or renamed point at once. */
const tellOpen = (desk: Desk, who: Who, siteId: string, now: number): void => {
  for (const opened of desk.rollCalls.open())
    if (opened.facts.siteId === siteId) changeRollCall(desk, opened, { points: true }, by(who), now, who.ip);
};

const save = (desk: Desk, who: Who, point: MusterPoint, now: number) => {
  const version = desk.people.saveThing("musterPoint", point.musterPointId, point);
  desk.record("musterPoint.saved", point.musterPointId, now, by(who), { ...point, version }, who.ip);
  tellOpen(desk, who, point.siteId, now);
  return done(point);
};

const pointAt = (desk: Desk, params: Readonly<Record<string, string>>): MusterPoint | undefined => {
  const point = desk.directory.musterPoints.get(params.musterPointId ?? "");
  return point?.siteId === params.siteId ? point : undefined;
};

const isTaken = (points: readonly MusterPoint[], name: string, except?: MusterPoint): boolean =>
  points.some((other) => other !== except && nameKey(other.name) === nameKey(name));

export const createMusterPoint: Operation<"createMusterPoint"> = (desk, who, { params, body }, now) => {
  const site = desk.directory.sites.get(params.siteId ?? "");
  if (site === undefined) return notFound();
  const points = pointsAt(desk, site.siteId);
  if (isTaken(points, body.name)) return refuse("name_taken");
  if (points.length >= limits.musterPointsPerSite) return refuse("conflict", "there are too many muster points");
  const point: MusterPoint = { musterPointId: newId("mus"), siteId: site.siteId, name: body.name };
  return save(desk, who, patched(point, body), now);
};

export const listMusterPoints: Operation<"listMusterPoints"> = (desk, _who, { params, query }) => {
  if (!desk.directory.sites.has(params.siteId ?? "")) return notFound();
  return pageOf(pointsAt(desk, params.siteId ?? ""), (point) => nameKey(point.name), query);
};

export const getMusterPoint: Operation<"getMusterPoint"> = (desk, _who, { params }) => {
  const point = pointAt(desk, params);
  return point === undefined ? notFound() : done(point);
};

export const patchMusterPoint: Operation<"patchMusterPoint"> = (desk, who, { params, body }, now) => {
  const point = pointAt(desk, params);
  if (point === undefined) return notFound();
  if (body.name !== undefined && isTaken(pointsAt(desk, point.siteId), body.name, point)) return refuse("name_taken");
  return save(desk, who, patched(point, body), now);
};

export const deleteMusterPoint: Operation<"deleteMusterPoint"> = (desk, who, { params }, now) => {
  const point = pointAt(desk, params);
  if (point === undefined) return notFound();
  // Somebody may stand there, and a phone without a line may be about to say so.
  if (desk.rollCalls.open().some(({ facts }) => facts.siteId === point.siteId))
    return refuse("conflict", "a roll-call of this site is open");
  const version = desk.people.removeThing("musterPoint", point.musterPointId);
  desk.record("musterPoint.saved", point.musterPointId, now, by(who), { ...point, version, deleted: true }, who.ip);
  return done(null);
};
