import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { AlarmSocket } from "../../clients/sdk/alarm-socket.ts";
import { StandbyApi } from "../../clients/sdk/api.ts";
import { type Connect, ConnectRefused, connectByTicket } from "../../clients/sdk/socket/connection.ts";
import type { SocketEvents, SocketStatus } from "../../clients/sdk/socket/events.ts";
import { ClientFrame } from "../../protocol/socket/client-frames.ts";

/** Real sockets on loopback: a server that speaks a little of the wire, in one process with the client under test. */
const at = "2026-11-23T09:41:07.412Z";
const deviceToken = "d.acme.dev_12345678.secret";
const user = {
  userId: "usr_12345678",
  username: "j.devries",
  firstName: "Jan",
  lastName: "de Vries",
  locale: "nl",
  permission: "responder",
  roleIds: [],
  enabled: true,
};
const alarmOf = (seq: number) => ({
  type: "alarm",
  seq,
  alarmId: `alm_0000000${seq}`,
  kind: "test",
  urgency: "normal",
  silent: true,
  title: "Proef",
  raisedAt: at,
  raisedBy: { type: "user", id: user.userId, name: "Jan" },
});

let server: Server;
let sockets: WebSocketServer;
let url: string;
let tickets: Set<string>;
let refuseWith: { status: number; retryAfter?: string } | undefined;
let upgrades: number;
let frames: ClientFrame[];
let seq: number;
let onFrame: (socket: WebSocket, frame: ClientFrame) => void;

const authorized = (request: IncomingMessage): boolean => {
  if (request.headers.authorization === `Bearer ${deviceToken}`) return true;
  const [, ticket = ""] = String(request.headers["sec-websocket-protocol"] ?? "").split(/,\s*/);
  return tickets.delete(ticket.replace(/^ticket\./, ""));
};

beforeEach(async () => {
  tickets = new Set();
  refuseWith = undefined;
  upgrades = 0;
  frames = [];
  seq = 0;
  onFrame = () => undefined;
  sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "standby.v1" });
  server = createServer((request, response) => {
    if (request.method !== "POST" || request.url !== "/v1/acme/socket-tickets") return response.writeHead(404).end();
    const ticket = `t.acme.${"x".repeat(20)}${tickets.size}${upgrades}`;
    tickets.add(ticket);
    response.writeHead(201, { "Content-Type": "application/json" }).end(JSON.stringify({ ticket, expiresAt: at }));
  });
  server.on("upgrade", (request, socket, head) => {
    upgrades++;
    const refusal = refuseWith ?? (authorized(request) ? undefined : { status: 401 });
    if (refusal !== undefined) {
      const wait = refusal.retryAfter === undefined ? "" : `Retry-After: ${refusal.retryAfter}\r\n`;
      return socket.end(`HTTP/1.1 ${refusal.status} No\r\n${wait}Content-Length: 0\r\n\r\n`);
    }
    sockets.handleUpgrade(request, socket, head, (line) => {
      line.on("message", (data) => {
        const frame = ClientFrame.parse(JSON.parse(String(data)));
        frames.push(frame);
        if (frame.type === "hello") {
          line.send(JSON.stringify({ type: "welcome", seq, user, serverTime: at, resumed: true }));
          for (let n = (frame.lastSeq ?? 0) + 1; n <= seq; n++) line.send(JSON.stringify(alarmOf(n)));
        }
        onFrame(line, frame);
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const line of sockets.clients) line.terminate();
  server.close();
  await once(server, "close");
});

const heard = <N extends keyof SocketEvents>(socket: AlarmSocket, name: N, fits: (value: SocketEvents[N]) => boolean) =>
  new Promise<SocketEvents[N]>((resolve) => {
    const off = socket.on(name, (value) => {
      if (!fits(value)) return;
      off();
      resolve(value);
    });
  });
const reached = (socket: AlarmSocket, status: SocketStatus) => heard(socket, "status", (now) => now === status);

/** As a device on Node does it: the header instead of a ticket, and refusals with their status. */
const connectByHeader =
  (token: string): Connect =>
  (address, protocols) =>
    new Promise((resolve, reject) => {
      const line = new WebSocket(address, [...protocols], { headers: { Authorization: `Bearer ${token}` } });
      line.once("unexpected-response", (_, response) => {
        const after = response.headers["retry-after"];
        reject(new ConnectRefused(response.statusCode ?? 0, after === undefined ? undefined : Number(after)));
        response.resume();
      });
      line.once("open", () => resolve(line));
      line.once("error", reject);
    });

test("a page connects by a fresh ticket for each line, through lines that break", async () => {
  const api = new StandbyApi({ baseUrl: url, tenant: "acme", token: deviceToken });
  const socket = new AlarmSocket({ url: api.socketUrl, connect: connectByTicket(api) });
  const shown: number[] = [];
  socket.on("alarm", (alarm) => shown.push(alarm.seq));
  socket.start();
  for (let round = 1; round <= 4; round++) {
    // Every line breaks with the receipt; the alarm of the round is raised while nobody is connected.
    seq = round;
    onFrame = (line, frame) => {
      if (frame.type === "receipt" && frame.alarmId === alarmOf(round).alarmId) line.terminate();
    };
    if (round > 1) for (const line of sockets.clients) line.terminate();
    await heard(socket, "alarm", (alarm) => alarm.seq === round);
    await reached(socket, "offline");
  }
  await socket.stop();
  expect(shown).toEqual([1, 2, 3, 4]);
  expect(upgrades).toBeGreaterThanOrEqual(4);
  expect(frames.filter(({ type }) => type === "hello").at(-1)).toEqual({ type: "hello", lastSeq: 3 });
}, 30_000);

test("an answer survives cuts between sending and confirmation", async () => {
  const api = new StandbyApi({ baseUrl: url, tenant: "acme" });
  const socket = new AlarmSocket({ url: api.socketUrl, connect: connectByHeader(deviceToken) });
  let cuts = 0;
  onFrame = (line, frame) => {
    if (frame.type !== "respond") return;
    if (cuts++ < 2) line.terminate();
    else line.send(JSON.stringify({ type: "responseAccepted", alarmId: frame.alarmId, response: frame.response, at }));
  };
  const accepted = heard(socket, "answerAccepted", () => true);
  socket.start();
  await socket.respond("alm_00000001", "onScene", { text: "Bij de trap" });
  expect(await accepted).toMatchObject({ response: "onScene" });
  await socket.stop();
  expect(frames.filter(({ type }) => type === "respond")).toHaveLength(3);
}, 30_000);

test("a refused upgrade is read: 401 ends, Retry-After waits", async () => {
  const api = new StandbyApi({ baseUrl: url, tenant: "acme" });
  const stranger = new AlarmSocket({ url: api.socketUrl, connect: connectByHeader("somebody-elses-token") });
  const ended = reached(stranger, "ended");
  stranger.start();
  await ended;
  expect(upgrades).toBe(1);

  refuseWith = { status: 429, retryAfter: "1" };
  const device = new AlarmSocket({ url: api.socketUrl, connect: connectByHeader(deviceToken), random: () => 0 });
  const offline = reached(device, "offline");
  const online = reached(device, "online");
  device.start();
  await offline;
  const refusedAt = performance.now();
  refuseWith = undefined;
  await online;
  expect(performance.now() - refusedAt).toBeGreaterThan(950);
  await device.stop();
}, 30_000);
