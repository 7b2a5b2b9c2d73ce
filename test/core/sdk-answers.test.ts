/**
 * Proves that the SDK makes every call of availability, rosters, staffing, presence, qualifications and statistics (issue 5), and reads what
 * the documents show as its answer, also when a newer server has added fields (wire.md). Not proved: that servers answer so
 * (test/system/documents.test.ts).
 */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { named } from "../../protocol/documents/names.ts";
import { availabilityRoutes } from "../../protocol/http/availability-routes.ts";
import { presenceRoutes } from "../../protocol/http/presence-routes.ts";
import { readinessRoutes } from "../../protocol/http/readiness-routes.ts";
import { rosterRoutes } from "../../protocol/http/roster-routes.ts";
import type { Route } from "../../protocol/http/route.ts";
import { staffingRoutes } from "../../protocol/http/staffing-routes.ts";
import { statisticsRoutes } from "../../protocol/http/statistics-routes.ts";
import { examples } from "./documents-examples.ts";

const all: readonly Route[] = Object.values({
  ...availabilityRoutes,
  ...presenceRoutes,
  ...readinessRoutes,
  ...rosterRoutes,
  ...staffingRoutes,
  ...statisticsRoutes,
});

const examplesOf = (schema: z.ZodType): readonly unknown[] => {
  const name = Object.entries(named).find(([, one]) => one === schema)?.[0];
  return examples[name ?? ""] ?? [];
};

/** What a route answers, as the documents show it: by its name, or a page of what has one, or a list of it. */
const answersOf = (schema: z.ZodType): readonly unknown[] => {
  const whole = examplesOf(schema);
  if (whole.length > 0 || !(schema instanceof z.ZodObject)) return whole;
  const list = Object.entries(schema.shape).find(([, field]) => field instanceof z.ZodArray);
  if (list === undefined) return [];
  const [field, items] = list as [string, z.ZodArray];
  const known = examplesOf(items.element as z.ZodType);
  return known.length === 0 ? [] : [{ [field]: known }];
};

/** The same with a field more in every object. */
const newer = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(newer);
  if (typeof value !== "object" || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([key, one]) => [key, newer(one)])), addedLater: true };
};

describe("the SDK reads", () => {
  const cases = all.flatMap((route) =>
    Object.entries(route.answers).map(([status, schema]) => ({ id: route.id, route, status: Number(status), schema })),
  );
  test.each(cases)("$id $status", async ({ route, status, schema }) => {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).filter((name) => name !== "tenant");
    const params = Object.fromEntries(names.map((name) => [name, "id"]));
    const answering = (body: string | null) =>
      new StandbyApi({
        baseUrl: "https://standby.example",
        tenant: "acme",
        wait: () => Promise.resolve(),
        fetch: (url, init) => {
          expect([String(url), init?.method]).toEqual([
            `https://standby.example${route.path.replace("{tenant}", "acme").replaceAll(/\{\w+\}/g, "id")}`,
            route.method,
          ]);
          return Promise.resolve(
            new Response(body, { status, headers: { "Content-Type": route.media?.[0] ?? "application/json" } }),
          );
        },
      });
    const call = (body: string | null) => answering(body).exchange(route, { params } as never);
    if (schema === null) {
      expect((await call(status === 204 ? null : "")).answer).toBe(route.media === undefined ? undefined : "");
      return;
    }
    const shown = answersOf(schema);
    expect(shown.length, "the documents show an example").toBeGreaterThan(0);
    for (const one of shown) {
      expect((await call(JSON.stringify(one))).answer).toMatchObject(one as object);
      expect((await call(JSON.stringify(newer(one)))).answer).toMatchObject(one as object);
    }
  });
});
