import { done, type Outcome, refuse } from "../../protocol/problems.ts";

/** A slug on its way to a tenant: reserved first, confirmed when the tenant has been made. */
export interface Reservation {
  slug: string;
  tenantId: string;
}

export interface HeldSlug {
  tenantId: string;
  /** Milliseconds since 1970. */
  reservedAt: number;
  confirmedAt: number | null;
}

/** How long a tenant may be in the making before its slug is anybody's again, ms. Making one takes far less than a second. */
export const reservationMs = 60_000;

/**
 * Whether a slug may be reserved: when nobody holds it, when the same tenant asks again, or when whoever reserved it crashed
 * before the confirmation.
 *
 * @returns slug_taken otherwise
 */
export const mayReserve = (
  held: HeldSlug | undefined,
  wanted: Reservation,
  now: number,
): Outcome<{ tenantId: string }> => {
  const abandoned = held?.confirmedAt === null && now - held.reservedAt >= reservationMs;
  if (held === undefined || held.tenantId === wanted.tenantId || abandoned) return done({ tenantId: wanted.tenantId });
  return refuse("slug_taken");
};
