import type { z } from "zod";
import type { Route } from "../http/route.ts";
import { routes } from "../http/routes.ts";
import { Id, TenantRef } from "../ids.ts";
import { Problem } from "../problems.ts";
import { convert, mapRefs } from "./json-schema.ts";
import { operationAnswers, operationRequest } from "./openapi-operation.ts";
import { joinNames } from "./shared-names.ts";

export interface OpenApiOptions {
  /** Where this installation is, such as `https://standby.example`. */
  serverUrl: string;
  /** Name of the session cookie. */
  sessionCookie?: string;
}

const all: readonly Route[] = Object.values(routes);

const description = `Bodies are strict: an unknown field is refused. Fields may be added to answers, so clients ignore those they do not know.
Lists take \`limit\` (default 50, at most 200) and \`cursor\`, and answer \`{items, nextCursor?}\`. Errors are RFC 9457 problem details with a stable \`code\`.
The socket is described in /v1/asyncapi.json.`;

/** The OpenAPI 3.1 document of every call in `routes`, made from the schemas that the edge and the SDK use. */
export const openApiDocument = ({ serverUrl, sessionCookie = "standby_session" }: OpenApiOptions): object => {
  const requests = convert("request", [Id, TenantRef, ...all.flatMap(requestSchemas)], "draft-2020-12");
  const answers = convert("answer", [Problem, ...all.flatMap(answerSchemas)], "draft-2020-12");
  const asked = all.map((route) => operationRequest(route, requests));
  const answered = all.map((route) => operationAnswers(route, all, answers));
  const { schemas, answerName } = joinNames({ parts: asked, schemas: requests }, { parts: answered, schemas: answers });
  return {
    openapi: "3.1.0",
    info: {
      title: "StandBy",
      version: "1",
      description,
      license: { name: "AGPL-3.0-or-later", identifier: "AGPL-3.0-or-later" },
    },
    servers: [{ url: serverUrl }],
    tags: [...new Set(all.map((route) => route.tag))].map((name) => ({ name })),
    paths: paths(asked, mapRefs(answered, answerName) as object[]),
    components: { schemas, securitySchemes: securitySchemes(sessionCookie) },
  };
};

const requestSchemas = (route: Route): z.ZodType[] =>
  [...Object.values(route.params ?? {}), route.query, route.body].filter((schema) => schema !== undefined);

const answerSchemas = (route: Route): z.ZodType[] => Object.values(route.answers).filter((schema) => schema !== null);

const paths = (asked: object[], answered: object[]): Record<string, Record<string, object>> => {
  const made: Record<string, Record<string, object>> = {};
  for (const [index, route] of all.entries())
    made[route.path] = {
      ...made[route.path],
      [route.method.toLowerCase()]: {
        operationId: route.id,
        tags: [route.tag],
        summary: route.summary,
        security: securityOf(route),
        ...asked[index],
        responses: answered[index],
      },
    };
  return made;
};

const securityOf = (route: Route): Record<string, string[]>[] => {
  switch (route.access) {
    case "public":
    // Each provider signs in its own way, which no scheme of OpenAPI describes.
    case "provider":
      return [];
    case "operator":
      return [{ operator: [] }];
    case "person":
      return [{ token: [] }, { cookie: [] }];
    case "kiosk":
      return [{ kiosk: [] }];
    case "signature":
      return [{ signature: [] }];
  }
};

const securitySchemes = (sessionCookie: string) => ({
  token: { type: "http", scheme: "bearer", description: "The token of a session or of a device." },
  cookie: { type: "apiKey", in: "cookie", name: sessionCookie, description: "Set by logging in; for pages." },
  operator: { type: "http", scheme: "bearer", description: "The operator's token (OPERATOR_TOKEN)." },
  kiosk: { type: "http", scheme: "bearer", description: "The token of a kiosk, which may sign people in and out." },
  signature: {
    type: "apiKey",
    in: "header",
    name: "webhook-signature",
    description:
      "Standard Webhooks: HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}` with the integration's secret. A time off by more than 5 minutes is refused.",
  },
});
