import { type JsonSchema, mapRefs, reachable, type SchemaSet } from "./json-schema.ts";

/**
 * One list of schemas for both directions. What both use and what differs between them (Targets is strict in a request and
 * open in an answer) is in it twice, the answers' as `TargetsAnswer`.
 *
 * @param requests the document's parts that hold requests, and `answers` those that hold answers, with their references
 */
export const joinNames = (
  requests: { parts: unknown; schemas: SchemaSet },
  answers: { parts: unknown; schemas: SchemaSet },
): { schemas: Record<string, JsonSchema>; answerName: (name: string) => string } => {
  const inRequests = reachable(requests.parts, requests.schemas.named);
  const inAnswers = reachable(answers.parts, answers.schemas.named);
  const differs = (name: string) =>
    [name, ...reachable(answers.schemas.named[name], answers.schemas.named)].some(
      (part) => JSON.stringify(requests.schemas.named[part]) !== JSON.stringify(answers.schemas.named[part]),
    );
  const twice = new Set([...inAnswers].filter((name) => inRequests.has(name) && differs(name)));
  const answerName = (name: string) => (twice.has(name) ? `${name}Answer` : name);
  const schemas: Record<string, JsonSchema> = {};
  for (const name of inRequests) schemas[name] = requests.schemas.named[name] ?? {};
  for (const name of inAnswers)
    schemas[answerName(name)] = mapRefs(answers.schemas.named[name] ?? {}, answerName) as JsonSchema;
  const sorted = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return { schemas: Object.fromEntries(sorted), answerName };
};
