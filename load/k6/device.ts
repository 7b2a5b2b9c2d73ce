/** Simulated devices of one virtual user: they say hello, answer each alarm with a receipt, and count what they get. */
import { setTimeout } from "k6/timers";
import { WebSocket } from "k6/websockets";
import { baseUrl } from "./parameters.ts";
import { raisedAt } from "./raise.ts";

/** How many sockets of one virtual user may be on their way at once. */
const CONNECTING = 4;

interface Frame {
  readonly type: string;
  readonly alarmId?: string;
  readonly message?: string;
  readonly user?: { readonly userId: string };
}

export interface Observer {
  /** An alarm came for the first time, so many milliseconds after it was raised. */
  received(ms: number, raisedAtMs: number): void;
  duplicate(): void;
  lost(reason: string): void;
  /** A device has stopped listening, after so many different alarms. */
  done(alarms: number): void;
}

/** What the holder of one device wants to know. */
export interface Holder {
  /** Told once: with the socket and whose it is after its `welcome`, or without when it came to nothing. */
  settled(socket?: WebSocket, userId?: string): void;
  /** Every other frame than an alarm or `welcome`. */
  frame?(type: string): void;
}

/**
 * Opens a device for each token and closes them all again; the virtual user's iteration goes on until then.
 *
 * @param untilMs when they stop listening, by `Date.now()`
 */
export function holdDevices(slug: string, tokens: readonly string[], untilMs: number, observer: Observer): void {
  let opened = 0;
  const openNext = (): void => {
    const token = tokens[opened++];
    if (token !== undefined) holdDevice(slug, token, untilMs, observer, { settled: openNext });
  };
  for (let i = 0; i < CONNECTING; i++) openNext();
}

export const openSocket = (slug: string, token: string): WebSocket =>
  new WebSocket(`${baseUrl.replace("http", "ws")}/v1/${slug}/socket`, null, {
    headers: { authorization: `Bearer ${token}` },
  });

export function holdDevice(slug: string, token: string, untilMs: number, observer: Observer, holder: Holder): void {
  const socket = openSocket(slug, token);
  const got = new Set<string>();
  let ended = false;
  let answered = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    observer.done(got.size);
    if (!answered) holder.settled();
  };
  socket.onopen = () => {
    socket.send('{"type":"hello"}');
    setTimeout(
      () => {
        end();
        socket.close();
      },
      Math.max(1, untilMs - Date.now()),
    );
  };
  socket.onmessage = (event) => {
    const now = Date.now();
    const frame = JSON.parse(String(event?.data)) as Frame;
    if (frame.type === "alarm" && frame.alarmId !== undefined) {
      socket.send(`{"type":"receipt","alarmId":"${frame.alarmId}"}`);
      if (got.has(frame.alarmId)) observer.duplicate();
      else {
        got.add(frame.alarmId);
        const raised = raisedAt(frame.message) ?? Number.NaN;
        observer.received(now - raised, raised);
      }
    } else if (frame.type === "welcome" && !answered) {
      answered = true;
      holder.settled(socket, frame.user?.userId);
    } else holder.frame?.(frame.type);
  };
  socket.onerror = (event) => {
    if (!ended) observer.lost(event?.error ?? "unknown");
    end();
  };
  socket.onclose = () => {
    if (!ended) observer.lost("closed by the server");
    end();
  };
}
