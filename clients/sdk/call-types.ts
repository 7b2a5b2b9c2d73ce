import type { z } from "zod";
import type { Route } from "../../protocol/http/route.ts";

type ParameterNames<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParameterNames<Rest> : never;

/** What a path needs besides the tenant, which the client knows. */
type Params<R extends Route> = Record<Exclude<ParameterNames<R["path"]>, "tenant">, string>;

/** Queries travel as text; a number or a truth value may be given where the text of one is meant. */
type QueryValue<V> = V extends "true" | "false" ? V | boolean : string extends V ? V | number : V;
type Query<Q extends z.ZodType> = { [K in keyof z.input<Q>]: QueryValue<z.input<Q>[K]> | undefined };

interface Common {
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

type None = Record<never, never>;

/** Everything one call takes, from the route's own schemas. */
export type CallArguments<R extends Route> = Common &
  ([keyof Params<R>] extends [never] ? None : { params: Params<R> }) &
  (R extends { body: infer B extends z.ZodType } ? { body: z.input<B> } : None) &
  (R extends { query: infer Q extends z.ZodType } ? { query?: Query<Q> } : None);

/** `[arguments]`, which may be left out when nothing in them is needed. */
export type Arguments<R extends Route> =
  Record<never, never> extends CallArguments<R> ? [given?: CallArguments<R>] : [given: CallArguments<R>];

type AnswerOf<A> = A extends z.ZodType ? z.output<A> : undefined;

/** What a call answers: one of the route's answers, or nothing where there is no body. */
export type Answer<R extends Route> =
  | AnswerOf<R["answers"][keyof R["answers"]]>
  | (R extends { media: readonly string[] } ? string : never);

/** The item of a route that answers a list. */
export type ListItem<R extends Route> = Answer<R> extends { items: (infer Item)[] } ? Item : never;

/** What `exchange` works with, whatever the route. */
export interface AnyArguments extends Common {
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: unknown;
}
