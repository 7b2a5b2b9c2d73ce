import { toTime } from "../../../protocol/ids.ts";
import { limits } from "../../../protocol/limits.ts";
import type { ProblemCode } from "../../../protocol/problems.ts";
import type { BoardName, ClientFrame } from "../../../protocol/socket/client-frames.ts";
import { type Closing, closing } from "../../../protocol/socket/closing.ts";
import { coalesce } from "../../kernel/coalesce.ts";
import { type AnswerFacts, type CheckInFacts, onTheWall } from "../../kernel/messages.ts";
import type { SocketIndex } from "../../kernel/socket-index.ts";
import { nameOf } from "../../kernel/timers.ts";
import type { Courier } from "../delivery/courier.ts";
import { owedFrames } from "../delivery/delivery.ts";
import type { DeliveryStore } from "../delivery/delivery-store.ts";
import { write } from "../delivery/fan-out.ts";
import type { GrantStore } from "../grant-store.ts";
import type { PresenceDesk } from "../presence/presence-desk.ts";
import type { Crier } from "../roll-call/crier.ts";
import type { TenantStub } from "../tenant-stub.ts";
import { attachmentOf, type Connection, spend } from "./connection.ts";
import { decodeFrame } from "./decode.ts";

export interface SocketDeskParts {
  place: string;
  tenant: () => TenantStub;
  sockets: SocketIndex<Connection>;
  grants: GrantStore;
  deliveries: DeliveryStore;
  courier: Courier;
  presence: PresenceDesk;
  crier: Crier;
}

const checkInRefused: Partial<Record<ProblemCode, string>> = {
  conflict: "this roll-call is closed",
  not_found: "no such roll-call for you",
  invalid: "no such muster point",
};

const pong = JSON.stringify({ type: "pong" });

/** What devices and pages say on their sockets, and what they are answered (wire.md, Socket). */
export class SocketDesk {
  #parts: SocketDeskParts;
  /** Sockets whose snapshot of a board is on its way, with what came for them meanwhile. */
  #awaited = new Map<WebSocket, { board: BoardName; ref: string; frames: string[] }>();
  #answer: (facts: AnswerFacts) => Promise<Awaited<ReturnType<TenantStub["answers"]>>[number]>;

  #takeCheckIn: (facts: CheckInFacts) => Promise<Awaited<ReturnType<TenantStub["checkIns"]>>[number]>;

  constructor(parts: SocketDeskParts) {
    this.#parts = parts;
    // Answers go to the tenant at once; those that come while some are on their way go together next.
    this.#answer = coalesce((list) => parts.tenant().answers(list));
    this.#takeCheckIn = coalesce((list) => parts.tenant().checkIns(list));
  }

  async message(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const connection = this.#parts.sockets.of(socket);
    if (connection === undefined) return;
    const now = Date.now();
    if (!spend(connection, now)) return this.close(socket, closing.tooMany);
    const decoded = decodeFrame(message);
    if (!decoded.ok) {
      connection.badFrames += 1;
      if (decoded.tooLarge || connection.badFrames >= limits.badFrames) return this.close(socket, closing.undecodable);
      return this.#error(socket, "invalid", decoded.message, decoded.ref);
    }
    const { frame } = decoded;
    if (!connection.hello && frame.type !== "hello")
      return this.#error(socket, "invalid", "say hello first", frame.type);
    try {
      await this.#handle(socket, connection, frame, now);
    } catch (error) {
      console.error(JSON.stringify({ event: "frame", type: frame.type, error: nameOf(error) }));
      const ref = frame.type === "respond" ? frame.alarmId : frame.type === "checkIn" ? frame.rollCallId : frame.type;
      this.#error(socket, "unavailable", "not available right now; try again", ref);
    }
  }

  /** Closes a socket and forgets it at once: nothing is sent to it any more, whatever the peer does. */
  close(socket: WebSocket, why: Closing): void {
    this.#parts.sockets.remove(socket);
    try {
      socket.close(why.code, why.reason);
    } catch {
      // It was closed already.
    }
  }

