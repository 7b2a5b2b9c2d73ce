import { limits } from "../../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { ShiftOfferState } from "../../../protocol/rosters.ts";
import { Occupancy } from "./occupancy.ts";
import type { KeptShift } from "./shift.ts";
import type { RosterChange, RosterView } from "./view.ts";

/**
 * A shift that somebody wants taken over. Making it is the consent of the one who has the shift, accepting it that of the other:
 * both to exactly these shifts. Whatever changes one of them in between makes the offer lapse (`lapsed`), so that nobody gets
 * what they did not agree to. Times in ms since 1970.
 */
export interface Offer {
  offerId: string;
  shiftId: string;
  /** The shift that is given in exchange; its holder alone is asked. */
  swapFor?: string | undefined;
  by: string;
  to?: readonly string[] | undefined;
  note?: string | undefined;
  state: ShiftOfferState;
  createdAt: number;
  acceptedBy?: string | undefined;
  closedAt?: number | undefined;
}

/** An offer of a shift that has begun is over without anybody having to say so. */
export const stateOf = (view: RosterView, offer: Offer, now: number): ShiftOfferState => {
  if (offer.state !== "open") return offer.state;
  const begun = (shiftId: string) => (view.shift(shiftId)?.startsAt ?? 0) <= now;
  return begun(offer.shiftId) || (offer.swapFor !== undefined && begun(offer.swapFor)) ? "lapsed" : "open";
};

/** Offers that end because these shifts are not what they were. */
export const lapsed = (view: RosterView, shiftIds: readonly string[], now: number, except?: string): Offer[] => {
  const found = new Map<string, Offer>();
  for (const shiftId of shiftIds)
    for (const offer of view.openOffersOf(shiftId))
      if (offer.offerId !== except) found.set(offer.offerId, { ...offer, state: "lapsed", closedAt: now });
  return [...found.values()];
};

const sameWish = (a: Offer, b: Offer): boolean =>
  a.by === b.by && a.shiftId === b.shiftId && a.swapFor === b.swapFor && String(a.to ?? "") === String(b.to ?? "");

/**
 * Makes an offer. One's own shift, or an open one by those who lead: somebody else's is not theirs to give away. The same again
 * while it is open is the same offer.
 */
export const makeOffer = (
  view: RosterView,
  wish: Pick<Offer, "offerId" | "shiftId" | "swapFor" | "by" | "to" | "note">,
  leads: boolean,
  now: number,
): Outcome<{ offer: Offer; change: RosterChange }> => {
  const shift = view.shift(wish.shiftId);
  if (shift === undefined) return refuse("not_found");
  const own = shift.userId === wish.by;
  if (!own && !leads) return refuse("forbidden");
  if (!own && shift.userId !== undefined)
    return refuse("conflict", "somebody has this shift: they offer it themselves, or change it");
  if (shift.startsAt <= now) return refuse("conflict", "this shift has begun");
  const invalid = (path: string, message: string) => refuse("invalid", undefined, [{ path, message }]);
  let to = wish.to === undefined ? undefined : [...new Set(wish.to)];
  if (wish.swapFor !== undefined) {
    if (!own) return refuse("forbidden");
    const other = view.shift(wish.swapFor);
    if (other === undefined) return invalid("swapFor", "does not exist");
    if (other.userId === undefined || other.userId === wish.by) return invalid("swapFor", "is nobody else's shift");
    if (other.startsAt <= now) return invalid("swapFor", "has begun");
    to = [other.userId];
  }
  for (const [i, userId] of (wish.to ?? []).entries())
    if (view.person(userId)?.enabled !== true) return invalid(`to.${i}`, "does not exist");
  const offer: Offer = { ...wish, to, state: "open", createdAt: now };
  const open = view.openOffersOf(shift.shiftId);
  const known = open.find((one) => sameWish(one, offer));
  if (known !== undefined) return done({ offer: known, change: { save: [], remove: [], offers: [] } });
  if (open.length >= limits.offersPerShift) return refuse("conflict", "there are too many offers of this shift");
  return done({ offer, change: { save: [], remove: [], offers: [offer] } });
};

export const isAsked = ({ to }: Offer, userId: string): boolean => to === undefined || to.includes(userId);

/** Whether somebody could have this shift, given what they would give away for it. */
const canHave = (
  view: RosterView,
  userId: string,
  shift: KeptShift,
  gives: KeptShift | undefined,
): string | undefined => {
  const person = view.person(userId);
  if (person === undefined || !person.enabled || person.permission === "wallboard") return "cannot have a shift";
  // Through its last moment: a certificate that expires half-way is not enough.
  if (!view.isQualified(userId, shift.roleId, shift.endsAt - 1)) return "is not qualified for the role";
  const occupancy = new Occupancy(view.heldBy([userId], shift.startsAt, shift.endsAt));
  if (gives !== undefined) occupancy.release({ ...gives, userId });
  return occupancy.take({ ...shift, userId }) ? undefined : "has another shift at that time";
};

/** Why somebody cannot accept an offer now; undefined when they can. */
export const obstacle = (view: RosterView, offer: Offer, userId: string, now: number): string | undefined => {
  const shift = view.shift(offer.shiftId);
  const other = offer.swapFor === undefined ? undefined : view.shift(offer.swapFor);
  if (stateOf(view, offer, now) !== "open" || shift === undefined) return "the offer is not open any more";
  if (shift.userId === userId) return "it is your own shift";
  if (shift.userId !== undefined && shift.userId !== offer.by) return "the shift has somebody else";
  if (offer.swapFor !== undefined && other?.userId !== userId) return "the other shift is not yours";
  const mine = canHave(view, userId, shift, other);
  if (mine !== undefined) return mine;
  return other === undefined ? undefined : canHave(view, offer.by, other, shift);
};

/**
 * The first who accepts has it: the shift, or both shifts of a swap, change hands in this one change. Twice by the same person is
 * once. Who was not asked learns nothing of the offer.
 */
export const acceptOffer = (
  view: RosterView,
  offer: Offer,
  userId: string,
  now: number,
): Outcome<{ offer: Offer; change: RosterChange }> => {
  if (!isAsked(offer, userId)) return refuse("not_found");
  if (offer.state === "accepted" && offer.acceptedBy === userId)
    return done({ offer, change: { save: [], remove: [], offers: [] } });
  const wrong = obstacle(view, offer, userId, now);
  if (wrong !== undefined) return refuse("conflict", wrong);
  const shift = view.shift(offer.shiftId);
  const other = offer.swapFor === undefined ? undefined : view.shift(offer.swapFor);
  if (shift === undefined) return refuse("conflict");
  const handed = (one: KeptShift, to: string): KeptShift => ({ ...one, userId: to, version: one.version + 1 });
  const save = [handed(shift, userId), ...(other === undefined ? [] : [handed(other, offer.by)])];
  const accepted: Offer = { ...offer, state: "accepted", acceptedBy: userId, closedAt: now };
  const ids = save.map(({ shiftId }) => shiftId);
  return done({
    offer: accepted,
    change: { save, remove: [], offers: [accepted, ...lapsed(view, ids, now, offer.offerId)] },
  });
};

/** Twice is harmless; what was accepted is not withdrawn. */
export const withdrawOffer = (offer: Offer, now: number): Outcome<RosterChange> => {
  if (offer.state === "accepted") return refuse("conflict", "it has been accepted");
  const offers: Offer[] = offer.state === "open" ? [{ ...offer, state: "withdrawn", closedAt: now }] : [];
  return done({ save: [], remove: [], offers });
};
