import { expect } from "vitest";
import WebSocket from "ws";
import * as Y from "yjs";
import { routes } from "../../protocol/http/routes.ts";
import { readServerFrame, step1, step2, written } from "../core/y-frames.ts";
import type { ConversationScene } from "./documents-conversations.ts";

/** Writes a line into a note, as a y-websocket provider would, and waits until the server has it. */
const write = async (
  { url, tenant, admin }: ConversationScene,
  conversationId: string,
  line: string,
): Promise<void> => {
  const address = `${url.replace("http", "ws")}/v1/${tenant}/conversations/${conversationId}/sync`;
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${admin}` } });
  const doc = new Y.Doc();
  let synced = false;
  socket.on("message", (data: Buffer) => {
    const frame = readServerFrame(new Uint8Array(data));
    if (frame.type === "update") Y.applyUpdate(doc, frame.update);
    if (frame.type === "step1") {
      socket.send(step2(Y.encodeStateAsUpdate(doc, frame.stateVector)));
      synced = true;
    }
  });
  await new Promise<void>((resolve, reject) => socket.once("open", resolve).once("error", reject));
  socket.send(step1(Y.encodeStateVector(doc)));
  await expect.poll(() => synced, { timeout: 10_000 }).toBe(true);
  const before = Y.encodeStateVector(doc);
  doc.getText("content").insert(0, line);
  socket.send(written(Y.encodeStateAsUpdate(doc, before)));
  // Somebody who comes now gets it: it is stored.
  await expect
    .poll(
      async () => {
        const late = new WebSocket(address, { headers: { authorization: `Bearer ${admin}` } });
        const copy = new Y.Doc();
        const whole = new Promise<void>((resolve) =>
          late.on("message", (data: Buffer) => {
            const frame = readServerFrame(new Uint8Array(data));
            if (frame.type !== "update") return;
            Y.applyUpdate(copy, frame.update);
            resolve();
          }),
        );
        await new Promise<void>((resolve, reject) => late.once("open", resolve).once("error", reject));
        late.send(step1(Y.encodeStateVector(copy)));
        await whole;
        late.terminate();
        return copy.getText("content").toString();
      },
      { timeout: 10_000 },
    )
    .toContain(line);
  socket.terminate();
};

/** Calls every route of notes. A version is kept when nobody has written for a minute: the one thing here that time alone brings about. */
export const beginNote = async (scene: ConversationScene, siteId: string): Promise<() => Promise<void>> => {
  const { call, tenant, admin } = scene;
  const as = (params: Record<string, string>) => ({ token: admin, params: { tenant, ...params } });
  const body = { kind: "site", form: "note", title: "Ontruimingsplan", siteId };
  const made = await call(routes.createConversation, { ...as({}), body });
  const note = { conversationId: String(made.conversationId) };
  await write(scene, note.conversationId, "Verzamelen bij de noorduitgang.");
  return async () => {
    await expect
      .poll(async () => ((await call(routes.listNoteVersions, as(note))).items as unknown[]).length, {
        timeout: 90_000,
        interval: 1_000,
      })
      .toBe(1);
    const { items } = (await call(routes.listNoteVersions, as(note))) as unknown as { items: { version: number }[] };
    const version = { ...note, version: String(items[0]?.version) };
    expect(await call(routes.getNoteVersion, as(version))).toMatchObject({ text: "Verzamelen bij de noorduitgang." });
    await write(scene, note.conversationId, "Niet meer geldig. ");
    expect(await call(routes.restoreNoteVersion, as(version))).toMatchObject({ restoredFrom: items[0]?.version });
  };
};