  /** Sends a board's frame to every socket that watches it; after the snapshot, where that is still on its way. */
  pushBoard(board: BoardName, ref: string, frame: string): number {
    let watching = 0;
    for (const [socket, { watched }] of this.#parts.sockets.entries()) {
      const early = this.#awaited.get(socket);
      if (early !== undefined && early.board === board && early.ref === ref) early.frames.push(frame);
      else if (!watched.some((one) => one.board === board && one.ref === ref)) continue;
      else write(socket, frame);
      watching += 1;
    }
    return watching;
  }

  /** Every board that a socket here watches. */
  watched(): { board: BoardName; ref: string }[] {
    const all = new Map<string, { board: BoardName; ref: string }>();
    for (const [, connection] of this.#parts.sockets.entries())
      for (const one of connection.watched) all.set(`${one.board}|${one.ref}`, one);
    return [...all.values()];
  }

  async #handle(socket: WebSocket, connection: Connection, frame: ClientFrame, now: number): Promise<void> {
    const { courier, presence } = this.#parts;
    switch (frame.type) {
      case "receipt":
        return courier.receipt(connection, frame.alarmId, "received", now);
      case "seen":
        return courier.receipt(connection, frame.alarmId, "seen", now);
      case "ping":
        write(socket, pong);
        return;
      case "hello":
        return this.#hello(socket, connection, frame.lastSeq, now);
      case "respond":
        return this.#respond(socket, connection, frame);
      case "presence": {
        const { type: _, ...report } = frame;
        const taken = await presence.report(connection.userId, report, { id: connection.deviceId, own: true });
        if (taken.ok) this.#say(socket, { type: "presence", ...taken.value });
        else this.#error(socket, taken.refusal.code, "no such site or zone", frame.type);
        return;
      }
      case "availability": {
        const { type: _, ...report } = frame;
        const taken = await this.#parts.tenant().availabilityChanged(connection.userId, report);
        if (taken.ok) this.#say(socket, { type: "availability", ...taken.value });
        else this.#error(socket, taken.refusal.code, "not taken", frame.type);
        return;
      }
      case "checkedIn":
        return this.#checkedIn(socket, connection, frame);
      case "checkIn":
        return this.#checkIn(socket, connection, frame);
      case "watch":
        return this.#watch(socket, connection, frame.board, this.#refOf(connection, frame));
      case "unwatch":
        return this.#unwatch(socket, connection, frame.board);
    }
  }

