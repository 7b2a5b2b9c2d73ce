import { and, asc, desc, eq, isNotNull, isNull, lt, or } from "drizzle-orm";
import type { Database } from "../../kernel/database.ts";
import { incidents, notes } from "../tenant-tables.ts";
import type { KeptIncident } from "./incident.ts";

export interface KeptNote {
  noteId: string;
  incidentId: string;
  at: number;
  userId: string;
  text: string;
}

/** The tenant's incidents and their logs. */
export class IncidentStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(incidentId: string): KeptIncident | undefined {
    const [row] = this.#database.select().from(incidents).where(eq(incidents.incidentId, incidentId)).all();
    return row === undefined ? undefined : (JSON.parse(row.body) as KeptIncident);
  }

  save(incident: KeptIncident): void {
    const row = { closedAt: incident.closedAt ?? null, body: JSON.stringify(incident) };
    this.#database
      .insert(incidents)
      .values({ incidentId: incident.incidentId, openedAt: incident.openedAt, ...row })
      .onConflictDoUpdate({ target: incidents.incidentId, set: row })
      .run();
  }

  /** Newest first, after one that was shown. */
  list(
    state: "open" | "closed" | undefined,
    before: { openedAt: number; incidentId: string },
    limit: number,
  ): KeptIncident[] {
    return this.#database
      .select({ body: incidents.body })
      .from(incidents)
      .where(
        and(
          or(
            lt(incidents.openedAt, before.openedAt),
            and(eq(incidents.openedAt, before.openedAt), lt(incidents.incidentId, before.incidentId)),
          ),
          state === "open"
            ? isNull(incidents.closedAt)
            : state === "closed"
              ? isNotNull(incidents.closedAt)
              : undefined,
        ),
      )
      .orderBy(desc(incidents.openedAt), desc(incidents.incidentId))
      .limit(limit)
      .all()
      .map((row) => JSON.parse(row.body) as KeptIncident);
  }

  addNote(note: KeptNote): void {
    this.#database.insert(notes).values(note).run();
  }

  notes(incidentId: string): KeptNote[] {
    return this.#database.select().from(notes).where(eq(notes.incidentId, incidentId)).orderBy(asc(notes.n)).all();
  }
}
