/** Devices of one site that come and go, and a watcher beside them in the same virtual user, so that one clock sees both. */
import { clearInterval, setInterval, setTimeout } from "k6/timers";
import type { WebSocket } from "k6/websockets";
import { isChurning } from "./churn-turns.ts";
import { holdDevice, type Observer, openSocket } from "./device.ts";

/** How many sockets of one virtual user may be on their way at once. */
const CONNECTING = 4;
/** The least time between two changes of one person, ms: a change must be on the board before the next can hide it. */
const REST_MS = 1_500;
const TICK_MS = 20;
/** Before the first turn, ms: the board of the whole site is large, and comes once. */
const WATCH_BEFORE_MS = 1_000;

export interface ChurnObserver extends Observer {
  /** A report of presence was sent. */
  changed(): void;
  /** It was answered so many milliseconds later. */
  answered(ms: number): void;
  /** It was on the watcher's board so many milliseconds after it was sent, at this moment. */
  shown(ms: number, sentAtMs: number): void;
  /** Reports that never were on the board. */
  unseen(count: number): void;
  /** Updates of the board a second, of one turn of churn. */
  framesASecond(count: number): void;
  /** How late this program's own timer was. */
  lag(ms: number): void;
}

export interface Walkers {
  readonly slug: string;
  readonly siteId: string;
  readonly watcherToken: string;
  readonly tokens: readonly string[];
  readonly changesPerSecond: number;
  /** When the first turn begins. */
  readonly startMs: number;
  readonly untilMs: number;
}

interface BoardFrame {
  readonly type: string;
  readonly full?: boolean;
  readonly version?: number;
  readonly people?: readonly { readonly userId: string }[];
  readonly left?: readonly string[];
  readonly alarmId?: string;
}

interface Waiting {
  readonly present: boolean;
  readonly at: number;
}

interface Walker {
  readonly socket: WebSocket;
  readonly userId: string;
  here: boolean;
  changedAt: number;
  unanswered: boolean;
}

/** Opens everything; the virtual user's iteration goes on until all is closed again. */
export function holdWalkers(walkers: Walkers, observer: ChurnObserver): void {
  const { siteId, tokens, startMs } = walkers;
  const waiting = new Map<string, Waiting>();
  const open: Walker[] = [];
  watch(walkers, waiting, observer);

  let opened = 0;
  const openNext = (): void => {
    const token = tokens[opened++];
    if (token === undefined) return;
    let walker: Walker | undefined;
    holdDevice(walkers.slug, token, walkers.untilMs, observer, {
      settled: (socket, userId) => {
        openNext();
        if (socket === undefined || userId === undefined) return;
        // Everybody is there at first: the tenant was made so.
        walker = { socket, userId, here: true, changedAt: 0, unanswered: false };
        open.push(walker);
      },
      frame: (type) => {
        if (type !== "presence" || walker?.unanswered !== true) return;
        walker.unanswered = false;
        observer.answered(Date.now() - walker.changedAt);
      },
    });
  };
  for (let i = 0; i < CONNECTING; i++) openNext();

  let next = 0;
  let owed = 0;
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now >= walkers.untilMs) return clearInterval(timer);
    if (now >= startMs) observer.lag(Math.max(0, now - last - TICK_MS));
    owed = isChurning(startMs, now) ? owed + ((now - last) / 1000) * walkers.changesPerSecond : 0;
    last = now;
    for (let tries = 0; owed >= 1 && tries < open.length; tries++) {
      const walker = open[next++ % open.length] as Walker;
      if (waiting.has(walker.userId) || walker.unanswered || walker.changedAt + REST_MS > now) continue;
      walker.here = !walker.here;
      walker.changedAt = now;
      walker.unanswered = true;
      waiting.set(walker.userId, { present: walker.here, at: now });
      walker.socket.send(JSON.stringify({ type: "presence", siteId, present: walker.here }));
      observer.changed();
      owed -= 1;
    }
  }, TICK_MS);
}

/**
 * Updates of the board in one turn. A version is the time of the push by the server's clock: how often the server pushes is what is
 * promised, and frames that were held up on a busy machine come closer together than they were pushed.
 */
interface Turn {
  readonly versions: Set<number>;
  /** When the last one came here, ms since 1970. */
  last: number;
}

function watch(walkers: Walkers, waiting: Map<string, Waiting>, observer: ChurnObserver): void {
  const socket = openSocket(walkers.slug, walkers.watcherToken);
  let turn: Turn | undefined;
  let ended = false;
  const endTurn = (): void => {
    const pushed = [...(turn?.versions ?? [])];
    const lasted = Math.max(...pushed) - Math.min(...pushed);
    if (pushed.length > 1) observer.framesASecond(((pushed.length - 1) * 1_000) / lasted);
    turn = undefined;
  };
  socket.onopen = () => {
    socket.send('{"type":"hello"}');
    setTimeout(
      () => {
        ended = true;
        endTurn();
        observer.unseen(waiting.size);
        socket.close();
      },
      Math.max(1, walkers.untilMs - Date.now()),
    );
    setTimeout(
      () => socket.send(JSON.stringify({ type: "watch", board: "site", siteId: walkers.siteId })),
      Math.max(1, walkers.startMs - WATCH_BEFORE_MS - Date.now()),
    );
  };
  socket.onmessage = (event) => {
    const now = Date.now();
    const frame = JSON.parse(String(event?.data)) as BoardFrame;
    if (frame.type === "alarm") socket.send(`{"type":"receipt","alarmId":"${frame.alarmId}"}`);
    if (frame.type !== "board" || frame.people === undefined || frame.full === true) return;
    if (turn !== undefined && now > turn.last + 1_000) endTurn();
    turn ??= { versions: new Set(), last: now };
    turn.versions.add(frame.version ?? 0);
    turn.last = now;
    const settle = (userId: string, present: boolean): void => {
      const change = waiting.get(userId);
      if (change?.present !== present) return;
      waiting.delete(userId);
      observer.shown(now - change.at, change.at);
    };
    for (const { userId } of frame.people) settle(userId, true);
    for (const userId of frame.left ?? []) settle(userId, false);
  };
  socket.onclose = () => {
    if (!ended) observer.lost("a watcher was closed by the server");
  };
}
