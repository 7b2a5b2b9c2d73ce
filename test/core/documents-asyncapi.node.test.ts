import { Parser } from "@asyncapi/parser";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { asyncApiDocument } from "../../protocol/documents/asyncapi.ts";
import type { JsonSchema } from "../../protocol/documents/json-schema.ts";
import { ClientFrame } from "../../protocol/socket/client-frames.ts";
import { closing } from "../../protocol/socket/closing.ts";
import { ServerFrame } from "../../protocol/socket/server-frames.ts";
import { frames } from "./documents-examples.ts";
import { mutations } from "./documents-mutations.ts";

interface Document {
  channels: { socket: { address: string; description: string; messages: Record<string, object> } };
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
    expect(parsed?.messages().all()).toHaveLength(Object.keys(frames).length);
  });

  test("has every frame of both sides and no other", () => {
    const clientTypes = ClientFrame.options.map((option) => `client.${option.shape.type.value}`);
    const serverTypes = Object.keys(frames).filter((name) => name.startsWith("server."));
    expect(Object.keys(document.components.messages).sort()).toEqual([...clientTypes, ...serverTypes].sort());
    expect(ServerFrame.options).toHaveLength(serverTypes.length);
    expect(Object.keys(document.channels.socket.messages)).toEqual(Object.keys(document.components.messages));
    const received = document.operations.receive?.messages.map(({ $ref }) => $ref.split("/").at(-1));
    const sent = document.operations.send?.messages.map(({ $ref }) => $ref.split("/").at(-1));
    expect(received?.sort()).toEqual(clientTypes.sort());
    expect(sent?.sort()).toEqual(serverTypes.sort());
  });

  test("tells every close code and the subprotocol", () => {
    for (const { code, reason } of Object.values(closing))
      expect(document.channels.socket.description).toContain(`${code} ${reason}`);
    expect(document.channels.socket.description).toContain("standby.v1, ticket.<ticket>");
  });
});

describe.each(Object.keys(document.components.messages))("the message %s", (name) => {
  const validate = validatorOf(name);
  const isClient = name.startsWith("client.");
  const schema = isClient ? ClientFrame : ServerFrame;

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
