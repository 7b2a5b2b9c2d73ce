import { and, count, eq, isNotNull, isNull, or } from "drizzle-orm";
import type { Outcome } from "../../protocol/problems.ts";
import type { Database } from "../kernel/database.ts";
import { slugs } from "./registry-tables.ts";
import { mayReserve, type Reservation } from "./reservation.ts";

/** Which slug is whose. */
export class SlugBook {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  reserve(wanted: Reservation, now: number): Outcome<{ tenantId: string }> {
    const held = this.#database.select().from(slugs).where(eq(slugs.slug, wanted.slug)).get();
    const answer = mayReserve(held, wanted, now);
    // What the same tenant has confirmed already stays confirmed.
    if (!answer.ok || held?.tenantId === wanted.tenantId) return answer;
    const taken = { tenantId: wanted.tenantId, reservedAt: now, confirmedAt: null };
    this.#database
      .insert(slugs)
      .values({ slug: wanted.slug, ...taken })
      .onConflictDoUpdate({ target: slugs.slug, set: taken })
      .run();
    return answer;
  }

  /** False when the reservation was taken over in the meantime: that tenant must not be shown to anybody. */
  confirm({ slug, tenantId }: Reservation, now: number): boolean {
    const own = and(eq(slugs.slug, slug), eq(slugs.tenantId, tenantId));
    this.#database
      .update(slugs)
      .set({ confirmedAt: now })
      .where(and(own, isNull(slugs.confirmedAt)))
      .run();
    return this.#database.select({ slug: slugs.slug }).from(slugs).where(own).get() !== undefined;
  }

  /** Takes back a reservation that has not been confirmed. */
  release({ slug, tenantId }: Reservation): void {
    this.#database
      .delete(slugs)
      .where(and(eq(slugs.slug, slug), eq(slugs.tenantId, tenantId), isNull(slugs.confirmedAt)))
      .run();
  }

  /** The id of the confirmed tenant with this slug or id. */
  resolve(ref: string): string | undefined {
    return this.#database
      .select({ tenantId: slugs.tenantId })
      .from(slugs)
      .where(and(or(eq(slugs.slug, ref), eq(slugs.tenantId, ref)), isNotNull(slugs.confirmedAt)))
      .get()?.tenantId;
  }

  tenants(): number {
    return this.#database.select({ n: count() }).from(slugs).where(isNotNull(slugs.confirmedAt)).get()?.n ?? 0;
  }
}
