import { StandbyProblem, StandbyUnreachable } from "../../sdk/problem.ts";
import { words } from "./language.ts";

/** What to tell a person about a failed call, with what to do. */
export const explain = (error: unknown): string => {
  const w = words.value.problem;
  if (error instanceof StandbyUnreachable) return w.unreachable;
  if (!(error instanceof StandbyProblem)) return w.other;
  switch (error.code) {
    case "unauthenticated":
      return w.unauthenticated;
    case "forbidden":
      return w.forbidden;
    case "not_found":
      return w.notFound;
    case "conflict":
      return w.conflict;
    case "rate_limited":
      return w.rateLimited;
    case "unavailable":
      return w.unavailable;
    case "invalid":
      return [w.invalid, ...error.errors.map((e) => `${e.path}: ${e.message}`)].join(" ");
    default:
      return w.other;
  }
};

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof StandbyProblem && error.code === code;
