import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { CoverRequest } from "../../../protocol/staffing.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { carryOut } from "../roster/carrying-out.ts";
import { addShifts } from "../roster/changing.ts";
import { coverState, type KeptCover, showCover, suitable, take } from "./cover.ts";
import { isAvailableAt, isQualifiedAt, openCovers, shiftsFrom, zoneOf } from "./facts.ts";
import { notice, postName, tell } from "./telling.ts";
import type { StaffingWords } from "./words.ts";

const leads = (who: Who) => who.person.permission === "coordinator" || who.person.permission === "admin";

const nameOf = (desk: Desk) => (userId: string) => {
  const person = desk.directory.people.get(userId);
  return person === undefined ? "" : fullName(person);
};

const shown = (desk: Desk, who: Who, cover: KeptCover, now: number): CoverRequest =>
  showCover(cover, nameOf(desk), leads(who), now);

/** "First aid, Head office, ma 24 nov 08:00 – 12:00", by the clock at the site. */
const saying =
  (desk: Desk, cover: KeptCover, what: "asked" | "taken") =>
  (word: StaffingWords): { title: string; text: string } => {
    const when = new Intl.DateTimeFormat("nl", {
      weekday: "short",
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: zoneOf(desk, cover.siteId),
    }).formatRange(cover.from, cover.to);
    const rule = desk.staffing.rules.get(cover.staffingRuleId);
    return { title: word[what], text: word.when(postName(desk, rule ?? cover), when) };
  };

/** One call asks everybody suitable (domain.md: cover before the gap). */
export const createCoverRequest: Operation<"createCoverRequest"> = (desk, who, { body }, now) => {
  const rule = desk.staffing.rules.get(body.staffingRuleId);
  const from = Date.parse(body.from);
  const to = Date.parse(body.to);
  const errors = [
    ...(rule === undefined ? [{ path: "staffingRuleId", message: "does not exist" }] : []),
    ...(to <= from ? [{ path: "to", message: "is not after from" }] : []),
    ...(to <= now ? [{ path: "to", message: "is over" }] : []),
    ...(to - from > limits.coverMs ? [{ path: "to", message: "is more than a day after from" }] : []),
  ];
  if (rule === undefined || errors.length > 0) return refuse("invalid", undefined, errors);
  if (openCovers(desk, now) >= limits.openCoverRequests) return refuse("conflict", "there are too many requests");
  const { siteId, roleId, staffingRuleId } = rule;
  const start = Math.max(from, now);
  const onShift = shiftUsers(desk, start);
  const asked = suitable(
    desk.directory.people.values(),
    { siteId, roleId, from: start, to, count: body.count, most: limits.coverAsked },
    {
      isAvailable: (userId, at) => isAvailableAt(desk, userId, roleId, at),
      isQualified: (userId, at) => isQualifiedAt(desk, userId, roleId, at),
      isOnShift: (userId, at) => onShift(at).has(userId),
    },
  );
  if (asked.length === 0) return refuse("conflict", "nobody suitable is free then");
  const cover: KeptCover = {
    coverRequestId: newId("cov"),
    staffingRuleId,
    ...(siteId === undefined ? {} : { siteId }),
    roleId,
    from,
    to,
    count: body.count,
    askedAt: now,
    askedBy: who.person.userId,
    asked,
    takenBy: [],
  };
  desk.staffing.saveCover(cover);
  const { takenBy: _, askedBy: __, askedAt: ___, ...facts } = cover;
  desk.record("coverRequest.made", cover.coverRequestId, now, by(who), facts, who.ip);
  tell(
    desk,
    asked,
    { notice: "coverAsked", ref: cover.coverRequestId, dueAt: from },
    saying(desk, cover, "asked"),
    now,
  );
  return done(shown(desk, who, cover, now));
};

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

/** Who is on shift at a moment; asked for everybody at the same moments. */
const shiftUsers = (desk: Desk, from: number): ((at: number) => ReadonlySet<string>) => {
  const shiftsAt = shiftsFrom(desk, from);
  const known = new Map<number, ReadonlySet<string>>();
  return (at) => {
    const users = known.get(at) ?? new Set(shiftsAt(at).map(({ userId }) => userId));
    known.set(at, users);
    return users;
  };
};

/** Somebody who was not asked, and does not lead, knows of no such request. */
const coverFor = (desk: Desk, who: Who, id: string | undefined): KeptCover | undefined => {
  const cover = desk.staffing.cover(id ?? "");
  return cover !== undefined && (leads(who) || cover.asked.includes(who.person.userId)) ? cover : undefined;
};

