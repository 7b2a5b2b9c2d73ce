import { commonProblems, type Route } from "../http/route.ts";
import { Id, TenantRef } from "../ids.ts";
import { limits } from "../limits.ts";
import { Problem, type ProblemCode, problemStatus } from "../problems.ts";
import type { JsonSchema, SchemaSet } from "./json-schema.ts";

const requestHeaders: Readonly<Record<string, { required: boolean; description: string; schema: JsonSchema }>> = {
  "Idempotency-Key": {
    required: false,
    description: "The same key and body within 24 hours answer the same 202 and do nothing again.",
    schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,255}$" },
  },
  "webhook-id": {
    required: true,
    description: "The same id again answers the same and raises nothing.",
    schema: { type: "string", minLength: 1 },
  },
  "webhook-timestamp": {
    required: true,
    description: "Seconds since 1970.",
    schema: { type: "string", pattern: "^[0-9]+$" },
  },
  "webhook-signature": {
    required: true,
    description: "`v1,<base64>`, several separated by spaces.",
    schema: { type: "string", minLength: 1 },
  },
};

/** Parameters and body of an operation. */
export const operationRequest = (route: Route, schemas: SchemaSet): object => {
  const parameters = [
    ...pathParameters(route, schemas),
    ...queryParameters(route, schemas),
    ...headerParameters(route),
  ];
  return {
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.anyBody === undefined ? {} : { requestBody: foreignBody(route, route.anyBody) }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            description: `At most ${(route.maxBytes ?? limits.bodyBytes) / 1024} KiB.`,
            content: { "application/json": { schema: schemas.of(route.body) } },
          },
        }),
  };
};

/** A body that no schema of ours describes. */
const foreignBody = (route: Route, media: NonNullable<Route["anyBody"]>): object => {
  const most = `At most ${(route.maxBytes ?? limits.bodyBytes) / 1024} KiB`;
  if (media === true)
    return {
      required: false,
      description: `${most}, in the provider's own form.`,
      content: { "*/*": { schema: {} } },
    };
  return {
    required: true,
    description: `${most}.`,
    content: Object.fromEntries(media.map((type) => [type, { schema: {} }])),
  };
};

const pathParameters = (route: Route, schemas: SchemaSet): object[] =>
  [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: schemas.of(name === "tenant" ? TenantRef : (route.params?.[String(name)] ?? Id)),
  }));

const queryParameters = (route: Route, schemas: SchemaSet): object[] => {
  if (route.query === undefined) return [];
  const { properties, required } = schemas.of(route.query) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: required?.includes(name) ?? false,
    schema,
  }));
};

const headerParameters = (route: Route): object[] =>
  (route.headers ?? []).map((name) => {
    const header = requestHeaders[name];
    if (header === undefined) throw new Error(`the header ${name} of ${route.id} is not described`);
    return { name, in: "header", ...header };
  });

const retryAfter = { description: "Seconds to wait.", schema: { type: "integer", minimum: 0 } };

interface Answered {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, { schema: JsonSchema }>;
}

/** Every status of an operation, successes and problems. */
export const operationAnswers = (route: Route, all: readonly Route[], schemas: SchemaSet): Record<string, Answered> => {
  const made: Record<string, Answered> = {};
  for (const [status, schema] of Object.entries(route.answers)) {
    const headers = answerHeaders(route, Number(status), all);
    const json = schema === null ? undefined : { "application/json": { schema: schemas.of(schema) } };
    const content = status === "200" && route.media !== undefined ? { ...json, ...textContent(route.media) } : json;
    made[status] = {
      description: descriptions[status] ?? "Done",
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(content === undefined ? {} : { content }),
    };
  }
  for (const [status, codes] of Object.entries(Object.groupBy(commonProblems(route), (code) => problemStatus[code]))) {
    const own = made[status];
    const waits = status === "429" || status === "503";
    made[status] = {
      description: [own?.description, ...codes.map((code) => `\`${code}\``)].filter(Boolean).join(", "),
      // An answer of ours with that status (`/readyz`) does not promise a Retry-After; a problem does.
      ...(waits ? { headers: { "Retry-After": { ...retryAfter, required: own === undefined } } } : {}),
      content: { ...own?.content, "application/problem+json": { schema: problemOf(codes, schemas) } },
    };
  }
  return made;
};

const descriptions: Readonly<Record<string, string>> = {
  "201": "Made",
  "202": "Stored; it will be done",
  "204": "Done; no body",
  "503": "Not ready",
};

const problemOf = (codes: readonly ProblemCode[], schemas: SchemaSet): JsonSchema => ({
  allOf: [schemas.of(Problem), { properties: { code: { enum: [...codes] } } }],
});

const textContent = (media: readonly string[]): NonNullable<Answered["content"]> =>
  Object.fromEntries(media.map((type) => [type, { schema: { type: "string" } }]));

const answerHeaders = (route: Route, status: number, all: readonly Route[]): Record<string, object> => {
  const headers: Record<string, object> = {};
  if ((status === 201 || status === 202) && hasAddress(route, all))
    headers.Location = {
      required: true,
      description: "Where the new thing is.",
      schema: { type: "string", format: "uri-reference" },
    };
  if (route.headers?.includes("Idempotency-Key"))
    headers["Idempotency-Replayed"] = {
      description: "`true` when this key was answered before: nothing was done now.",
      schema: { type: "string", const: "true" },
    };
  if (route.id === "logIn" || route.id === "acceptInvitation")
    headers["Set-Cookie"] = { description: "The session cookie.", schema: { type: "string" } };
  return headers;
};

/** Whether what a POST makes can be read at an address of its own. */
const hasAddress = (route: Route, all: readonly Route[]): boolean =>
  route.method === "POST" &&
  all.some(
    ({ method, path }) =>
      method === "GET" && path.startsWith(`${route.path}/`) && /^\{\w+\}$/.test(path.slice(route.path.length + 1)),
  );
