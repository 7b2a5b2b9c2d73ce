import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import WebSocket from "ws";
import type { Route } from "../../protocol/http/route.ts";
import { routes } from "../../protocol/http/routes.ts";
import { phoneJpeg } from "../photos/samples.ts";
import type { DocumentsCheck } from "./documents-check.ts";

interface Ask {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  bytes?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  token?: string;
  status?: number;
}

/** What documents.test.ts has made when conversations are looked at. */
export interface ConversationScene {
  url: string;
  check: DocumentsCheck;
  call: (route: Route, ask?: Ask) => Promise<Record<string, unknown>>;
  tenant: string;
  /** An administrator and somebody else, with their tokens. */
  admin: string;
  other: { userId: string; token: string };
}

const newId = () => `msg_${randomUUID().slice(0, 30)}`;

/** A conversation's socket whose text frames of both sides are held against the document. */
const connect = async ({ url, check, tenant }: ConversationScene, conversationId: string, token: string) => {
  const address = `${url.replace("http", "ws")}/v1/${tenant}/conversations/${conversationId}/sync`;
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } });
  const types: string[] = [];
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) return;
    const frame = JSON.parse(data.toString()) as { type: string };
    check.checkFrame("roomServer", frame);
    types.push(frame.type);
  });
  await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return {
    say: (frame: object) => {
      check.checkFrame("roomClient", frame);
      socket.send(JSON.stringify(frame));
    },
    heard: (type: string, times = 1) =>
      expect.poll(() => types.filter((one) => one === type).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(times),
    close: () => socket.close(),
  };
};

/** Calls every route of conversations and says and hears every frame of their sockets. */
export const checkConversations = async (scene: ConversationScene): Promise<void> => {
  const { call, tenant, admin, other } = scene;
  const as = (params: Record<string, string> = {}, rest: Ask = {}): Ask => ({
    token: admin,
    params: { tenant, ...params },
    ...rest,
  });
  await call(routes.listConversations, as({}, { query: { form: "chat", state: "open", limit: "10" } }));
  const made = await call(
    routes.createConversation,
    as({}, { body: { kind: "group", title: "Ploeg", userIds: [other.userId] } }),
  );
  const room = { conversationId: String(made.conversationId) };
  await call(routes.getConversation, as(room));
  await call(routes.patchConversation, as(room, { body: { title: "Ploeg noord" } }));
  await call(routes.listConversationMembers, as(room));
  const person = { ...room, userId: other.userId };
  await call(routes.deleteConversationMember, as(person));
  await call(routes.getConversation, { params: { tenant, ...room }, token: other.token, status: 404 });
  await call(routes.putConversationMember, as(person));

  const messageId = newId();
  await call(
    routes.sendMessage,
    as(room, { body: { messageId, text: "Waar is de sleutel?", mentions: [other.userId] } }),
  );
  const message = { ...room, messageId };
  await call(routes.patchMessage, as(message, { body: { text: "Waar is de sleutel van lift 2?" } }));
  await call(routes.reactToMessage, as(message, { body: { emoji: "👍", on: true } }));
  await call(routes.listMessages, as(room, { query: { after: "0", limit: "10" } }));
  await call(routes.putReadMark, as(room, { body: { read: 1 } }));

  const line = await connect(scene, room.conversationId, other.token);
  line.say({ type: "hello", messages: true, lastSeq: 0 });
  await line.heard("room");
  await line.heard("message");
  line.say({ type: "ping" });
  await line.heard("pong");
  const second = newId();
  line.say({ type: "send", messageId: second, text: "Bij de portier", replyTo: messageId });
  line.say({ type: "edit", messageId: second, text: "Bij de portier, kast 4" });
  line.say({ type: "react", messageId, emoji: "🙏", on: true });
  await line.heard("accepted", 3);
  line.say({ type: "received", received: 2 });
  line.say({ type: "read", read: 2 });
  await line.heard("marks");
  line.say({ type: "delete", messageId: second });
  await line.heard("accepted", 4);
  line.say({ type: "delete", messageId: "msg_no-such-one" });
  await line.heard("error");
  line.close();

  const bytes = Uint8Array.from(await phoneJpeg(800, 600));
  const headers = { "content-type": "image/jpeg" };
  const { photoId } = await call(routes.addPhoto, { ...as(room), bytes, headers });
  await call(routes.sendMessage, as(room, { body: { messageId: newId(), photoId } }));
  await call(routes.getPhoto, as({ ...room, photoId: String(photoId) }));

  await call(routes.getConversationState, as(room));
  await call(routes.deleteMessage, as(message));
  await call(routes.patchConversation, as(room, { body: { state: "closed" } }));
};