export const listCoverRequests: Operation<"listCoverRequests"> = (desk, who, { query }, now) => {
  const all = desk.staffing.coversFrom(now);
  const own = leads(who) ? all : all.filter(({ asked }) => asked.includes(who.person.userId));
  const page = pageOf(own, ({ from, coverRequestId }) => `${String(from).padStart(15, "0")} ${coverRequestId}`, query);
  return page.ok ? done({ ...page.value, items: page.value.items.map((cover) => shown(desk, who, cover, now)) }) : page;
};

export const getCoverRequest: Operation<"getCoverRequest"> = (desk, who, { params }, now) => {
  const cover = coverFor(desk, who, params.coverRequestId);
  return cover === undefined ? notFound() : done(shown(desk, who, cover, now));
};

/** By somebody who was asked. Two at once have one order: operations of a tenant run one after the other (I4). */
export const takeCoverRequest: Operation<"takeCoverRequest"> = (desk, who, { params }, now) => {
  const { userId } = who.person;
  const cover = desk.staffing.cover(params.coverRequestId ?? "");
  if (cover === undefined || !cover.asked.includes(userId)) return notFound();
  const outcome = take(cover, userId, now);
  if ("refused" in outcome) return refuse("conflict", `this request is ${outcome.refused}`);
  if (!outcome.isNew) return done(shown(desk, who, outcome.taken, now));
  const shift = shiftFor(desk, who, cover, now);
  if (!shift.ok) return refuse("conflict", "you have another shift then");
  const shiftId = shift.value;
  const taken = shiftId === undefined ? outcome.taken : withShift(outcome.taken, userId, shiftId);
  desk.staffing.saveCover(taken);
  const { coverRequestId } = taken;
  const made = shiftId === undefined ? {} : { shiftId };
  desk.record("coverRequest.taken", coverRequestId, now, by(who), { coverRequestId, userId, ...made }, who.ip);
  desk.staffing.stir();
  tell(desk, [cover.askedBy], { notice: "coverTaken", ref: coverRequestId }, saying(desk, taken, "taken"), now);
  // Whoever still thinks about it need not any more: their page says so, no telephone rings for it.
  if (coverState(taken, now) === "filled")
    notice(desk, unanswered(taken), { notice: "coverTaken", ref: coverRequestId }, now);
  return done(shown(desk, who, taken, now));
};

const withShift = (cover: KeptCover, userId: string, shiftId: string): KeptCover => ({
  ...cover,
  takenBy: cover.takenBy.map((one) => (one.userId === userId ? { ...one, shiftId } : one)),
});

/**
 * A shift of it, in the roster like any other: offered, swapped and removed there. Every shift is at a site: somebody at home
 * nowhere who helps out anywhere is counted by the request itself.
 */
const shiftFor = (desk: Desk, who: Who, cover: KeptCover, now: number): Outcome<string | undefined> => {
  const { userId, homeSiteId } = who.person;
  const siteId = cover.siteId ?? homeSiteId;
  if (siteId === undefined) return done(undefined);
  const facts = { siteId, roleId: cover.roleId, startsAt: cover.from, endsAt: cover.to, userId };
  const added = addShifts(desk.rosters, [facts], () => newId("shf"));
  if (!added.ok) return added;
  carryOut(desk, added.value, by(who), now, who.ip);
  return done(added.value.save[0]?.shiftId);
};

const unanswered = ({ asked, takenBy, askedBy }: KeptCover): string[] => {
  const told = new Set([...takenBy.map(({ userId }) => userId), askedBy]);
  return asked.filter((userId) => !told.has(userId));
};

/** Who took it keeps it. Twice is harmless. */
export const withdrawCoverRequest: Operation<"withdrawCoverRequest"> = (desk, who, { params }, now) => {
  const cover = desk.staffing.cover(params.coverRequestId ?? "");
  if (cover === undefined) return notFound();
  if (coverState(cover, now) !== "open") return done(null);
  desk.staffing.saveCover({ ...cover, withdrawnAt: now });
  const { coverRequestId } = cover;
  desk.record("coverRequest.withdrawn", coverRequestId, now, by(who), { coverRequestId }, who.ip);
  notice(desk, unanswered(cover), { notice: "coverTaken", ref: coverRequestId }, now);
  return done(null);
};
