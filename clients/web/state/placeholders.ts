import type { Scenario } from "../../../protocol/scenarios.ts";

/** The names that the schema of `values` takes, in braces. */
const placeholder = /\{([a-z][A-Za-z0-9]{0,39})\}/g;

/** What the server fills in by itself, whatever anybody says. */
const known = new Set(["raisedBy", "time", "date", "organisation"]);

/** What a scenario's text asks for, in the order in which it comes. */
export const placeholdersOf = ({ title, message, parts }: Pick<Scenario, "title" | "message" | "parts">): string[] => {
  const texts = [title, message, ...Object.values(parts ?? {})].filter((text) => text !== undefined);
  const names = texts.flatMap((text) => [...text.matchAll(placeholder)].map(([, name = ""]) => name));
  return [...new Set(names)].filter((name) => !known.has(name));
};

/** The text with what has been said so far; gaps show as the server will show them. */
export const withValues = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(placeholder, (whole, name: string) => {
    const value = values[name]?.trim() ?? "";
    if (value !== "") return value;
    return known.has(name) ? whole : `[${name}]`;
  });
