import type { z } from "zod";
import type { routes } from "../../../protocol/http/routes.ts";
import { type Page, type PageQuery, pageSize } from "../../../protocol/lists.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { OperationName } from "../access/permissions.ts";
import type { Desk, Who } from "../desk.ts";

type Routes = typeof routes;
type BodyOf<R> = R extends { body: infer B extends z.ZodType } ? z.infer<B> : undefined;
type QueryOf<R> = R extends { query: infer Q extends z.ZodObject } ? z.infer<Q> : Record<string, never>;

/** What the edge has decoded by the route's schemas. */
export interface Input<K extends OperationName> {
  params: Readonly<Record<string, string>>;
  query: QueryOf<Routes[K]>;
  body: BodyOf<Routes[K]>;
}

/** One thing a person may ask of the tenant. Synchronous: it runs inside the actor's transaction. */
export type Operation<K extends OperationName, Extra = unknown> = (
  desk: Desk,
  who: Who,
  input: Input<K> & Extra,
  now: number,
) => Outcome<unknown>;

/** A page of things sorted by a unique key of theirs; the cursor is the last key that was shown. */
export const pageOf = <T>(items: readonly T[], keyOf: (item: T) => string, query: PageQuery): Outcome<Page<T>> => {
  const size = pageSize(query);
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  if (query.cursor !== undefined && after === undefined) return wrongCursor();
  const sorted = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || key > after)
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const shown = sorted.slice(0, size);
  const last = shown.at(-1);
  return done({
    items: shown.map(({ item }) => item),
    ...(sorted.length > size && last !== undefined ? { nextCursor: encodeCursor(last.key) } : {}),
  });
};

export const wrongCursor = () =>
  refuse("invalid", undefined, [{ path: "cursor", message: "is not a cursor of this list" }]);

/** Hex of UTF-8: opaque to clients and safe in a query. */
export const encodeCursor = (key: string): string =>
  Array.from(new TextEncoder().encode(key), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const decodeCursor = (cursor: string): string | undefined => {
  if (!/^([0-9a-f]{2})+$/.test(cursor)) return undefined;
  const bytes = Uint8Array.from(cursor.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return new TextDecoder().decode(bytes);
};

export const notFound = () => refuse("not_found");
