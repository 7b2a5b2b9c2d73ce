import { eq } from "drizzle-orm";
import type { ShiftTemplate } from "../../../protocol/rosters.ts";
import type { Database } from "../../kernel/database.ts";
import { shiftTemplates } from "./roster-tables.ts";

/** Templates of weeks. Nothing is held in memory: they are few, and looked at by those who plan. */
export class TemplateStore {
  #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  all(): ShiftTemplate[] {
    return this.#database
      .select({ body: shiftTemplates.body })
      .from(shiftTemplates)
      .all()
      .map(({ body }) => JSON.parse(body) as ShiftTemplate);
  }

  get(templateId: string): ShiftTemplate | undefined {
    const [row] = this.#database.select().from(shiftTemplates).where(eq(shiftTemplates.templateId, templateId)).all();
    return row === undefined ? undefined : (JSON.parse(row.body) as ShiftTemplate);
  }

  /** @returns the new version */
  save(template: ShiftTemplate): number {
    const { templateId } = template;
    const version = this.#version(templateId) + 1;
    const body = JSON.stringify(template);
    this.#database
      .insert(shiftTemplates)
      .values({ templateId, version, body })
      .onConflictDoUpdate({ target: shiftTemplates.templateId, set: { version, body } })
      .run();
    return version;
  }

  /** @returns the version of its removal */
  remove(templateId: string): number {
    const version = this.#version(templateId) + 1;
    this.#database.delete(shiftTemplates).where(eq(shiftTemplates.templateId, templateId)).run();
    return version;
  }

  #version(templateId: string): number {
    const [row] = this.#database
      .select({ version: shiftTemplates.version })
      .from(shiftTemplates)
      .where(eq(shiftTemplates.templateId, templateId))
      .all();
    return row?.version ?? 0;
  }
}
