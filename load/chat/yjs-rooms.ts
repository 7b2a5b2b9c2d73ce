/** Rooms of the two Yjs servers: whoever writes has the document and sends what it has changed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as Y from "yjs";
import { freePort } from "../../workers/self-hosted/ports.ts";
import { pinned } from "../light/cores.ts";
import { updateOf } from "./frames.ts";
import { Reader, type RoomAddress } from "./reader.ts";
import type { RoomServer } from "./room-server.ts";

const require = createRequire(import.meta.url);

interface Kind {
  name: string;
  program: () => string;
  address: (port: number, room: string) => RoomAddress;
}

export const yWebsocket: Kind = {
  name: "y-websocket",
  program: () => join(dirname(require.resolve("@y/websocket-server/package.json")), "src/server.js"),
  address: (port, room) => ({ url: `ws://127.0.0.1:${port}/${room}` }),
};

export const hocuspocus: Kind = {
  name: "hocuspocus",
  program: () => new URL("hocuspocus-server.ts", import.meta.url).pathname,
  address: (port, room) => ({ url: `ws://127.0.0.1:${port}/`, document: room }),
};

/** Starts a server of its own process. */
export const startYjsRooms = async (kind: Kind, core: number | undefined): Promise<RoomServer> => {
  const port = await freePort();
  const [program, ...args] = pinned(process.execPath, core);
  const child = spawn(program, [...args, kind.program()], {
    env: { ...process.env, HOST: "127.0.0.1", PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  await answers(child, kind.address(port, "probe"));
  const { pid } = child;
  if (pid === undefined) throw new Error(`${kind.name} did not start`);
  const writers = new Map<string, { doc: Y.Doc; reader: Reader }>();
  const writer = async (room: string) => {
    const known = writers.get(room);
    if (known !== undefined) return known;
    const made = { doc: new Y.Doc(), reader: await Reader.join(kind.address(port, room)) };
    writers.set(room, made);
    return made;
  };
  return {
    name: kind.name,
    pid,
    address: (room) => kind.address(port, room),
    rooms: async (count) => Array.from({ length: count }, (_, i) => `room-${i}`),
    write: async (room, message) => {
      const { doc, reader } = await writer(room);
      const before = Y.encodeStateVector(doc);
      doc.getArray("messages").push([message]);
      reader.socket.send(updateOf(reader.prefix, Y.encodeStateAsUpdate(doc, before)));
    },
    fill: async (room, messages) => {
      const { doc, reader } = await writer(room);
      for (const message of messages) doc.getArray("messages").push([message]);
      reader.socket.send(updateOf(reader.prefix, Y.encodeStateAsUpdate(doc)));
      await pause(2_000);
    },
    epochs: async () => [undefined],
    stop: async () => {
      for (const { reader } of writers.values()) reader.close();
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
};

const answers = async (child: ChildProcess, address: RoomAddress): Promise<void> => {
  for (let tries = 0; ; tries++) {
    try {
      (await Reader.join(address)).close();
      return;
    } catch (error) {
      if (tries > 100 || child.exitCode !== null) throw error;
      await pause(100);
    }
  }
};
