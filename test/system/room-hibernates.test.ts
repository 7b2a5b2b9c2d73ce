/**
 * Proves issue 6, 4: a conversation's actor hibernates with its sockets open, also when somebody has said that they type (no timer is
 * kept by awareness), and serves them when it wakes. Seen from outside: what is in its memory alone, who is typing, is forgotten and
 * asked for again. How long the runtime waits before it lets an idle object go is its own (10 s when nothing runs).
 */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import * as Y from "yjs";
import { awareness, readServerFrame, step1 } from "../core/y-frames.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { enrol, makeOrganisation, type WireOrganisation } from "./wire-organisation.ts";

let standby: InstallationUnderTest;
let org: WireOrganisation;

beforeAll(async () => {
  standby = await startInstallation();
  org = await makeOrganisation(standby.url, standby.operatorToken, { people: 2, sites: 1 });
});

afterAll(() => standby.stop());

const follow = async (conversationId: string, token: string) => {
  const url = `${standby.url.replace("http", "ws")}/v1/${org.tenant}/conversations/${conversationId}/sync`;
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  const heard: ReturnType<typeof readServerFrame>[] = [];
  const doc = new Y.Doc();
  let closed: number | undefined;
  socket.on("close", (code) => {
    closed = code;
  });
  socket.on("message", (data: Buffer) => {
    const frame = readServerFrame(new Uint8Array(data));
    heard.push(frame);
    if (frame.type === "update") Y.applyUpdate(doc, frame.update);
  });
  await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.send(step1(Y.encodeStateVector(doc)));
  await expect.poll(() => heard.some(({ type }) => type === "step1")).toBe(true);
  return { socket, heard, doc, closed: () => closed };
};

test("an idle room is let go with its sockets open, and serves them again", { timeout: 120_000 }, async () => {
  const tokens = await enrol(
    org,
    org.people.map(({ userId }) => userId),
  );
  const { body } = await org.call("GET", "/conversations");
  const { conversationId } = body.items.find(({ kind }: { kind: string }) => kind === "everyone");
  const typing = await follow(conversationId, tokens[0] ?? "");
  typing.socket.send(awareness({ clientId: 77, clock: 1, state: { typing: true } }));
  await expect.poll(() => typing.heard.some(({ type }) => type === "awareness")).toBe(true);
  expect(typing.heard.some(({ type }) => type === "queryAwareness")).toBe(false);

  // Nothing is said for longer than an idle object is kept: the one thing here that only time can bring about.
  await pause(30_000);
  const late = await follow(conversationId, tokens[1] ?? "");
  await expect.poll(() => typing.heard.some(({ type }) => type === "queryAwareness"), { timeout: 10_000 }).toBe(true);
  typing.socket.send(awareness({ clientId: 77, clock: 2, state: { typing: true } }));
  await expect.poll(() => late.heard.some(({ type }) => type === "awareness"), { timeout: 10_000 }).toBe(true);

  const sent = await org.call("POST", `/conversations/${conversationId}/messages`, {
    messageId: "msg_after-sleep",
    text: "Awake",
  });
  expect(sent.status, sent.text).toBe(201);
  for (const { doc } of [typing, late])
    await expect.poll(() => doc.getArray("messages").length, { timeout: 10_000 }).toBe(1);
  expect(typing.closed()).toBeUndefined();
  typing.socket.terminate();
  late.socket.terminate();
});
