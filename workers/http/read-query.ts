import type { z } from "zod";
import { type Outcome, refuse } from "../../protocol/problems.ts";
import { decode } from "./read-body.ts";

/** A query by its schema. A field given twice is refused: which of the two was meant, nobody knows. */
export const readQuery = <S extends z.ZodObject>(url: string, schema: S): Outcome<z.output<S>> => {
  const given = new URL(url).searchParams;
  const repeated = [...new Set(given.keys())].filter((name) => given.getAll(name).length > 1);
  if (repeated.length > 0)
    return refuse(
      "invalid",
      undefined,
      repeated.map((path) => ({ path, message: "is given more than once" })),
    );
  return decode(schema, Object.fromEntries(given));
};
