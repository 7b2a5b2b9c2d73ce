import * as z from "zod";
import { named } from "./names.ts";
import { rules } from "./rules.ts";

export type JsonSchema = { [keyword: string]: unknown };

/**
 * Requests are strict: an unknown field is refused. Fields may be added to answers, so an answer's schema must not say
 * that there are no others: programs generated from it would break with the next server.
 */
export type Direction = "request" | "answer";

const prefix = "#/components/schemas/";

/** Converted schemas of one direction: `of` gives a reference to a named one, or else the schema itself. */
export interface SchemaSet {
  of(schema: z.ZodType): JsonSchema;
  named: Record<string, JsonSchema>;
}

/**
 * @param wanted schemas that are used, named or not
 * @param target AsyncAPI's own schemas follow draft 7, OpenAPI 3.1 follows draft 2020-12
 */
export const convert = (
  direction: Direction,
  wanted: Iterable<z.ZodType>,
  target: "draft-2020-12" | "draft-7",
): SchemaSet => {
  const registry = z.registry<{ id?: string }>();
  const names = new Map<z.ZodType, string>();
  for (const [name, schema] of Object.entries(named)) names.set(schema, name);
  let unnamed = 0;
  for (const schema of wanted) if (!names.has(schema)) names.set(schema, `unnamed.${unnamed++}`);
  for (const [schema, id] of names) registry.add(schema, { id });

  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => prefix + id,
    io: "input",
    target,
    // SAFETY: zod's own union of all its schema classes; each of them is a ZodType.
    override: ({ zodSchema, jsonSchema }) => adapt(zodSchema as unknown as z.ZodType, jsonSchema, direction),
  });
  const bare = Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]): [string, JsonSchema] => [id, schema]),
  );
  return {
    of: (schema) => {
      const id = names.get(schema);
      if (id === undefined) throw new Error("a schema that was not wanted");
      return id.startsWith("unnamed.") ? (bare[id] ?? {}) : { $ref: prefix + id };
    },
    named: Object.fromEntries(Object.entries(bare).filter(([id]) => !id.startsWith("unnamed."))),
  };
};

const adapt = (schema: z.ZodType, json: JsonSchema, direction: Direction): void => {
  if (direction === "answer" && json.additionalProperties === false) delete json.additionalProperties;
  // Every z.int() has these two; they say nothing.
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  const { description, ...rule } = rules.get(schema) ?? {};
  Object.assign(json, rule);
  const words = [description, ...customChecks(schema).map(sentence)].filter((text) => text !== undefined);
  if (words.length > 0) json.description = words.join(" ");
};

/** A check that is code: what it says when it fails, and about which field. */
interface CustomCheck {
  path: string;
  message: string | undefined;
}

/** The checks of a schema that JSON Schema cannot express; the documents have to describe each. */
export const customChecks = (schema: z.ZodType): CustomCheck[] =>
  (schema._zod.def.checks ?? []).flatMap(({ _zod: { def } }): CustomCheck[] => {
    if (def.check !== "custom") return [];
    // SAFETY: what `refine` leaves in a check of this kind; both fields may be missing (superRefine).
    const { path = [], error } = def as unknown as { path?: PropertyKey[]; error?: (issue: object) => unknown };
    const message = error?.({});
    return [{ path: path.map(String).join("."), message: typeof message === "string" ? message : undefined }];
  });

const sentence = ({ path, message }: CustomCheck): string | undefined => {
  if (message === undefined) return undefined;
  const text = path === "" ? message : `${path} ${message}`;
  return `${path === "" ? text.charAt(0).toUpperCase() + text.slice(1) : text}.`;
};

/** Every `$ref` of a value replaced. */
export const mapRefs = (value: unknown, rename: (name: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === "$ref" && typeof inner === "string" && inner.startsWith(prefix)
        ? [key, prefix + rename(inner.slice(prefix.length))]
        : [key, mapRefs(inner, rename)],
    ),
  );
};

/** Names that a value refers to, directly or through others. */
export const reachable = (value: unknown, schemas: Readonly<Record<string, JsonSchema>>): Set<string> => {
  const found = new Set<string>();
  const visit = (part: unknown) =>
    mapRefs(part, (name) => {
      if (!found.has(name)) {
        found.add(name);
        visit(schemas[name]);
      }
      return name;
    });
  visit(value);
  return found;
};
