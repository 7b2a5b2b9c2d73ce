import { toTime } from "../../../protocol/ids.ts";
import type { CoverRequest, CoverState } from "../../../protocol/staffing.ts";
import type { Member } from "./counting.ts";
import { hourMs } from "./forecast.ts";

/** A request to help out as the tenant keeps it. Times in ms since 1970. */
export interface KeptCover {
  coverRequestId: string;
  staffingRuleId: string;
  siteId?: string;
  roleId: string;
  from: number;
  to: number;
  count: number;
  askedAt: number;
  askedBy: string;
  asked: string[];
  takenBy: { userId: string; at: number; shiftId?: string }[];
  withdrawnAt?: number;
}

export const coverState = (cover: KeptCover, now: number): CoverState => {
  if (cover.takenBy.length >= cover.count) return "filled";
  if (cover.withdrawnAt !== undefined) return "withdrawn";
  return now >= cover.to ? "over" : "open";
};

/** What becomes of somebody's "I will": twice is once, and after the last place there is none. */
export const take = (
  cover: KeptCover,
  userId: string,
  now: number,
): { taken: KeptCover; isNew: boolean } | { refused: CoverState } => {
  if (cover.takenBy.some((one) => one.userId === userId)) return { taken: cover, isNew: false };
  const state = coverState(cover, now);
  if (state !== "open") return { refused: state };
  return { taken: { ...cover, takenBy: [...cover.takenBy, { userId, at: now }] }, isNew: true };
};

export interface SuitableFacts {
  isAvailable(userId: string, at: number): boolean;
  isQualified(userId: string, at: number): boolean;
  isOnShift(userId: string, at: number): boolean;
}

/**
 * Whom to ask: of the role, and at every hour of the time qualified, available and not on shift. Those at home at the site, or
 * nowhere, before those of other sites, who are asked only when there are not enough of the first.
 */
export const suitable = (
  people: Iterable<Member>,
  wish: { siteId?: string | undefined; roleId: string; from: number; to: number; count: number; most: number },
  facts: SuitableFacts,
): string[] => {
  const near: string[] = [];
  const far: string[] = [];
  const moments: number[] = [];
  for (let at = wish.from; at < wish.to; at += hourMs) moments.push(at);
  moments.push(wish.to - 1);
  for (const { userId, enabled, roleIds, homeSiteId } of people) {
    if (!enabled || !roleIds.includes(wish.roleId)) continue;
    const isFree = moments.every(
      (at) => facts.isQualified(userId, at) && !facts.isOnShift(userId, at) && facts.isAvailable(userId, at),
    );
    if (!isFree) continue;
    const isNear = wish.siteId === undefined || homeSiteId === undefined || homeSiteId === wish.siteId;
    (isNear ? near : far).push(userId);
  }
  return (near.length >= wish.count ? near : [...near, ...far]).slice(0, wish.most);
};

/** As the wire shows it; `asked` for those who lead. */
export const showCover = (
  cover: KeptCover,
  nameOf: (userId: string) => string,
  leads: boolean,
  now: number,
): CoverRequest => {
  const { asked, takenBy, withdrawnAt: _, from, to, askedAt, ...rest } = cover;
  return {
    ...rest,
    from: toTime(from),
    to: toTime(to),
    askedAt: toTime(askedAt),
    state: coverState(cover, now),
    people: asked.length,
    takenBy: takenBy.map(({ userId, at }) => ({ userId, name: nameOf(userId), at: toTime(at) })),
    ...(leads ? { asked } : {}),
  };
};