  #hello(socket: WebSocket, connection: Connection, lastSeq: number | undefined, now: number): void {
    const { grants, deliveries, courier, crier } = this.#parts;
    const user = grants.personJson(connection.userId);
    if (user === undefined) {
      this.close(socket, closing.sessionEnded);
      return;
    }
    if (!connection.hello) {
      connection.hello = true;
      socket.serializeAttachment(attachmentOf(connection));
    }
    const known = deliveries.lastSeq();
    const resumed = lastSeq !== undefined && lastSeq >= deliveries.mark("floor");
    const seq = Math.max(known, lastSeq ?? 0);
    // Assembled as text: the person is stored as JSON, and ten thousand devices may say hello in the same second.
    write(socket, `{"type":"welcome","seq":${seq},"user":${user},"serverTime":"${toTime(now)}","resumed":${resumed}}`);
    const owed = owedFrames(deliveries.since(lastSeq), connection.userId, connection.deviceId, lastSeq);
    for (const { frame, alarm } of owed)
      if (write(socket, frame) && alarm !== undefined) courier.sentTo(alarm, connection.userId, now);
    for (const frame of crier.owed(connection.userId, now)) write(socket, frame);
  }

  async #respond(
    socket: WebSocket,
    connection: Connection,
    frame: Extract<ClientFrame, { type: "respond" }>,
  ): Promise<void> {
    const { type: _, ...facts } = frame;
    const { userId, deviceId } = connection;
    const answered = await this.#answer({ ...facts, userId, deviceId });
    if (!answered.ok) {
      const why = answered.refusal.code === "conflict" ? "this alarm has ended" : "no such alarm for you";
      return this.#error(socket, answered.refusal.code, why, frame.alarmId);
    }
    const { at, version, counts, state, fill, standBy } = answered.value;
    const { alarmId, response } = frame;
    this.#say(socket, { type: "responseAccepted", alarmId, response, at: toTime(at), ...(standBy ? { standBy } : {}) });
    // An answer on one device clears the person's others (ask 10), this one learns its state in the same words.
    const update = JSON.stringify({ type: "alarmUpdate", alarmId, version, counts, fill, you: { state, response } });
    for (const other of this.#parts.sockets.ofPerson(userId)) write(other, update);
  }

  async #checkedIn(
    socket: WebSocket,
    connection: Connection,
    frame: Extract<ClientFrame, { type: "checkedIn" }>,
  ): Promise<void> {
    const { type: _, ...facts } = frame;
    const taken = await this.#parts.tenant().loneWorkerCheckedIn(connection.userId, facts);
    if (taken.ok) return this.#say(socket, { type: "loneWorker", ...taken.value });
    const why = taken.refusal.code === "conflict" ? "this session has ended" : "no such session of yours";
    this.#error(socket, taken.refusal.code, why, frame.loneWorkerSessionId);
  }

  /** The person's other devices hear of it from the tenant, like of any change of the line. */
  async #checkIn(
    socket: WebSocket,
    connection: Connection,
    frame: Extract<ClientFrame, { type: "checkIn" }>,
  ): Promise<void> {
    const { type: _, ...facts } = frame;
    const taken = await this.#takeCheckIn({ ...facts, userId: connection.userId });
    if (taken.ok) return this.#say(socket, { ...taken.value, accepted: true });
    const { code } = taken.refusal;
    this.#error(socket, code, checkInRefused[code] ?? "not taken", frame.rollCallId);
  }

  /** What a board is about. Wallboards have an `alarms` board of their own. */
  #refOf({ userId }: Connection, frame: Extract<ClientFrame, { type: "watch" }>): string {
    const ref = frame.siteId ?? frame.alarmId ?? frame.rollCallId ?? "";
    if (frame.board !== "alarms") return ref;
    const user = JSON.parse(this.#parts.grants.personJson(userId) ?? "{}") as { permission?: string };
    return user.permission === "wallboard" ? onTheWall : "";
  }

  async #watch(socket: WebSocket, connection: Connection, board: BoardName, ref: string): Promise<void> {
    // A change right after the snapshot may overtake it, and no later frame would say it again.
    const early = { board, ref, frames: [] as string[] };
    this.#awaited.set(socket, early);
    try {
      const snapshot = await this.#parts.tenant().watch(this.#parts.place, connection.userId, board, ref);
      if (!snapshot.ok) return this.#error(socket, snapshot.refusal.code, "this board is not for you", "watch");
      connection.watched = [...connection.watched.filter((one) => one.board !== board), { board, ref }];
      socket.serializeAttachment(attachmentOf(connection));
      for (const frame of [...snapshot.value, ...early.frames]) write(socket, frame);
    } finally {
      if (this.#awaited.get(socket) === early) this.#awaited.delete(socket);
    }
  }

  #unwatch(socket: WebSocket, connection: Connection, board: BoardName): void {
    connection.watched = connection.watched.filter((one) => one.board !== board);
    socket.serializeAttachment(attachmentOf(connection));
  }

  #say(socket: WebSocket, frame: object): void {
    write(socket, JSON.stringify(frame));
  }

  #error(socket: WebSocket, code: ProblemCode, message: string, ref?: string): void {
    this.#say(socket, { type: "error", code, message, ...(ref === undefined ? {} : { ref }) });
  }
}
