import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { customChecks, type JsonSchema } from "../../protocol/documents/json-schema.ts";
import { named } from "../../protocol/documents/names.ts";
import { openApiDocument } from "../../protocol/documents/openapi.ts";
import { rules } from "../../protocol/documents/rules.ts";
import { commonProblems, type Route } from "../../protocol/http/route.ts";
import { routes } from "../../protocol/http/routes.ts";
import { problemStatus } from "../../protocol/problems.ts";
import { examples } from "./documents-examples.ts";
import { mutations } from "./documents-mutations.ts";

interface Operation {
  operationId: string;
  security: object[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { headers?: Record<string, object>; content?: Record<string, { schema: JsonSchema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

const document = openApiDocument({ serverUrl: "https://standby.example" }) as Document;
const all: Route[] = Object.values(routes);
const operationOf = (route: Route): Operation => {
  const operation = document.paths[route.path]?.[route.method.toLowerCase()];
  if (operation === undefined) throw new Error(`${route.id} is missing`);
  return operation;
};

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ ...document, $id: "document:" }, undefined, undefined, false);
const validatorOf = (name: string) => ajv.compile({ $ref: `document:#/components/schemas/${name}` });

describe("the OpenAPI document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(result).toEqual({ valid: true });
  });

  test("has every route and no other", () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${method.toUpperCase()} ${path} ${operationId}`),
    );
    expect(described.sort()).toEqual(all.map(({ method, path, id }) => `${method} ${path} ${id}`).sort());
  });

  test("a photo's body has the media types that the reader of headers knows, and is needed", () => {
    const { requestBody } = operationOf(routes.addPhoto);
    expect(requestBody).toMatchObject({ required: true });
    expect(Object.keys(requestBody?.content ?? {})).toEqual(["image/jpeg", "image/png", "image/webp"]);
    expect(Object.keys(operationOf(routes.postChannelReceipt).requestBody?.content ?? {})).toEqual(["*/*"]);
  });

  test("names every status of a route with the codes it may have", () => {
    for (const route of all) {
      const { responses } = operationOf(route);
      const expected = [
        ...Object.keys(route.answers),
        ...commonProblems(route).map((code) => String(problemStatus[code])),
      ];
      expect(Object.keys(responses).sort(), route.id).toEqual([...new Set(expected)].sort());
      for (const code of commonProblems(route)) {
        const problem = responses[problemStatus[code]]?.content?.["application/problem+json"]?.schema;
        expect(JSON.stringify(problem), route.id).toContain(`"${code}"`);
      }
    }
  });

  test("names the headers clients need", () => {
    expect(Object.keys(operationOf(routes.raiseAlarm).responses["202"]?.headers ?? {})).toEqual([
      "Location",
      "Idempotency-Replayed",
    ]);
    expect(operationOf(routes.createZone).responses["201"]?.headers).toHaveProperty("Location");
    expect(operationOf(routes.createSocketTicket).responses["201"]?.headers).toBeUndefined();
    expect(operationOf(routes.logIn).responses["429"]?.headers).toHaveProperty("Retry-After");
    expect(
      operationOf(routes.postHook)
        .parameters?.filter((p) => p.in === "header")
        .map((p) => p.name),
    ).toEqual(["webhook-id", "webhook-timestamp", "webhook-signature"]);
  });

  test("says who may call", () => {
    expect(operationOf(routes.createTenant).security).toEqual([{ operator: [] }]);
    expect(operationOf(routes.getMe).security).toEqual([{ token: [] }, { cookie: [] }]);
    expect(operationOf(routes.postHook).security).toEqual([{ signature: [] }]);
    expect(operationOf(routes.healthz).security).toEqual([]);
  });

  test("every reference leads somewhere", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(100);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(String(name));
  });

  test("requests are strict and answers may have more fields", () => {
    const extra = { notInTheSchema: 1 };
    expect(validatorOf("NewRole")({ name: "EHBO", ...extra })).toBe(false);
    expect(validatorOf("Role")({ roleId: "rol_12345678", name: "EHBO", ...extra })).toBe(true);
    expect(validatorOf("Targets")({ everyone: true, ...extra })).toBe(false);
    expect(validatorOf("TargetsAnswer")({ everyone: true, ...extra })).toBe(true);
  });
});

/** Names that a request refers to, directly or through others: all of these are strict. */
const requestNames = new Set<string>();
const visitReferences = (part: unknown): void => {
  for (const [, name = ""] of JSON.stringify(part).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    if (requestNames.has(name)) continue;
    requestNames.add(name);
    visitReferences(document.components.schemas[name]);
  }
};
for (const route of all) visitReferences(operationOf(route).requestBody ?? {});

const schemaNamed = (name: string): z.ZodType => {
  const schema = Object.entries(named).find(([known]) => known === name.replace(/Answer$/, ""))?.[1];
  if (schema === undefined) throw new Error(`${name} is no schema`);
  return schema;
};

describe.each(Object.keys(document.components.schemas))("the schema %s", (name) => {
  const schema = schemaNamed(name);
  const validate = validatorOf(name);
  const isRequest = document.components.schemas[name]?.additionalProperties === false;
  const given = examples[name.replace(/Answer$/, "")] ?? [];

  test("takes its examples", () => {
    expect(given.length).toBeGreaterThan(0);
    for (const example of given) {
      expect(schema.safeParse(example).error).toBeUndefined();
      expect(validate(example), ajv.errorsText(validate.errors)).toBe(true);
    }
  });

  test("judges wrong values as the server does, where words do not have to", () => {
    let refused = 0;
    for (const example of given)
      for (const { what, value } of mutations(example)) {
        const byServer = schema.safeParse(value);
        const byDocument = validate(value);
        if (!byDocument) refused++;
        // The document never refuses what the server takes.
        if (byServer.success) expect(byDocument, `${what}: ${ajv.errorsText(validate.errors)}`).toBe(true);
        // What the document takes and the server does not fails a check that is only described, or is an answer with
        // more fields (the schemas of the server are strict in both directions).
        else if (byDocument) expect(onlyDescribed(byServer.error, isRequest), what).toBe(true);
      }
    expect(refused).toBeGreaterThan(0);
  });
});

/** Failed checks are all code (`refine`); a failed code check inside a union shows as a failed union. */
const onlyDescribed = (error: z.ZodError, isRequest: boolean): boolean => {
  const isWords = (code: string | undefined) => code === "custom" || (code === "unrecognized_keys" && !isRequest);
  return error.issues.every(
    (issue) =>
      isWords(issue.code) ||
      (issue.code === "invalid_union" && issue.errors.some((option) => option.every(({ code }) => isWords(code)))),
  );
};

test("every check that is code is described", () => {
  const seen = new Set<z.ZodType>();
  const undescribed: string[] = [];
  const visit = (schema: z.ZodType, path: string) => {
    if (seen.has(schema)) return;
    seen.add(schema);
    for (const { message } of customChecks(schema))
      if (message === undefined && !rules.has(schema)) undescribed.push(path);
    const { def } = schema._zod as unknown as { def: Record<string, unknown> };
    const shape = (def.shape ?? {}) as Record<string, z.ZodType>;
    for (const [key, field] of Object.entries(shape)) visit(field, `${path}.${key}`);
    for (const key of ["element", "innerType", "valueType"]) {
      if (def[key] !== undefined) visit(def[key] as z.ZodType, path);
    }
    for (const option of (def.options ?? []) as z.ZodType[]) visit(option, path);
  };
  for (const [name, schema] of Object.entries(named)) visit(schema, name);
  for (const route of all) if (route.query !== undefined) visit(route.query, route.id);
  expect(seen.size).toBeGreaterThan(100);
  expect(undescribed).toEqual([]);
});
