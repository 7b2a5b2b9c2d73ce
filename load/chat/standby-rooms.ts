/** StandBy's rooms: people with sessions, messages as commands, each stored with its record before it is relayed. */
import { once } from "node:events";
import WebSocket from "ws";
import * as z from "zod";
import { Api } from "../api.ts";
import { openInstallation } from "../installation.ts";
import { canPin, pinProcess } from "../light/cores.ts";
import { inParallel } from "../parallel.ts";
import { setUpTenant } from "../setup.ts";
import type { ChatMessage, RoomServer } from "./room-server.ts";

const listed = z.object({ items: z.array(z.object({ conversationId: z.string(), kind: z.string() })) });
const made = z.object({ conversationId: z.string() });
const state = z.object({ epochs: z.array(z.object({ epoch: z.string() })) });
const accepted = z.object({ seq: z.number() });
const me = z.object({ userId: z.string() });

/** A person's sockets in one room, and messages in a burst, stay under the limits of the system. */
const readersAPerson = 8;
const writtenAtOnce = 16;
const busyWriters = 10;

/** @param people of the tenant: enough for the readers and for the past */
export const startStandbyRooms = async (
  people: number,
  core: number | undefined,
  storeCore: number | undefined,
  progress: (line: string) => void,
): Promise<RoomServer> => {
  const installation = await openInstallation();
  const { url, pids, operatorToken } = installation;
  if (pids === undefined) throw new Error("CPU is measured here, so SERVER_PID must name the process of workerd");
  if (canPin() && core !== undefined) pinProcess(pids.server, core);
  if (canPin() && storeCore !== undefined && pids.store !== undefined) pinProcess(pids.store, storeCore);
  const { slug, deviceTokens, adminToken } = await setUpTenant(
    url,
    operatorToken,
    { sites: 1, devices: people, present: false },
    progress,
  );
  const admin = new Api(url, adminToken);
  const tokenOf = (i: number): string => deviceTokens.at(i % deviceTokens.length) as string;
  const readerToken = (reader: number): string => tokenOf(Math.floor(reader / readersAPerson));
  const path = (room: string) => `/${slug}/conversations/${room}`;
  const writers = new Map<string, WebSocket[]>();
  let written = 0;
  let busiest: string | undefined;

  const writerOf = async (room: string): Promise<WebSocket> => {
    let sockets = writers.get(room);
    if (sockets === undefined) {
      // Where many messages follow each other, people write in turns: one alone would come to the limit of a person.
      const people = room === busiest ? busyWriters : 1;
      sockets = await Promise.all(
        Array.from({ length: people }, async (_, i) => {
          const socket = new WebSocket(`${url.replace("http", "ws")}/v1${path(room)}/sync`, {
            headers: { authorization: `Bearer ${tokenOf(-1 - i)}` },
          });
          await once(socket, "open");
          return socket;
        }),
      );
      writers.set(room, sockets);
    }
    written += 1;
    return sockets[written % sockets.length] as WebSocket;
  };

  return {
    name: "standby",
    pid: pids.server,
    ...(pids.store === undefined ? {} : { storePid: pids.store }),
    rooms: async (count) => {
      const { items } = await admin.call("GET", `/${slug}/conversations`, listed);
      const everyone = items.find(({ kind }) => kind === "everyone")?.conversationId;
      if (everyone === undefined) throw new Error("there is no conversation of everybody");
      busiest = everyone;
      // Those who will read and write in the groups, whichever of the people they are.
      const tokens = new Set(Array.from({ length: count }, (_, reader) => readerToken(reader)).concat(tokenOf(-1)));
      const userIds = await Promise.all(
        [...tokens].map(async (token) => (await new Api(url, token).call("GET", `/${slug}/me`, me)).userId),
      );
      const groups: string[] = [];
      for (let i = 1; i < count; i++) {
        const body = { kind: "group", title: `Group ${i}`, userIds };
        groups.push((await admin.call("POST", `/${slug}/conversations`, made, body)).conversationId);
      }
      return [everyone, ...groups];
    },
    address: (room, reader = 0, epoch) => ({
      url: `${url.replace("http", "ws")}/v1${path(room)}/sync${epoch === undefined ? "" : `?epoch=${epoch}`}`,
      headers: { authorization: `Bearer ${readerToken(reader)}` },
    }),
    write: async (room, message) => {
      (await writerOf(room)).send(JSON.stringify({ type: "send", ...message }));
    },
    fill: async (room, messages) => {
      await inParallel(messages, writtenAtOnce, async (message: ChatMessage, i) => {
        await new Api(url, tokenOf(i)).call("POST", `${path(room)}/messages`, accepted, message);
      });
    },
    epochs: async (room) => (await admin.call("GET", `${path(room)}/state`, state)).epochs.map(({ epoch }) => epoch),
    stop: async () => {
      for (const sockets of writers.values()) for (const socket of sockets) socket.terminate();
      await installation.stop();
    },
  };
};
