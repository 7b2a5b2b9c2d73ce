import * as z from "zod";
import { limits } from "./limits.ts";

/** Query of every list (wire.md, Common). Numbers come as text in a query. */
export const PageQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9][0-9]{0,3}$/)
    .refine((s) => Number(s) <= limits.pageMax, `at most ${limits.pageMax}`)
    .optional(),
  cursor: z.string().min(1).max(500).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().optional() });

export interface Page<T> {
  items: T[];
  nextCursor?: string;
}

/** How many items a list answer holds. */
export const pageSize = (query: PageQuery): number =>
  query.limit === undefined ? limits.pageDefault : Number(query.limit);
