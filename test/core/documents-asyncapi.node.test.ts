import { Parser } from "@asyncapi/parser";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { roomClosing } from "../../protocol/conversation/closing.ts";
import { RoomClientFrame, RoomServerFrame } from "../../protocol/conversation/frames.ts";
import { asyncApiDocument } from "../../protocol/documents/asyncapi.ts";
import type { JsonSchema } from "../../protocol/documents/json-schema.ts";
import { ClientFrame } from "../../protocol/socket/client-frames.ts";
import { closing } from "../../protocol/socket/closing.ts";
import { ServerFrame } from "../../protocol/socket/server-frames.ts";
import { frames } from "./documents-examples.ts";
import { mutations } from "./documents-mutations.ts";

interface Document {
  channels: Record<
    "socket" | "conversation",
    { address: string; description: string; messages: Record<string, object> }
  >;
  operations: Record<string, { action: string; messages: { $ref: string }[] }>;
  components: { messages: Record<string, { payload: JsonSchema }> };
}

const document = asyncApiDocument({ serverUrl: "https://standby.example" }) as Document;

const ajv = new Ajv({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ ...document, $id: "document:" }, undefined, undefined, false);
const validatorOf = (name: string) =>
  ajv.compile({ $ref: `document:#/components/messages/${encodeURIComponent(name)}/payload` });

describe("the AsyncAPI document", () => {
  test("parses without an error", async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(structuredClone(document) as never);
    // The one thing the parser remarks is that 3.1 exists.
    expect(diagnostics.filter(({ code }) => code !== "asyncapi-latest-version")).toEqual([]);
    expect(parsed?.channels().get("socket")?.address()).toBe("/v1/{tenant}/socket");
    expect(parsed?.channels().get("conversation")?.address()).toBe("/v1/{tenant}/conversations/{conversationId}/sync");
    expect(parsed?.messages().all()).toHaveLength(Object.keys(frames).length);
  });

  test.each([
    ["socket", "client", ClientFrame, "receive", "server", ServerFrame, "send"],
    ["conversation", "roomClient", RoomClientFrame, "receiveInRoom", "roomServer", RoomServerFrame, "sendInRoom"],
  ] as const)(
    "has every frame of both sides of the %s and no other",
    (channel, client, asked, receive, server, answered, send) => {
      const clientTypes = asked.options.map((option) => `${client}.${option.shape.type.value}`).sort();
      const serverTypes = Object.keys(frames)
        .filter((name) => name.startsWith(`${server}.`))
        .sort();
      expect(answered.options).toHaveLength(serverTypes.length);
      expect(Object.keys(document.channels[channel].messages).sort()).toEqual([...clientTypes, ...serverTypes].sort());
      for (const [operation, types] of [
        [receive, clientTypes],
        [send, serverTypes],
      ] as const)
        expect(document.operations[operation]?.messages.map(({ $ref }) => $ref.split("/").at(-1)).sort()).toEqual(
          types,
        );
    },
  );

  test("has no message that is in neither", () => {
    const { socket, conversation } = document.channels;
    const all = [...Object.keys(socket.messages), ...Object.keys(conversation.messages)];
    expect(Object.keys(document.components.messages).sort()).toEqual(all.sort());
  });

  test("tells every close code and the subprotocol", () => {
    for (const { code, reason } of Object.values(closing))
      expect(document.channels.socket.description).toContain(`${code} ${reason}`);
    expect(document.channels.socket.description).toContain("standby.v1, ticket.<ticket>");
    for (const { code, reason } of Object.values(roomClosing))
      expect(document.channels.conversation.description).toContain(`${code} ${reason}`);
  });
});

describe.each(Object.keys(document.components.messages))("the message %s", (name) => {
  const validate = validatorOf(name);
  const side = name.split(".")[0] ?? "";
  const isClient = side.toLowerCase().endsWith("client");
  const schema = { client: ClientFrame, server: ServerFrame, roomClient: RoomClientFrame, roomServer: RoomServerFrame }[
    side
  ];
  if (schema === undefined) throw new Error(`nobody says ${name}`);

  test("takes its examples and judges wrong frames as the server does", () => {
    const given = frames[name] ?? [];
    expect(given.length).toBeGreaterThan(0);
    let refused = 0;
    for (const frame of given) {
      expect(schema.safeParse(frame).error).toBeUndefined();
      expect(validate(frame), ajv.errorsText(validate.errors)).toBe(true);
      for (const { what, value, adds } of mutations(frame)) {
        const taken = schema.safeParse(value).success;
        const described = validate(value);
        if (!described) refused++;
        // Another type of frame is judged by another message.
        if (taken) expect(described, what).toBe(true);
        if (adds) expect(described, what).toBe(!isClient);
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});
