import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Route } from "../../protocol/http/route.ts";

/**
 * Holds real requests, answers and frames against the generated documents, so that these cannot lie. Give it the documents
 * as the server serves them. Answers are judged more strictly than a client would: a field that the document does not name
 * is a fault here, because the document would not tell anybody about it.
 *
 * It cannot prove that a code of a problem is the right one for the case; the tests of the cases do.
 */
export interface DocumentsCheck {
  /** @throws Error naming what the document does not say, or says otherwise */
  checkAnswer(route: Pick<Route, "id" | "method" | "path">, request: AskedRequest, response: GivenAnswer): void;
  /** `client` frames are those the server took. */
  checkFrame(direction: "client" | "server" | "roomClient" | "roomServer", frame: unknown): void;
  /** 2xx answers and messages that were never checked, such as `createSite 201` and `server.board`. */
  uncovered(): string[];
}

export interface AskedRequest {
  body?: unknown;
  /** A body that is no JSON. */
  bytes?: Uint8Array<ArrayBuffer>;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
}

export interface GivenAnswer {
  status: number;
  headers: Headers;
  /** Text of the body; empty when there was none. */
  text: string;
}

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: object;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<
    string,
    { headers?: Record<string, { required?: boolean; schema: object }>; content?: Record<string, { schema: object }> }
  >;
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
}

interface AsyncApi {
  components: { messages: Record<string, { payload: object }> };
}

export const documentsCheck = (openapi: object, asyncapi: object): DocumentsCheck => {
  const http = openapi as OpenApi;
  const socket = asyncapi as AsyncApi;
  const http2020 = validators(new Ajv2020({ strict: false, allErrors: true }), openapi);
  const draft7 = validators(new Ajv({ strict: false, allErrors: true }), asyncapi);
  const covered = new Set<string>();

  const checkRequest = (operation: Operation, request: AskedRequest) => {
    const media = operation.requestBody?.content["application/json"] ?? operation.requestBody?.content["*/*"];
    if (request.body !== undefined) {
      if (media === undefined) throw new Error("a body was taken that is not in the document");
      http2020.expect(media.schema, request.body, "a body was taken");
    }
    if (request.bytes !== undefined) {
      const type = new Headers(request.headers).get("content-type") ?? "";
      if (operation.requestBody?.content[type] === undefined)
        throw new Error(`bytes of ${type} were taken, which is not in the document`);
    }
    const parameters = operation.parameters ?? [];
    for (const [name, value] of Object.entries(request.query ?? {})) {
      const parameter = parameters.find((known) => known.in === "query" && known.name === name);
      if (parameter === undefined) throw new Error(`the query ${name} was taken and is not in the document`);
      http2020.expect(parameter.schema, value, `the query ${name} was taken`);
    }
    const headers = new Headers(request.headers);
    for (const parameter of parameters.filter((known) => known.in === "header")) {
      const value = headers.get(parameter.name);
      if (value !== null) http2020.expect(parameter.schema, value, `the header ${parameter.name} was taken`);
      else if (parameter.required) throw new Error(`the request was taken without its header ${parameter.name}`);
    }
  };

  const checkAnswer: DocumentsCheck["checkAnswer"] = (route, request, { status, headers, text }) => {
    const label = `${route.id} ${status}`;
    const named = (fault: unknown) => new Error(`${label}: ${fault instanceof Error ? fault.message : String(fault)}`);
    try {
      const operation = http.paths[route.path]?.[route.method.toLowerCase()];
      if (operation?.operationId !== route.id) throw new Error("no such operation in the document");
      const answer = operation.responses[String(status)];
      if (answer === undefined) throw new Error(`no such status in the document (${text.slice(0, 300)})`);
      if (status < 300) checkRequest(operation, request);
      for (const [name, header] of Object.entries(answer.headers ?? {})) {
        const value = headers.get(name);
        if (value === null && header.required) throw new Error(`the header ${name} is missing`);
        const isNumber = (header.schema as { type?: string }).type === "integer";
        if (value !== null) http2020.expect(header.schema, isNumber ? Number(value) : value, `the header ${name}`);
      }
      if (answer.content === undefined) {
        if (text !== "") throw new Error("a body that is not in the document");
      } else {
        const type = (headers.get("Content-Type") ?? "").split(";")[0] ?? "";
        const media = answer.content[type];
        if (media === undefined) throw new Error(`Content-Type ${type} is not in the document`);
        http2020.expect(closed(media.schema), type.endsWith("json") ? JSON.parse(text) : text, "the body");
      }
    } catch (fault) {
      throw named(fault);
    }
    if (status < 300) covered.add(label);
  };

  const checkFrame: DocumentsCheck["checkFrame"] = (direction, frame) => {
    const type = typeof frame === "object" && frame !== null ? String(Reflect.get(frame, "type")) : "nothing";
    const label = `${direction}.${type}`;
    const message = socket.components.messages[label];
    if (message === undefined) throw new Error(`${label}: no such message in the document`);
    const ours = direction === "server" || direction === "roomServer";
    draft7.expect(ours ? closed(message.payload) : message.payload, frame, label);
    covered.add(label);
  };

  const all = [
    ...Object.values(http.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ operationId, responses }) =>
        Object.keys(responses)
          .filter((status) => status.startsWith("2"))
          .map((status) => `${operationId} ${status}`),
      ),
    ...Object.keys(socket.components.messages),
  ];
  return { checkAnswer, checkFrame, uncovered: () => all.filter((label) => !covered.has(label)) };
};

/** Names of the two copies of a document's schemas: as they are, and closed. */
const asIs = "document:as-is";
const shut = "document:closed";

/** The same schema, judged without the freedom to have more fields than it names. */
const closed = (schema: object): object =>
  JSON.parse(JSON.stringify(close(schema)).replaceAll('"$ref":"#/', `"$ref":"${shut}#/`));

const close = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  return inner.type === "object" && "properties" in inner && !("additionalProperties" in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
};

const validators = (ajv: Ajv, document: object) => {
  addFormats.default(ajv);
  // References to their own document resolve within each copy; the copies are schemas only as far as they hold some.
  ajv.addSchema({ ...document, $id: asIs }, asIs, undefined, false);
  ajv.addSchema({ ...(close(document) as object), $id: shut }, shut, undefined, false);
  const compiled = new Map<string, ValidateFunction>();
  return {
    expect(schema: object, value: unknown, what: string): void {
      const text = JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${asIs}#/`);
      const validate = compiled.get(text) ?? ajv.compile(JSON.parse(text));
      compiled.set(text, validate);
      if (!validate(value))
        throw new Error(
          `${what} is not as in the document: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value).slice(0, 500)}`,
        );
    },
  };
};
