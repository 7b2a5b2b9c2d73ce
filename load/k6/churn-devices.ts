/** Devices of one site that come and go, and a watcher beside them in the same virtual user, so that one clock sees both. */
import { clearInterval, setInterval, setTimeout } from "k6/timers";
import type { WebSocket } from "k6/websockets";
import { holdDevice, type Observer, openSocket } from "./device.ts";

/** How many sockets of one virtual user may be on their way at once. */
const CONNECTING = 4;
/** The least time between two changes of one person, ms: a change must be on the board before the next can hide it. */
const REST_MS = 1_500;

export interface ChurnObserver extends Observer {
  /** A report of presence was sent. */
  changed(): void;
  /** It was on the watcher's board so many milliseconds later. */
  shown(ms: number): void;
  /** Reports that never were on the board. */
  unseen(count: number): void;
  /** Frames of the board in the fullest second. */
  framesASecond(count: number): void;
}

export interface Walkers {
  readonly slug: string;
  readonly siteId: string;
  readonly watcherToken: string;
  readonly devices: readonly { token: string; userId: string }[];
  readonly changesPerSecond: number;
  readonly churnFromMs: number;
  readonly churnUntilMs: number;
  readonly untilMs: number;
}

interface BoardFrame {
  readonly type: string;
  readonly full?: boolean;
  readonly people?: readonly { readonly userId: string }[];
  readonly left?: readonly string[];
  readonly alarmId?: string;
}

interface Waiting {
  readonly present: boolean;
  readonly at: number;
}

/** Opens everything; the virtual user's iteration goes on until all is closed again. */
export function holdWalkers(walkers: Walkers, observer: ChurnObserver): void {
  const { siteId, devices } = walkers;
  const waiting = new Map<string, Waiting>();
  const here = new Map<string, boolean>();
  const rested = new Map<string, number>();
  const sockets = new Map<string, WebSocket>();
  watch(walkers, waiting, observer);

  let opened = 0;
  const openNext = (): void => {
    const device = devices[opened++];
    if (device === undefined) return;
    holdDevice(walkers.slug, device.token, walkers.untilMs, observer, (socket) => {
      openNext();
      if (socket === undefined) return;
      sockets.set(device.userId, socket);
      // Everybody is there at first, so that the alarm of the site reaches them; most stay.
      socket.send(JSON.stringify({ type: "presence", siteId, present: true }));
      here.set(device.userId, true);
    });
  };
  for (let i = 0; i < CONNECTING; i++) openNext();

  setTimeout(
    () => {
      let next = 0;
      let owed = 0;
      let last = Date.now();
      const timer = setInterval(() => {
        const now = Date.now();
        if (now >= walkers.churnUntilMs) return clearInterval(timer);
        owed += ((now - last) / 1000) * walkers.changesPerSecond;
        last = now;
        for (let tries = 0; owed >= 1 && tries < devices.length; tries++) {
          const { userId } = devices[next++ % devices.length] as { userId: string };
          const socket = sockets.get(userId);
          if (socket === undefined || waiting.has(userId) || (rested.get(userId) ?? 0) > now) continue;
          const present = here.get(userId) !== true;
          here.set(userId, present);
          rested.set(userId, now + REST_MS);
          waiting.set(userId, { present, at: now });
          socket.send(JSON.stringify({ type: "presence", siteId, present }));
          observer.changed();
          owed -= 1;
        }
      }, 20);
    },
    Math.max(1, walkers.churnFromMs - Date.now()),
  );
}

function watch(walkers: Walkers, waiting: Map<string, Waiting>, observer: ChurnObserver): void {
  const socket = openSocket(walkers.slug, walkers.watcherToken);
  const seconds = new Map<number, number>();
  let ended = false;
  socket.onopen = () => {
    socket.send('{"type":"hello"}');
    setTimeout(
      () => {
        ended = true;
        observer.unseen(waiting.size);
        observer.framesASecond(Math.max(0, ...seconds.values()));
        socket.close();
      },
      Math.max(1, walkers.untilMs - Date.now()),
    );
    // The board of the whole site comes once, when all are there.
    setTimeout(
      () => socket.send(JSON.stringify({ type: "watch", board: "site", siteId: walkers.siteId })),
      Math.max(1, walkers.churnFromMs - 2_000 - Date.now()),
    );
  };
  socket.onmessage = (event) => {
    const now = Date.now();
    const frame = JSON.parse(String(event?.data)) as BoardFrame;
    if (frame.type === "alarm") socket.send(`{"type":"receipt","alarmId":"${frame.alarmId}"}`);
    if (frame.type !== "board" || frame.people === undefined) return;
    if (frame.full !== true) {
      const second = Math.floor(now / 1000);
      seconds.set(second, (seconds.get(second) ?? 0) + 1);
    }
    const settle = (userId: string, present: boolean): void => {
      const change = waiting.get(userId);
      if (change?.present !== present) return;
      waiting.delete(userId);
      observer.shown(now - change.at);
    };
    for (const { userId } of frame.people) settle(userId, true);
    for (const userId of frame.left ?? []) settle(userId, false);
  };
  socket.onclose = () => {
    if (!ended) observer.lost("a watcher was closed by the server");
  };
}
