import { DurableObject } from "cloudflare:workers";
import type { Outcome } from "../../protocol/problems.ts";
import type { Backlog } from "../kernel/contract.ts";
import { openDatabase } from "../kernel/database.ts";
import type { Environment } from "../kernel/environment.ts";
import { migrate } from "../kernel/migrations.ts";
import { BacklogBoard, type TotalBacklog } from "./backlog-board.ts";
import { registryMigrations } from "./registry-tables.ts";
import type { Reservation } from "./reservation.ts";
import { SlugBook } from "./slug-book.ts";

/**
 * One for the installation: which slug is which tenant, and how far the actors' outboxes are behind. No personal data, and
 * not in the way of alarms: the edge remembers what it resolved.
 */
export class RegistryActor extends DurableObject<Environment> {
  #slugs: SlugBook;
  #backlogs: BacklogBoard;

  constructor(ctx: DurableObjectState, env: Environment) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => migrate(ctx.storage, registryMigrations));
    const database = openDatabase(ctx.storage);
    this.#slugs = new SlugBook(database);
    this.#backlogs = new BacklogBoard(database);
  }

  /**
   * The first of two steps, because a tenant and its slug live in two objects. A crash before `confirm` leaves a slug that
   * resolves to nothing and may be taken over after a minute.
   */
  reserve(wanted: Reservation): Outcome<{ tenantId: string }> {
    return this.#slugs.reserve(wanted, Date.now());
  }

  confirm(reservation: Reservation): boolean {
    return this.#slugs.confirm(reservation, Date.now());
  }

  release(reservation: Reservation): void {
    this.#slugs.release(reservation);
  }

  resolve(ref: string): string | undefined {
    return this.#slugs.resolve(ref);
  }

  tenants(): number {
    return this.#slugs.tenants();
  }

  report(backlog: Backlog): void {
    this.#backlogs.note(backlog);
  }

  backlog(): TotalBacklog {
    return this.#backlogs.total();
  }
}
