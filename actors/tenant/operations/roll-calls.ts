import { pageSize } from "../../../protocol/lists.ts";
import { done, type FieldError, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { Tick } from "../../../protocol/roll-calls.ts";
import type { Desk, Who } from "../desk.ts";
import { nameKey } from "../directory/directory.ts";
import { changeRollCall, nameIn, pointsIn } from "../roll-call/changing.ts";
import { isConcerned, takeCheckIns } from "../roll-call/check-ins.ts";
import * as closing from "../roll-call/closing.ts";
import { openRollCall } from "../roll-call/opening.ts";
import { lineState } from "../roll-call/roll.ts";
import { showLine, showRollCall } from "../roll-call/roll-call.ts";
import type { OpenedRollCall } from "../roll-call/roll-call-store.ts";
import { tickRow } from "../roll-call/words.ts";
import { decodeCursor, encodeCursor, type Input, notFound, type Operation, wrongCursor } from "./operation.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

const show = (desk: Desk, opened: OpenedRollCall) =>
  showRollCall(opened.facts, opened.roll, pointsIn(desk, opened), nameIn(desk));

const lineOf = (desk: Desk, { roll }: OpenedRollCall, userId: string) =>
  showLine(roll, roll.indexOf.get(userId) ?? -1, nameIn(desk));

const shown = (desk: Desk, outcome: Outcome<OpenedRollCall>) =>
  outcome.ok ? done(show(desk, outcome.value)) : outcome;

/** Those at the muster points see every roll-call; employees the ones they have a part in. */
const maySee = (desk: Desk, who: Who, opened: OpenedRollCall): boolean =>
  who.person.permission !== "employee" || isConcerned(desk, opened, who.person.userId);

const rollCallAt = (desk: Desk, params: Readonly<Record<string, string>>): OpenedRollCall | undefined =>
  desk.rollCalls.get(params.rollCallId ?? "");

/** One that can be changed. */
const openAt = (desk: Desk, params: Readonly<Record<string, string>>): Outcome<OpenedRollCall> => {
  const opened = rollCallAt(desk, params);
  if (opened === undefined) return notFound();
  return opened.facts.closed === undefined ? done(opened) : refuse("conflict", "this roll-call is closed");
};

export const startRollCall: Operation<"startRollCall"> = (desk, who, { body }, now) =>
  shown(desk, openRollCall(desk, who, body, now));

export const listRollCalls: Operation<"listRollCalls"> = (desk, who, { query }) => {
  const size = pageSize(query);
  let before = query.cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(query.cursor) ?? Number.NaN);
  if (!Number.isSafeInteger(before)) return wrongCursor();
  const items: { n: number; opened: OpenedRollCall }[] = [];
  for (let more = true; more && items.length <= size; ) {
    const rows = desk.rollCalls.ids(query.state, before, size + 1);
    more = rows.length > size;
    for (const { n, rollCallId } of rows) {
      before = n;
      const opened = desk.rollCalls.get(rollCallId);
      if (opened !== undefined && maySee(desk, who, opened)) items.push({ n, opened });
    }
  }
  const page = items.slice(0, size);
  const last = page.at(-1);
  return done({
    items: page.map(({ opened }) => show(desk, opened)),
    ...(items.length > size && last !== undefined ? { nextCursor: encodeCursor(String(last.n)) } : {}),
  });
};

export const getRollCall: Operation<"getRollCall"> = (desk, who, { params }) => {
  const opened = rollCallAt(desk, params);
  return opened === undefined || !maySee(desk, who, opened) ? notFound() : done(show(desk, opened));
};

const matches = (desk: Desk, { roll }: OpenedRollCall, query: Input<"listRollCallLines">["query"]) => {
  const text = query.query === undefined ? undefined : nameKey(query.query);
  const nameOf = nameIn(desk);
  return (i: number): boolean =>
    (query.state === undefined || lineState(roll, i) === query.state) &&
    (query.musterPoint === undefined || roll.standing.get(i)?.musterPointId === query.musterPoint) &&
    (text === undefined || nameKey(nameOf(roll.userIds[i] ?? "")).includes(text));
};

