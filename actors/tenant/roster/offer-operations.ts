import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import { done } from "../../../protocol/problems.ts";
import type { ShiftOffer } from "../../../protocol/rosters.ts";
import { newId } from "../../kernel/ids.ts";
import type { Desk, Who } from "../desk.ts";
import { fullName } from "../directory/directory.ts";
import { notFound, type Operation, pageOf } from "../operations/operation.ts";
import { notice, push } from "../telling.ts";
import { carryOut } from "./carrying-out.ts";
import { acceptOffer, isAsked, makeOffer, type Offer, obstacle, stateOf, withdrawOffer } from "./offer.ts";
import { dutyText } from "./saying.ts";
import { type KeptShift, showShift } from "./shift.ts";
import { words } from "./words.ts";

const by = (who: Who) => ({ type: "user", id: who.person.userId }) as const;

const leads = (who: Who) => who.person.permission === "coordinator" || who.person.permission === "admin";

const shown = (desk: Desk, who: Who, offer: Offer, now: number): ShiftOffer | undefined => {
  const shift = desk.rosters.shift(offer.shiftId);
  const other = offer.swapFor === undefined ? undefined : desk.rosters.shift(offer.swapFor);
  if (shift === undefined) return undefined;
  const person = desk.directory.people.get(offer.by);
  const { offerId, to, note, acceptedBy, closedAt } = offer;
  const { userId } = who.person;
  return {
    offerId,
    shift: showShift(shift),
    ...(other === undefined ? {} : { swapFor: showShift(other) }),
    by: { userId: offer.by, name: person === undefined ? "" : fullName(person) },
    ...(to === undefined ? {} : { to: [...to] }),
    ...(note === undefined ? {} : { note }),
    state: stateOf(desk.rosters, offer, now),
    createdAt: toTime(offer.createdAt),
    ...(acceptedBy === undefined ? {} : { acceptedBy }),
    ...(closedAt === undefined ? {} : { closedAt: toTime(closedAt) }),
    acceptable: isAsked(offer, userId) && obstacle(desk.rosters, offer, userId, now) === undefined,
  };
};

/** The offer as this person may see it: who was not asked learns nothing of it. */
const offerFor = (desk: Desk, who: Who, id: string | undefined): Offer | undefined => {
  const offer = desk.rosters.offer(id ?? "");
  if (offer === undefined) return undefined;
  const { userId } = who.person;
  return leads(who) || offer.by === userId || isAsked(offer, userId) ? offer : undefined;
};

/** Whom an offer is for: those named, or everybody who could have the shift now. Everybody's time is read at once. */
const asked = (desk: Desk, offer: Offer, shift: KeptShift): string[] => {
  if (offer.to !== undefined) return [...offer.to];
  const candidates: string[] = [];
  for (const { userId, roleIds, enabled, permission } of desk.directory.people.values())
    if (
      userId !== offer.by &&
      enabled &&
      permission !== "wallboard" &&
      roleIds.includes(shift.roleId) &&
      desk.rosters.isQualified(userId, shift.roleId, shift.endsAt - 1)
    )
      candidates.push(userId);
  const busy = new Set(desk.rosters.heldBy(candidates, shift.startsAt, shift.endsAt).map(({ userId }) => userId));
  return candidates.filter((userId) => !busy.has(userId)).slice(0, limits.shiftOfferAsked);
};

const tellAsked = (desk: Desk, offer: Offer, now: number): void => {
  const shift = desk.rosters.shift(offer.shiftId);
  if (shift === undefined) return;
  const people = asked(desk, offer, shift);
  notice(desk, people, { notice: "shiftOffered", ref: offer.offerId, dueAt: shift.startsAt }, now);
  const ttlSeconds = Math.min(24 * 3_600, Math.max(60, Math.floor((shift.startsAt - now) / 1_000)));
  push(
    desk,
    people,
    (locale) => ({
      title: offer.swapFor === undefined ? words[locale].offered : words[locale].swapAsked,
      text: dutyText(desk, shift, locale),
    }),
    now,
    ttlSeconds,
  );
};

