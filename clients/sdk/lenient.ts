import * as z from "zod";

const known = new WeakMap<z.ZodType, z.ZodType>();

/**
 * The same schema without "no other fields": the wire says that fields may be added to answers, so a client that refused
 * unknown ones would break with the next server. Everything else stays as strict as it was.
 */
export const lenient = <T extends z.ZodType>(schema: T): z.ZodType<z.output<T>> => {
  const made = known.get(schema) ?? loosen(schema);
  known.set(schema, made);
  return made as z.ZodType<z.output<T>>;
};

const loosen = (schema: z.ZodType): z.ZodType => {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return z.looseObject(Object.fromEntries(fields.map(([name, field]) => [name, lenient(field)])));
  }
  if (schema instanceof z.ZodArray) return z.array(lenient(schema.element as z.ZodType));
  if (schema instanceof z.ZodOptional) return lenient(schema.unwrap() as z.ZodType).optional();
  if (schema instanceof z.ZodNullable) return lenient(schema.unwrap() as z.ZodType).nullable();
  if (schema instanceof z.ZodUnion) return z.union((schema.options as z.ZodType[]).map((option) => lenient(option)));
  return schema;
};