/** Lines keep their place in the list whatever is said about them, so no page misses or repeats one. */
export const listRollCallLines: Operation<"listRollCallLines"> = (desk, _who, { params, query }) => {
  const opened = rollCallAt(desk, params);
  if (opened === undefined) return notFound();
  const from = query.cursor === undefined ? 0 : Number(decodeCursor(query.cursor) ?? Number.NaN);
  if (!Number.isSafeInteger(from) || from < 0) return wrongCursor();
  const { roll } = opened;
  const size = pageSize(query);
  const isWanted = matches(desk, opened, query);
  const found: number[] = [];
  let next = from;
  while (next < roll.userIds.length && found.length < size) {
    if (isWanted(next)) found.push(next);
    next += 1;
  }
  while (next < roll.userIds.length && !isWanted(next)) next += 1;
  return done({
    items: found.map((i) => showLine(roll, i, nameIn(desk))),
    ...(next < roll.userIds.length ? { nextCursor: encodeCursor(String(next)) } : {}),
  });
};

const wrongPoint = (desk: Desk, opened: OpenedRollCall, point: string | undefined, path: string): FieldError[] =>
  point === undefined || desk.directory.musterPoints.get(point)?.siteId === opened.facts.siteId
    ? []
    : [{ path, message: "does not exist" }];

type UserTick = Tick & { userId: string };

/** Stores ticks as one change. People who had no line get one: whoever stands at the muster point is counted. */
const tick = (desk: Desk, who: Who, opened: OpenedRollCall, ticks: readonly UserTick[], now: number): void => {
  // Of several ticks of one person in a call the last one holds.
  const last = new Map(ticks.map((one) => [one.userId, tickRow(one, who.person.userId, now)]));
  changeRollCall(desk, opened, { words: [...last.values()] }, by(who), now, who.ip);
};

const isKnown = (desk: Desk, opened: OpenedRollCall, userId: string): boolean =>
  opened.roll.indexOf.has(userId) || desk.directory.people.get(userId)?.enabled === true;

export const tickLine: Operation<"tickLine"> = (desk, who, { params, body }, now) => {
  const found = openAt(desk, params);
  if (!found.ok) return found;
  const userId = params.userId ?? "";
  if (!isKnown(desk, found.value, userId)) return notFound();
  const errors = wrongPoint(desk, found.value, body.musterPointId, "musterPointId");
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  tick(desk, who, found.value, [{ ...body, userId }], now);
  return done(lineOf(desk, found.value, userId));
};

export const tickLines: Operation<"tickLines"> = (desk, who, { params, body }, now) => {
  const found = openAt(desk, params);
  if (!found.ok) return found;
  const errors = body.lines.flatMap(({ userId, musterPointId }, i) => [
    ...(isKnown(desk, found.value, userId) ? [] : [{ path: `lines.${i}.userId`, message: "does not exist" }]),
    ...wrongPoint(desk, found.value, musterPointId, `lines.${i}.musterPointId`),
  ]);
  if (errors.length > 0) return refuse("invalid", undefined, errors.slice(0, 50));
  tick(desk, who, found.value, body.lines, now);
  const userIds = new Set(body.lines.map(({ userId }) => userId));
  return done({ lines: [...userIds].map((userId) => lineOf(desk, found.value, userId)) });
};

export const checkIn: Operation<"checkIn"> = (desk, who, { params, body }, now) => {
  const { userId } = who.person;
  const [taken] = takeCheckIns(desk, [{ ...body, rollCallId: params.rollCallId ?? "", userId }], now, who.ip);
  if (taken === undefined) return notFound();
  return taken.ok ? done(lineOf(desk, taken.value, userId)) : taken;
};

export const putVisitors: Operation<"putVisitors"> = (desk, who, { params, body }, now) => {
  const found = openAt(desk, params);
  if (!found.ok) return found;
  const errors = wrongPoint(desk, found.value, body.musterPointId, "musterPointId");
  if (errors.length > 0) return refuse("invalid", undefined, errors);
  const { musterPointId, expected, accounted } = body;
  const change = {
    visitors: [[musterPointId ?? null, accounted] as [string | null, number]],
    ...(expected === undefined ? {} : { visitorsExpected: expected }),
  };
  changeRollCall(desk, found.value, change, by(who), now, who.ip);
  return done(show(desk, found.value));
};

export const closeRollCall: Operation<"closeRollCall"> = (desk, who, { params }, now) => {
  const opened = rollCallAt(desk, params);
  return opened === undefined ? notFound() : shown(desk, closing.closeRollCall(desk, opened, by(who), now, who.ip));
};

export const reopenRollCall: Operation<"reopenRollCall"> = (desk, who, { params }, now) => {
  const opened = rollCallAt(desk, params);
  return opened === undefined ? notFound() : shown(desk, closing.reopenRollCall(desk, opened, by(who), now, who.ip));
};
