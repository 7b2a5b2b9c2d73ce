/**
 * People talk in rooms: everybody is in the room of all and in one group of ten. Messages are sent at a constant rate into all rooms
 * in turns; every member's socket must get each message of its room exactly once and in one order, and every message must be
 * answered. Sending and receiving happen in one process, so one clock tells how long it took.
 *
 * `npm run load -- chat-rooms --sockets 500 --messages 300` runs it; the parameters are those of parameters.ts.
 */
import exec from "k6/execution";
import { Counter, Trend } from "k6/metrics";
import type { Options } from "k6/options";
import { setTimeout } from "k6/timers";
import { WebSocket } from "k6/websockets";
import { call } from "./call.ts";
import { baseUrl, connectSeconds, holders, lingerSeconds, messageRate, messages, sockets } from "./parameters.ts";
import { chatSummary, type Data } from "./summary.ts";
import { setUpTenant } from "./tenant.ts";

const groupSize = 10;

const toReader = new Trend("message_to_reader_ms", true);
const answered = new Trend("message_accepted_ms", true);
const accepted = new Counter("messages_accepted");
const received = new Counter("received");
const missed = new Counter("missed");
const duplicates = new Counter("duplicates");
const unexpected = new Counter("unexpected");
const outOfOrder = new Counter("out_of_order");
const lostSockets = new Counter("lost_sockets");
const socketsDone = new Counter("devices_done");

const sendSeconds = Math.ceil((messages * 60) / messageRate);
const holdSeconds = connectSeconds + sendSeconds + lingerSeconds;
const groups = Math.ceil(sockets / groupSize);

/** A message goes to the room of all, or to a group: a tenth to all. */
const roomOf = (message: number): number => (message % 10 === 0 ? 0 : 1 + (message % groups));
const sentTo = (room: number): number =>
  Array.from({ length: messages }, (_, i) => roomOf(i)).filter((one) => one === room).length;
const membersOf = (room: number): number =>
  room === 0 ? sockets : Math.min(groupSize, sockets - (room - 1) * groupSize);
const expected = Array.from({ length: groups + 1 }, (_, room) => sentTo(room) * membersOf(room)).reduce(
  (sum, one) => sum + one,
  0,
);

export const options: Options = {
  setupTimeout: "15m",
  summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
  scenarios: {
    rooms: {
      executor: "per-vu-iterations",
      exec: "hold",
      vus: holders,
      iterations: 1,
      maxDuration: `${holdSeconds + 30}s`,
      gracefulStop: "5s",
    },
  },
  thresholds: {
    // A threshold on a counter that was never added to does not fail, so the sums that must be reached are named as well.
    messages_accepted: [`count==${messages}`],
    received: [`count==${expected}`],
    devices_done: [`count==${2 * sockets}`],
    missed: ["count==0"],
    duplicates: ["count==0"],
    unexpected: ["count==0"],
    out_of_order: ["count==0"],
    lost_sockets: ["count==0"],
  },
};

interface Chat {
  slug: string;
  tokens: string[];
  /** The room of all, then the groups. */
  rooms: string[];
}

export function setup(): Chat {
  const { slug, adminToken, userIds, deviceTokens } = setUpTenant(1, sockets);
  const { items } = call<{ items: { conversationId: string; kind: string }[] }>({
    method: "GET",
    path: `/${slug}/conversations`,
    token: adminToken,
  });
  const everyone = items.find(({ kind }) => kind === "everyone")?.conversationId;
  if (everyone === undefined) throw new Error("there is no conversation of everybody");
  const made = Array.from({ length: groups }, (_, i) => {
    const body = { kind: "group", title: `Group ${i}`, userIds: userIds.slice(i * groupSize, (i + 1) * groupSize) };
    const path = `/${slug}/conversations`;
    return call<{ conversationId: string }>({ method: "POST", path, token: adminToken, body }).conversationId;
  });
  return { slug, tokens: deviceTokens, rooms: [everyone, ...made] };
}

interface Frame {
  type: string;
  messageId?: string;
  message?: { messageId: string; seq: number };
}

/** Holds the sockets of some people, two each, and sends the messages that fall to them. */
export function hold(chat: Chat): void {
  const holder = exec.scenario.iterationInTest;
  const startMs = exec.scenario.startTime;
  const untilMs = startMs + holdSeconds * 1_000;
  const people = chat.tokens.flatMap((_, i) => (i % holders === holder ? [i] : []));
  for (const [n, person] of people.entries()) {
    // Not all at once: the time to connect is not what is measured here.
    const wait = (n * connectSeconds * 900) / Math.max(1, people.length);
    setTimeout(() => {
      for (const room of [0, 1 + Math.floor(person / groupSize)]) open(chat, person, room, startMs, untilMs);
    }, wait);
  }
}

function open(chat: Chat, person: number, room: number, startMs: number, untilMs: number): void {
  const url = `${baseUrl.replace("http", "ws")}/v1/${chat.slug}/conversations/${chat.rooms[room]}/sync`;
  const socket = new WebSocket(url, null, { headers: { authorization: `Bearer ${chat.tokens[person]}` } });
  const got = new Set<string>();
  const sentAt = new Map<string, number>();
  let lastSeq = 0;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    socketsDone.add(1);
    missed.add(Math.max(0, sentTo(room) - got.size));
    unexpected.add(Math.max(0, got.size - sentTo(room)));
  };
  socket.onopen = () => {
    socket.send('{"type":"hello","messages":true}');
    setTimeout(
      () => {
        end();
        socket.close();
      },
      Math.max(1, untilMs - Date.now()),
    );
    for (let message = 0; message < messages; message++) {
      if (roomOf(message) !== room || senderOf(message, room) !== person) continue;
      const at = startMs + connectSeconds * 1_000 + (message * 60_000) / messageRate;
      setTimeout(
        () => {
          const messageId = `msg_k6-${String(message).padStart(8, "0")}`;
          const now = Date.now();
          sentAt.set(messageId, now);
          socket.send(JSON.stringify({ type: "send", messageId, text: `sent-at ${now}` }));
        },
        Math.max(1, at - Date.now()),
      );
    }
  };
  socket.onmessage = (event) => {
    const now = Date.now();
    const frame = JSON.parse(String(event?.data)) as Frame & { message?: { text?: string } };
    if (frame.type === "message" && frame.message !== undefined) {
      const { messageId, seq, text } = frame.message;
      if (got.has(messageId)) duplicates.add(1);
      else {
        got.add(messageId);
        received.add(1);
        toReader.add(now - Number(text?.split(" ")[1]));
      }
      if (seq <= lastSeq) outOfOrder.add(1);
      lastSeq = seq;
    }
    if (frame.type === "accepted" && frame.messageId !== undefined) {
      accepted.add(1);
      answered.add(now - (sentAt.get(frame.messageId) ?? Number.NaN));
    }
    if (frame.type === "error") console.error(String(event?.data));
  };
  socket.onerror = () => {
    if (!ended) lostSockets.add(1);
    end();
  };
  socket.onclose = () => {
    if (!ended) lostSockets.add(1);
    end();
  };
}

/** The members of a room send in turns. */
function senderOf(message: number, room: number): number {
  const first = room === 0 ? 0 : (room - 1) * groupSize;
  return first + (Math.floor(message / 10) % membersOf(room));
}

export function handleSummary(data: Data): Record<string, string> {
  const summary = { stdout: chatSummary(data) };
  return __ENV.SUMMARY_JSON ? { ...summary, [__ENV.SUMMARY_JSON]: JSON.stringify(data, null, 2) } : summary;
}