export const createShiftOffer: Operation<"createShiftOffer"> = (desk, who, { params, body }, now) => {
  const { userId } = who.person;
  const wish = { ...body, offerId: newId("ofr"), shiftId: params.shiftId ?? "", by: userId };
  const made = makeOffer(desk.rosters, wish, leads(who), now);
  if (!made.ok) return made;
  const { offer, change } = made.value;
  if (change.offers.length > 0) {
    carryOut(desk, change, by(who), now, who.ip);
    tellAsked(desk, offer, now);
  }
  return done(shown(desk, who, offer, now));
};

/**
 * Those one is asked to take and is qualified for, and one's own; by shift, and of one shift in the order they were asked. One that cannot
 * be accepted now is listed as such.
 */
export const listOwnShiftOffers: Operation<"listOwnShiftOffers"> = (desk, who, { query }, now) => {
  const { userId } = who.person;
  const found = desk.rosters.openOffers().flatMap((offer) => {
    const shift = desk.rosters.shift(offer.shiftId);
    if (shift === undefined || stateOf(desk.rosters, offer, now) !== "open") return [];
    const forMe =
      shift.userId !== userId &&
      isAsked(offer, userId) &&
      desk.rosters.isQualified(userId, shift.roleId, shift.endsAt - 1);
    return offer.by === userId || forMe ? [{ offer, startsAt: shift.startsAt }] : [];
  });
  const keyOf = ({ offer, startsAt }: (typeof found)[number]) =>
    `${String(startsAt).padStart(15, "0")} ${String(offer.createdAt).padStart(15, "0")} ${offer.offerId}`;
  const page = pageOf(found, keyOf, query);
  if (!page.ok) return page;
  return done({ ...page.value, items: page.value.items.flatMap(({ offer }) => shown(desk, who, offer, now) ?? []) });
};

export const getShiftOffer: Operation<"getShiftOffer"> = (desk, who, { params }, now) => {
  const offer = offerFor(desk, who, params.offerId);
  const found = offer === undefined ? undefined : shown(desk, who, offer, now);
  return found === undefined ? notFound() : done(found);
};

export const acceptShiftOffer: Operation<"acceptShiftOffer"> = (desk, who, { params }, now) => {
  const offer = offerFor(desk, who, params.offerId);
  if (offer === undefined) return notFound();
  const accepted = acceptOffer(desk.rosters, offer, who.person.userId, now);
  if (!accepted.ok) return accepted;
  const { change } = accepted.value;
  if (change.offers.length > 0) {
    carryOut(desk, change, by(who), now, who.ip);
    tellTaken(desk, accepted.value.offer, now);
  }
  return done(shown(desk, who, accepted.value.offer, now));
};

const tellTaken = (desk: Desk, offer: Offer, now: number): void => {
  const shift = desk.rosters.shift(offer.shiftId);
  if (shift === undefined || offer.by === offer.acceptedBy) return;
  notice(desk, [offer.by], { notice: "shiftTaken", ref: offer.offerId, dueAt: shift.startsAt }, now);
  push(desk, [offer.by], (locale) => ({ title: words[locale].taken, text: dutyText(desk, shift, locale) }), now);
};

/** By who made it, or by those who lead. */
export const withdrawShiftOffer: Operation<"withdrawShiftOffer"> = (desk, who, { params }, now) => {
  const offer = offerFor(desk, who, params.offerId);
  if (offer === undefined || (offer.by !== who.person.userId && !leads(who))) return notFound();
  const withdrawn = withdrawOffer(offer, now);
  if (!withdrawn.ok) return withdrawn;
  if (withdrawn.value.offers.length > 0) carryOut(desk, withdrawn.value, by(who), now, who.ip);
  return done(null);
};
