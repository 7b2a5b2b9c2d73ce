import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { expect, test } from "vitest";
import { kernelMigrations } from "../../actors/kernel/kernel-tables.ts";
import { registryMigrations } from "../../actors/registry/registry-tables.ts";
import { siteMigrations } from "../../actors/site/site-tables.ts";
import { tenantMigrations } from "../../actors/tenant/tenant-tables.ts";
import { type AnyStub, query } from "./harness/storage.ts";

// Each actor's tables are written twice, as SQL that makes them and as what drizzle reads them by: these two must agree, and each
// step be applied once. That rows of an older version are read is for older-rows.test.ts.

type Module = Record<string, unknown>;
/** Every table of an actor: whatever a file of its folder that is named after tables exports as one. */
const tablesIn = (files: Record<string, Module>): SQLiteTable[] =>
  Object.values(files).flatMap((file) => Object.values(file).filter((one) => is(one, SQLiteTable)));

const kernelTables = tablesIn(import.meta.glob<Module>("../../actors/kernel/*-tables.ts", { eager: true }));
const tenantTables = tablesIn(import.meta.glob<Module>("../../actors/tenant/**/*-tables.ts", { eager: true }));
const siteTables = tablesIn(import.meta.glob<Module>("../../actors/site/**/*-tables.ts", { eager: true }));
const registryTables = tablesIn(import.meta.glob<Module>("../../actors/registry/*-tables.ts", { eager: true }));

const actors: [string, AnyStub, SQLiteTable[], readonly { id: string }[]][] = [
  [
    "tenant",
    env.TENANTS.getByName("tnt_migrations"),
    [...kernelTables, ...tenantTables],
    [...kernelMigrations, ...tenantMigrations],
  ],
  [
    "site",
    env.SITES.getByName("tnt_migrations.roaming"),
    [...kernelTables, ...siteTables],
    [...kernelMigrations, ...siteMigrations],
  ],
  ["registry", env.REGISTRY.getByName("migrations"), registryTables, registryMigrations],
];

test.each(actors)("the tables of the %s actor are what drizzle takes them for", async (_, stub, tables) => {
  const named = tables.map((table) => getTableConfig(table));
  const there = await query(
    stub,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'",
  );
  expect(there.map(({ name }) => name).toSorted()).toEqual([...named.map(({ name }) => name), "migrations"].toSorted());

  for (const { name, columns, primaryKeys } of named) {
    const found = await query(stub, `SELECT name, type, "notnull", pk FROM pragma_table_info('${name}')`);
    const keys = [
      ...columns.filter((column) => column.primary).map((column) => column.name),
      ...primaryKeys.flatMap((key) => key.columns.map((column) => column.name)),
    ];
    const expected = columns.map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      key: keys.includes(column.name),
      // SQLite's own primary keys carry no NOT NULL of their own.
      required: column.notNull || keys.includes(column.name),
    }));
    expect(
      found.map((column) => ({
        name: column.name,
        type: column.type,
        key: column.pk !== 0,
        required: column.notnull === 1 || column.pk !== 0,
      })),
      name,
    ).toEqual(expected);
  }
});

test.each(actors)(
  "the steps of the %s actor are applied once, in order, however often it wakes",
  async (_, stub, __, steps) => {
    const marks = "SELECT id, applied_at FROM migrations ORDER BY rowid";
    const first = await query(stub, marks);
    expect(first.map(({ id }) => id)).toEqual(steps.map(({ id }) => id));
    await evictDurableObject(stub);
    expect(await query(stub, marks)).toEqual(first);
  },
);
