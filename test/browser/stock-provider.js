/** What a program of somebody else does: stock providers as they are published, for stock-provider.test.ts. */

import { IndexeddbPersistence } from "y-indexeddb";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";

window.follow = async (url, params, store) => {
  const doc = new Y.Doc();
  const kept = new IndexeddbPersistence(store, doc);
  await kept.whenSynced;
  const provider = new WebsocketProvider(url, "sync", doc, { params, disableBc: true });
  const list = () => doc.getArray("messages").toArray();
  let closedWith = "";
  provider.on("closed", ({ code }) => {
    closedWith = String(code);
  });
  return {
    texts: () => list().map((message) => message.text),
    clientIds: () => [...doc.store.clients.keys()],
    whenSynced: () =>
      provider.synced ? Promise.resolve() : new Promise((resolve) => provider.once("sync", () => resolve())),
    offline: () => provider.disconnect(),
    online: () => provider.connect(),
    write: (text) => doc.getArray("messages").push([{ messageId: "msg_forged", text }]),
    status: () => closedWith || (provider.wsconnected ? "connected" : "disconnected"),
  };
};
