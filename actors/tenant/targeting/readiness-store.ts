import type { Database } from "../../kernel/database.ts";
import type { DutyWord } from "./duty.ts";
import type { Qualification } from "./qualified.ts";
import { duty, qualifications } from "./readiness-tables.ts";

interface Versioned {
  version: number;
}

/**
 * Who is on duty and who is certified for what. In memory whole beside its tables: alarms are targeted by it. Only the newest
 * word of each person is here; what was before is in the record.
 */
export class ReadinessStore {
  #database: Database;
  #duty: Map<string, DutyWord & Versioned> | undefined;
  #certificates: Map<string, { list: readonly Qualification[] } & Versioned> | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  get duty(): ReadonlyMap<string, DutyWord & Versioned> {
    return this.#loadDuty();
  }

  /** @returns the new version */
  setDuty(userId: string, word: DutyWord): number {
    const known = this.#loadDuty();
    const version = (known.get(userId)?.version ?? 0) + 1;
    const row = { onDuty: word.onDuty ? 1 : 0, until: word.until ?? null, since: word.since, version };
    this.#database
      .insert(duty)
      .values({ userId, ...row })
      .onConflictDoUpdate({ target: duty.userId, set: row })
      .run();
    known.set(userId, { ...word, version });
    return version;
  }

  certificatesOf(userId: string): readonly Qualification[] {
    return this.#loadCertificates().get(userId)?.list ?? [];
  }

  /** Everybody's certificates, expired ones too. */
  *certificates(): Generator<[userId: string, list: readonly Qualification[]]> {
    for (const [userId, { list }] of this.#loadCertificates()) yield [userId, list];
  }

  /** People who have a certificate for this role, expired ones too. */
  holdersOf(roleId: string): string[] {
    const found: string[] = [];
    for (const [userId, { list }] of this.#loadCertificates())
      if (list.some((one) => one.roleId === roleId)) found.push(userId);
    return found;
  }

  /** @returns the new version */
  setCertificates(userId: string, list: readonly Qualification[]): number {
    const known = this.#loadCertificates();
    const version = (known.get(userId)?.version ?? 0) + 1;
    const row = { body: JSON.stringify(list), version };
    this.#database
      .insert(qualifications)
      .values({ userId, ...row })
      .onConflictDoUpdate({ target: qualifications.userId, set: row })
      .run();
    known.set(userId, { list, version });
    return version;
  }

  /** After a failed transaction what is in memory may not be what is stored. */
  forget(): void {
    this.#duty = undefined;
    this.#certificates = undefined;
  }

  #loadDuty(): Map<string, DutyWord & Versioned> {
    this.#duty ??= new Map(
      this.#database
        .select()
        .from(duty)
        .all()
        .map(({ userId, onDuty, until, since, version }) => [
          userId,
          { onDuty: onDuty === 1, since, version, ...(until === null ? {} : { until }) },
        ]),
    );
    return this.#duty;
  }

  #loadCertificates(): Map<string, { list: readonly Qualification[] } & Versioned> {
    this.#certificates ??= new Map(
      this.#database
        .select()
        .from(qualifications)
        .all()
        // Written by this actor from decoded input.
        .map(({ userId, body, version }) => [userId, { list: JSON.parse(body) as Qualification[], version }]),
    );
    return this.#certificates;
  }
}
