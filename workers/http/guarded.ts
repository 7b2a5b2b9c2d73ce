import { problem } from "./answers.ts";
import { countRequest } from "./request-counts.ts";

/** Messages may hold what people typed; the kind of failure and where it happened do not. */
const describe = (thrown: unknown): { error: string; at?: string[] } => {
  if (!(thrown instanceof Error)) return { error: typeof thrown };
  const frames = thrown.stack?.split("\n").filter((line) => /^\s+at [^ ]/.test(line)) ?? [];
  return { error: thrown.name, at: frames.slice(0, 6).map((line) => line.trim()) };
};

const flag = (thrown: unknown, name: "overloaded" | "retryable"): boolean =>
  thrown instanceof Error && name in thrown && Reflect.get(thrown, name) === true;

/** One line without personal data: what was asked for and what kind of failure it was. */
export const logFailure = (event: string, route: string, thrown: unknown): void =>
  console.error(
    JSON.stringify({
      event,
      route,
      ...describe(thrown),
      overloaded: flag(thrown, "overloaded"),
      retryable: flag(thrown, "retryable"),
    }),
  );

/** Counts the request, and turns what nobody foresaw (an actor that is overloaded or was just moved, too) into 503. */
export const guarded = async (route: string, handle: () => Promise<Response>): Promise<Response> => {
  let response: Response;
  try {
    response = await handle();
  } catch (thrown) {
    logFailure("request", route, thrown);
    response = problem({ code: "unavailable", retryAfter: 1 });
  }
  countRequest(route, response.status);
  return response;
};
