import type { z } from "zod";
import { roomClosing } from "../conversation/closing.ts";
import { RoomClientFrame, RoomServerFrame } from "../conversation/frames.ts";
import { Id, TenantRef } from "../ids.ts";
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

const roomDescription = `One conversation. Binary frames are the y-websocket protocol, so an unmodified \`y-websocket\` provider follows it: server URL \`…/conversations/{conversationId}\`, room \`sync\`.
Text frames are one JSON object with \`type\` each. A client that never sends one never gets one. It begins with \`hello\`, answered by \`room\`.

A chat's document (an array \`messages\` of \`Message\`) is written by the server alone: whatever a provider writes into it is refused and reported to it (message 2, "permission denied"), and changes nothing. Commands (\`send\`, \`edit\`, \`delete\`, \`react\`) carry the message's id, made by the client: said again they are answered the same. A note's document is written by those who lead.

\`?epoch=\` names the document (see \`GET …/state\`); without it, it is the one that is written now. A client keeps the copy of each epoch by itself.

Close codes: ${Object.values(roomClosing)
  .map(({ code, reason }) => `${code} ${reason}`)
  .join(
    " · ",
  )}. After ${roomClosing.epochEnded.code} a client connects again without \`epoch\`; after ${roomClosing.epochGone.code} it drops its copy of the epoch first.`;

/** What is said on a socket, by both sides, as messages of the document. */
interface Spoken {
  client: Record<string, z.ZodType>;
  server: Record<string, z.ZodType>;
}

const spoken: Record<"socket" | "conversation", Spoken> = {
  socket: { client: framesOf(ClientFrame), server: framesOf(ServerFrame) },
  conversation: { client: framesOf(RoomClientFrame), server: framesOf(RoomServerFrame) },
};

/** The AsyncAPI 3.0 document of both sockets, made from the schemas that server and SDK use. Written from the server's side. */
export const asyncApiDocument = ({ serverUrl }: AsyncApiOptions): object => {
  const { protocol, host, pathname } = new URL(serverUrl);
  const { socket, conversation } = spoken;
  const received = convert(
    "request",
    [TenantRef, Id, ...Object.values(socket.client), ...Object.values(conversation.client)],
    "draft-7",
  );
  const sent = convert("answer", [...Object.values(socket.server), ...Object.values(conversation.server)], "draft-7");
  const ofClients = {
    ...messages("client", socket.client, received),
    ...messages("roomClient", conversation.client, received),
  };
  const ofServer = { ...messages("server", socket.server, sent), ...messages("roomServer", conversation.server, sent) };
  const { schemas, answerName } = joinNames(
    { parts: ofClients, schemas: received },
    { parts: ofServer, schemas: sent },
  );
  const all = { ...ofClients, ...(mapRefs(ofServer, answerName) as typeof ofServer) };
  const named = (...sides: Side[]) =>
    Object.keys(all).filter((name) => sides.some((side) => name.startsWith(`${side}.`)));
  return {
    asyncapi: "3.0.0",
    info: {
      title: "StandBy sockets",
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
        messages: references(named("client", "server"), "#/components/messages/"),
        bindings: { ws: { method: "GET", headers: upgradeHeaders } },
        "x-subprotocols": [subprotocol, `${ticketPrefix}<ticket>`],
        "x-close-codes": closeCodes,
      },
      conversation: {
        address: "/v1/{tenant}/conversations/{conversationId}/sync",
        description: roomDescription,
        parameters: {
          tenant: { description: "The tenant's slug or id." },
          conversationId: { description: "The conversation's id." },
        },
        messages: references(named("roomClient", "roomServer"), "#/components/messages/"),
        bindings: { ws: { method: "GET", headers: upgradeHeaders, query: epochQuery } },
        "x-subprotocols": [subprotocol, `${ticketPrefix}<ticket>`],
        "x-close-codes": Object.values(roomClosing),
      },
    },
    operations: {
      receive: operation("receive", "socket", "What a device or page says", named("client")),
      send: operation("send", "socket", "What the server says", named("server")),
      receiveInRoom: operation("receive", "conversation", "What somebody says in a conversation", named("roomClient")),
      sendInRoom: operation("send", "conversation", "What the server says in a conversation", named("roomServer")),
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

type Side = "client" | "server" | "roomClient" | "roomServer";

const epochQuery: JsonSchema = {
  type: "object",
  properties: { epoch: { type: "string", description: "The document that is wanted, such as `3.0`." } },
};

const upgradeHeaders: JsonSchema = {
  type: "object",
  properties: {
    Authorization: { type: "string", description: "Bearer <session or device token>" },
    "Sec-WebSocket-Protocol": { type: "string", description: `${subprotocol}, ${ticketPrefix}<ticket>` },
  },
};

const messages = (
  side: Side,
  frames: Record<string, z.ZodType>,
  schemas: SchemaSet,
): Record<string, { name: string; summary: string; payload: JsonSchema }> =>
  Object.fromEntries(
    Object.entries(frames).map(([type, schema]) => [
      `${side}.${type}`,
      {
        name: type,
        summary: `\`${type}\` from the ${side.toLowerCase().endsWith("client") ? "client" : "server"}`,
        payload: schemas.of(schema),
      },
    ]),
  );

const references = (names: string[], where: string): Record<string, { $ref: string }> =>
  Object.fromEntries(names.map((name) => [name, { $ref: where + name }]));

const operation = (
  action: "send" | "receive",
  channel: "socket" | "conversation",
  summary: string,
  names: string[],
): object => ({
  action,
  summary,
  channel: { $ref: `#/channels/${channel}` },
  messages: names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
});
