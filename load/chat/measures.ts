/** What is measured of rooms, the same way for every server. */
import { setTimeout as pause } from "node:timers/promises";
import { median } from "../light/median.ts";
import { cpuMs, quiet, residentBytes } from "../light/process-use.ts";
import { inParallel } from "../parallel.ts";
import { Reader } from "./reader.ts";
import type { ChatMessage, RoomServer } from "./room-server.ts";

let made = 0;
/** About the length of a real chat message. */
export const newMessage = (): ChatMessage => {
  made += 1;
  return {
    messageId: `msg_load-${String(made).padStart(8, "0")}`,
    text: `Message ${made}: the lift in the east wing is stuck between two floors, who has the key?`,
  };
};

export interface FanOut {
  /** From handing the message to the socket until the last reader has it: median and worst, ms. */
  lastMs: number;
  worstMs: number;
  /** Server CPU a delivered message, us, until it has fallen quiet again. */
  usPerDelivery: number;
  storeUsPerDelivery: number | undefined;
  missed: number;
}

const messagePauseMs = 100;
const arrivalLimitMs = 10_000;

/** @param rounds messages, one after the other */
export const fanOut = async (server: RoomServer, room: string, readers: number, rounds: number): Promise<FanOut> => {
  const list: Reader[] = [];
  await inParallel(Array.from({ length: readers }), 32, async (_, i) => {
    list.push(await Reader.join(server.address(room, i)));
  });
  const pids = [server.pid, ...(server.storePid === undefined ? [] : [server.storePid])];
  const warm = 3;
  const lasts: number[] = [];
  let missed = 0;
  let before = pids.map(cpuMs);
  for (let round = -warm; round < rounds; round++) {
    if (round === 0) {
      await quiet(pids);
      before = pids.map(cpuMs);
    }
    const wanted = list.map(({ updates }) => updates + 1);
    const all = new Promise<void>((resolve) => {
      let left = list.length;
      for (const reader of list)
        reader.onUpdate = () => {
          left -= 1;
          if (left === 0) resolve();
        };
    });
    const start = performance.now();
    await server.write(room, newMessage());
    await Promise.race([all, pause(arrivalLimitMs)]);
    missed += list.filter((reader, i) => reader.updates !== wanted[i]).length;
    if (round >= 0) lasts.push(Math.max(...list.map(({ lastAt }) => lastAt)) - start);
    await pause(messagePauseMs);
  }
  await quiet(pids);
  const spent = pids.map((pid, i) => ((cpuMs(pid) - (before[i] as number)) * 1_000) / (rounds * readers));
  for (const reader of list) reader.close();
  return {
    lastMs: median(lasts),
    worstMs: Math.max(...lasts),
    usPerDelivery: spent[0] ?? Number.NaN,
    storeUsPerDelivery: spent[1],
    missed,
  };
};

export interface Joining {
  /** Until the newest document is there, and until the whole past is: medians, ms. */
  newestMs: number;
  wholeMs: number;
  newestBytes: number;
  wholeBytes: number;
}

export const joining = async (server: RoomServer, room: string, times: number): Promise<Joining> => {
  const epochs = await server.epochs(room);
  const newest: number[] = [];
  const whole: number[] = [];
  let bytes: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    bytes = [];
    for (const [n, epoch] of epochs.entries()) {
      const reader = await Reader.join(server.address(room, i, epoch));
      bytes.push(reader.joinedBytes);
      reader.close();
      if (n === 0) newest.push(performance.now() - start);
    }
    whole.push(performance.now() - start);
  }
  return {
    newestMs: median(newest),
    wholeMs: median(whole),
    newestBytes: bytes[0] ?? 0,
    wholeBytes: bytes.reduce((sum, one) => sum + one, 0),
  };
};

/** Resident memory that one more open room takes, with one reader and a few messages in it, bytes. */
export const memoryARoom = async (server: RoomServer, rooms: readonly string[]): Promise<number> => {
  await quiet([server.pid]);
  const before = residentBytes(server.pid);
  const readers: Reader[] = [];
  for (const [i, room] of rooms.entries()) {
    for (let n = 0; n < 5; n++) await server.write(room, newMessage());
    readers.push(await Reader.join(server.address(room, i)));
  }
  await quiet([server.pid]);
  const taken = residentBytes(server.pid) - before;
  for (const reader of readers) reader.close();
  return taken / rooms.length;
};
