import type { z } from "zod";
import { TenantRef } from "../ids.ts";
import { ClientFrame } from "../socket/client-frames.ts";
import { closing, subprotocol, ticketPrefix } from "../socket/closing.ts";
import { ServerFrame } from "../socket/server-frames.ts";
import { convert, type JsonSchema, mapRefs, type SchemaSet } from "./json-schema.ts";
import { joinNames } from "./shared-names.ts";

export interface AsyncApiOptions {
  /** Where this installation is, such as `https://standby.example`. */
  serverUrl: string;
}

const closeCodes = Object.values(closing);

const description = `Every frame is one JSON object with \`type\`. The client starts with \`hello\` within 10 s and is answered by \`welcome\`, then by whatever it missed after \`lastSeq\` and every open alarm it has not received.
Frames from the client are strict; fields and types of frame may be added to what the server sends, so clients ignore those they do not know.

Log in with \`Authorization: Bearer <session or device token>\`, or with the subprotocols \`${subprotocol}, ${ticketPrefix}<ticket>\`, answered with \`${subprotocol}\`. Refused upgrades are plain 401, 403, 404 or 429 answers.

Close codes: ${closeCodes.map(({ code, reason }) => `${code} ${reason}`).join(" · ")}. After 4401 a client must not come back without a new log-in; after 4403 it comes back at once; after 1012 and 4429 it waits.`;

/** A kind of frame under its `type`. Several schemas of one type (the boards) are one union already. */
export const framesOf = (union: { options: readonly z.ZodType[] }): Record<string, z.ZodType> =>
  Object.fromEntries(union.options.map((schema) => [typeOf(schema), schema]));

const typeOf = (schema: z.ZodType): string => {
  const { def } = schema._zod as unknown as {
    def: { options?: z.ZodType[]; shape?: { type?: { value?: unknown } } };
  };
  const first = def.options?.[0];
  if (first !== undefined) return typeOf(first);
  const type = def.shape?.type?.value;
  if (typeof type !== "string") throw new Error("a frame without a type");
  return type;
};

/** The AsyncAPI 3.0 document of the socket, made from the schemas that server and SDK use. Written from the server's side. */
export const asyncApiDocument = ({ serverUrl }: AsyncApiOptions): object => {
  const { protocol, host, pathname } = new URL(serverUrl);
  const fromClient = framesOf(ClientFrame);
  const fromServer = framesOf(ServerFrame);
  const received = convert("request", [TenantRef, ...Object.values(fromClient)], "draft-7");
  const sent = convert("answer", Object.values(fromServer), "draft-7");
  const clientMessages = messages("client", fromClient, received);
  const sentMessages = messages("server", fromServer, sent);
  const { schemas, answerName } = joinNames(
    { parts: clientMessages, schemas: received },
    { parts: sentMessages, schemas: sent },
  );
  const serverMessages = mapRefs(sentMessages, answerName) as typeof sentMessages;
  const all = { ...clientMessages, ...serverMessages };
  return {
    asyncapi: "3.0.0",
    info: {
      title: "StandBy socket",
      version: "1",
      description,
      license: { name: "AGPL-3.0-or-later" },
    },
    defaultContentType: "application/json",
    servers: {
      standby: {
        host,
        ...(pathname === "/" ? {} : { pathname }),
        protocol: protocol === "http:" ? "ws" : "wss",
        security: [{ $ref: "#/components/securitySchemes/token" }, { $ref: "#/components/securitySchemes/ticket" }],
      },
    },
    channels: {
      socket: {
        address: "/v1/{tenant}/socket",
        description,
        parameters: { tenant: { description: "The tenant's slug or id." } },
        messages: references(Object.keys(all), "#/components/messages/"),
        bindings: { ws: { method: "GET", headers: upgradeHeaders } },
        "x-subprotocols": [subprotocol, `${ticketPrefix}<ticket>`],
        "x-close-codes": closeCodes,
      },
    },
    operations: {
      receive: operation("receive", "What a device or page says", Object.keys(clientMessages)),
      send: operation("send", "What the server says", Object.keys(serverMessages)),
    },
    components: {
      schemas,
      messages: all,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "The token of a session or of a device." },
        ticket: {
          type: "httpApiKey",
          in: "header",
          name: "Sec-WebSocket-Protocol",
          description: `A ticket of POST /v1/{tenant}/socket-tickets as \`${ticketPrefix}<ticket>\`: works once, for 30 s.`,
        },
      },
    },
  };
};

const upgradeHeaders: JsonSchema = {
  type: "object",
  properties: {
    Authorization: { type: "string", description: "Bearer <session or device token>" },
    "Sec-WebSocket-Protocol": { type: "string", description: `${subprotocol}, ${ticketPrefix}<ticket>` },
  },
};

const messages = (
  side: "client" | "server",
  frames: Record<string, z.ZodType>,
  schemas: SchemaSet,
): Record<string, { name: string; summary: string; payload: JsonSchema }> =>
  Object.fromEntries(
    Object.entries(frames).map(([type, schema]) => [
      `${side}.${type}`,
      { name: type, summary: `\`${type}\` from the ${side}`, payload: schemas.of(schema) },
    ]),
  );

const references = (names: string[], where: string): Record<string, { $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: where + name }]));

const operation = (action: "send" | "receive", summary: string, names: string[]): object => ({
  action,
  summary,
  channel: { $ref: "#/channels/socket" },
  messages: names.map((name) => ({ $ref: `#/channels/socket/messages/${name}` })),
});
