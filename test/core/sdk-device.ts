import { AlarmSocket } from "../../clients/sdk/alarm-socket.ts";
import type { Connect } from "../../clients/sdk/socket/connection.ts";
import type { SocketEvents } from "../../clients/sdk/socket/events.ts";
import { type SocketMemory, temporaryMemory } from "../../clients/sdk/socket/memory.ts";
import { FakeServer } from "./sdk-fake-server.ts";
import { ManualClock, settle } from "./sdk-manual-clock.ts";

const names = [
  "status",
  "welcome",
  "alarm",
  "alarmUpdate",
  "standDown",
  "board",
  "presence",
  "availability",
  "notice",
  "rollCall",
  "loneWorker",
  "answerAccepted",
  "answerRejected",
  "error",
] as const satisfies readonly (keyof SocketEvents)[];

type Heard = { [N in keyof SocketEvents]: SocketEvents[N][] };

/** A device with a clock that is moved by hand, on a server in memory. */
export const startDevice = (
  given: {
    server?: FakeServer;
    memory?: SocketMemory;
    clock?: ManualClock;
    random?: () => number;
    connect?: Connect;
  } = {},
) => {
  const server = given.server ?? new FakeServer();
  const clock = given.clock ?? new ManualClock();
  const memory = given.memory ?? temporaryMemory();
  const socket = new AlarmSocket({
    url: "ws://standby.example/v1/acme/socket",
    connect: given.connect ?? server.connect,
    memory,
    timers: clock,
    random: given.random ?? (() => 0.5),
  });
  const heard: Heard = {
    status: [],
    welcome: [],
    alarm: [],
    alarmUpdate: [],
    standDown: [],
    board: [],
    presence: [],
    availability: [],
    notice: [],
    rollCall: [],
    loneWorker: [],
    answerAccepted: [],
    answerRejected: [],
    error: [],
  };
  for (const name of names) socket.on(name, (value) => (heard[name] as unknown[]).push(value));
  socket.start();
  /** Lets an attempt that is under way succeed and everything flow. */
  const flow = async () => {
    await settle();
    server.open();
    server.flow();
    await settle();
  };
  return { server, clock, memory, socket, heard, flow };
};
