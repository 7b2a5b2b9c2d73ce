import { getTableColumns, getTableName, is, Table } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { retention, retentionClasses } from "../../history/retention.ts";
import * as schema from "../../history/schema.ts";

const tables = Object.entries(schema).filter(([, value]) => is(value, Table));

describe("the history's tables", () => {
  it("each have a retention class whose time is a column of theirs (I10, P12, P13, P17)", () => {
    expect(tables.length).toBeGreaterThan(10);
    expect(Object.keys(retention).sort()).toEqual(tables.map(([name]) => name).sort());
    for (const [name, table] of tables) {
      const entry = Object.entries(retention).find(([key]) => key === name)?.[1];
      const kept = entry === undefined ? undefined : retentionClasses[entry.class];
      expect(kept, name).toBeDefined();
      const time = entry !== undefined && "time" in entry ? entry.time : undefined;
      expect(time !== undefined, `${name} has a time column exactly when its term counts from one`).toBe(
        kept?.after === "time",
      );
      if (time !== undefined) expect(Object.keys(getTableColumns(table))).toContain(time);
    }
  });

  it("are each a tenant's (I6) and have no column for a coordinate (I7)", () => {
    for (const [, table] of tables) {
      const columns = Object.values(getTableColumns(table)).map((column) => column.name);
      expect(columns, getTableName(table)).toContain("tenant_id");
      for (const column of columns)
        expect(column).not.toMatch(/lat|lon|lng|coord|geo|shape|position|accuracy|altitude/);
    }
  });
});
