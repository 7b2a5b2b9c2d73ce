/**
 * `npm run load:chat`: StandBy's rooms beside `@y/websocket-server` and `@hocuspocus/server`, in the same run on the same machine. The
 * two run on Node and keep everything in memory; StandBy runs on workerd and has stored each message, with its record, before
 * anybody gets it. docs/performance.md says what the figures mean.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as z from "zod";
import { canPin, pinProcess } from "../light/cores.ts";
import { limitTime } from "../time-limit.ts";
import { type FanOut, fanOut, type Joining, joining, memoryARoom, newMessage } from "./measures.ts";
import type { RoomServer } from "./room-server.ts";
import { startStandbyRooms } from "./standby-rooms.ts";
import { hocuspocus, startYjsRooms, yWebsocket } from "./yjs-rooms.ts";

const positive = z.coerce.number().int().positive();
const options = z.object({
  readers: positive,
  rounds: positive,
  messages: positive,
  rooms: positive,
  people: positive,
  json: z.string().optional(),
  "no-pin": z.boolean(),
  limit: positive,
});

const { values } = parseArgs({
  options: {
    readers: { type: "string", default: "500" },
    rounds: { type: "string", default: "30" },
    messages: { type: "string", default: "10000" },
    rooms: { type: "string", default: "100" },
    people: { type: "string", default: "500" },
    json: { type: "string" },
    "no-pin": { type: "boolean", default: false },
    limit: { type: "string", default: "900" },
  },
});
const asked = options.parse(values);
limitTime(asked.limit);
const pin = !asked["no-pin"] && canPin();
const [serverCore, clientCore] = pin ? [0, 1] : [undefined, undefined];
if (clientCore !== undefined) pinProcess(process.pid, clientCore);

interface Figures {
  fanOut: FanOut;
  joining: Joining;
  roomBytes: number;
}

const measure = async (server: RoomServer): Promise<Figures> => {
  const rooms = await server.rooms(asked.rooms + 1);
  const [room = "", ...others] = rooms;
  const roomBytes = await memoryARoom(server, others);
  console.error(`${server.name}: ${asked.readers} readers`);
  const out = await fanOut(server, room, asked.readers, asked.rounds);
  console.error(`${server.name}: a past of ${asked.messages} messages`);
  await server.fill(room, Array.from({ length: asked.messages }, newMessage));
  const join = await joining(server, room, 10);
  return { fanOut: out, joining: join, roomBytes };
};

const figures: Record<string, Figures> = {};
for (const start of [
  () => startStandbyRooms(asked.people, serverCore, clientCore, (line) => console.error(line)),
  () => startYjsRooms(yWebsocket, serverCore),
  () => startYjsRooms(hocuspocus, serverCore),
]) {
  const server = await start();
  try {
    figures[server.name] = await measure(server);
  } finally {
    await server.stop();
  }
}

const rows: [label: string, of: (figures: Figures) => number | undefined, digits: number][] = [
  [`${asked.readers} readers: message to last reader, ms`, (f) => f.fanOut.lastMs, 1],
  ["the same, worst, ms", (f) => f.fanOut.worstMs, 1],
  ["server CPU a delivered message, us", (f) => f.fanOut.usPerDelivery, 1],
  ["sqld CPU a delivered message, us", (f) => f.fanOut.storeUsPerDelivery, 1],
  ["missed", (f) => f.fanOut.missed, 0],
  [`joining ${asked.messages} messages: newest document, ms`, (f) => f.joining.newestMs, 1],
  ["the same, KiB", (f) => f.joining.newestBytes / 1024, 0],
  ["the whole past, ms", (f) => f.joining.wholeMs, 1],
  ["the same, KiB", (f) => f.joining.wholeBytes / 1024, 0],
  ["memory an open room, KiB", (f) => f.roomBytes / 1024, 0],
];
const names = Object.keys(figures);
console.log(["", ...names].map((name, i) => (i === 0 ? name.padEnd(52) : name.padStart(12))).join(""));
for (const [label, of, digits] of rows)
  console.log(
    [
      label.padEnd(52),
      ...names.map((name) => (of(figures[name] as Figures)?.toFixed(digits) ?? "-").padStart(12)),
    ].join(""),
  );
if (asked.json !== undefined) writeFileSync(asked.json, JSON.stringify(figures, null, 2));
process.exitCode = Object.values(figures).some((f) => f.fanOut.missed > 0) ? 1 : 0;
