import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";
import type { DocumentKeeper } from "../../clients/sdk/conversation/epoch-document.ts";
import { StandbyProblem } from "../../clients/sdk/problem.ts";
import type { SocketLike } from "../../clients/sdk/socket/connection.ts";
import { RoomClientFrame } from "../../protocol/conversation/frames.ts";
import type { ConversationState, Message } from "../../protocol/conversation/rooms.ts";
import { limits } from "../../protocol/limits.ts";
import { type ManualClock, settle } from "./sdk-manual-clock.ts";

type Listener = (event: unknown) => void;

/** One end of a line in memory. Frames lie in the line until `flow`, so a cut loses those that are under way. */
class FakeRoomLine implements SocketLike {
  readyState = 0;
  readonly epoch: string;
  readonly #listeners: { type: string; listener: Listener }[] = [];
  toServer: (string | Uint8Array)[] = [];
  toClient: (string | Uint8Array)[] = [];
  telling = false;
  messages = false;

  constructor(epoch: string) {
    this.epoch = epoch;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.push({ type, listener });
  }

  send(data: string | Uint8Array): void {
    if (this.readyState !== 1) throw new Error("not open");
    this.toServer.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  emit(type: string, event: unknown): void {
    for (const known of this.#listeners) if (known.type === type) known.listener(event);
  }
}

interface FakeEpoch {
  name: string;
  doc: Y.Doc;
  firstSeq: number;
  ended: boolean;
}

const at = "2026-11-28T09:41:07.412Z";
const framed = (...parts: (number | Uint8Array)[]): Uint8Array => {
  const encoder = encoding.createEncoder();
  for (const part of parts)
    if (typeof part === "number") encoding.writeVarUint(encoder, part);
    else encoding.writeVarUint8Array(encoder, part);
  return encoding.toUint8Array(encoder);
};

/** A room as frames.ts and the y-websocket protocol describe it to the devices of one person. Its memory outlives its lines. */
export class FakeRoom {
  reachable = true;
  readonly form: "chat" | "note";
  /** What the question about the room is refused with. */
  refusal: number | undefined;
  /** Commands of these ids are refused with these codes. */
  readonly rejects = new Map<string, string>();
  /** Commands are taken and not answered. */
  mute = false;
  readonly lines: FakeRoomLine[] = [];
  readonly frames: RoomClientFrame[] = [];
  /** Bytes that clients said about awareness. */
  awareness = 0;
  asked = 0;
  closed = false;
  /** Writes of clients to a chat's document. */
  denied = 0;
  /** Why a note takes nothing, as its server says it. */
  noteRefuses: "too_large" | "forbidden" | undefined;
  /** Bytes of each frame that a note's document was written by. */
  readonly noteFrames: number[] = [];
  readonly epochs: FakeEpoch[] = [];
  readonly #messages = new Map<string, Message>();
  seq = 0;

  constructor(form: "chat" | "note" = "chat") {
    this.form = form;
    this.beginEpoch();
  }

  get current(): FakeEpoch {
    const epoch = this.epochs.at(-1);
    if (epoch === undefined) throw new Error("no epoch");
    return epoch;
  }

  /** In the order of the documents. */
  get stored(): Message[] {
    return this.epochs.flatMap(({ doc }) => doc.getArray<Message>("messages").toArray());
  }

  readonly api = {
    roomUrl: (_: string, epoch: string) => `ws://room?epoch=${epoch}`,
    call: async (): Promise<never> => {
      this.asked++;
      if (!this.reachable) throw new TypeError("connection refused");
      if (this.refusal !== undefined) throw new StandbyProblem(this.refusal, undefined);
      return this.#state() as never;
    },
  };

  #state(): ConversationState {
    return {
      conversationId: "cnv_12345678",
      form: this.form,
      state: this.closed ? "closed" : "open",
      mayWrite: !this.closed,
      epoch: this.current.name,
      epochs: this.epochs.toReversed().map(({ name, firstSeq, doc }) => ({
        epoch: name,
        firstSeq,
        messages: doc.getArray("messages").length,
        startedAt: at,
      })),
      lastSeq: this.seq,
      marks: [{ userId: "usr_me000000", received: 0, read: 0 }],
    };
  }

  connect = (url: string): SocketLike => {
    if (!this.reachable) throw new TypeError("connection refused");
    const line = new FakeRoomLine(new URL(url).searchParams.get("epoch") ?? "");
    this.lines.push(line);
    return line;
  };

  /** The newest line that is not closed. */
  get line(): FakeRoomLine | undefined {
    return this.lines.findLast(({ readyState }) => readyState <= 1);
  }

  open(): void {
    for (const line of this.lines) {
      if (line.readyState !== 0) continue;
      line.readyState = 1;
      line.emit("open", {});
      if (!this.epochs.some(({ name }) => name === line.epoch)) this.#close(line, 4410);
    }
  }

  cut(code = 1006): void {
    for (const line of this.lines) if (line.readyState <= 1) this.#close(line, code);
  }

  #close(line: FakeRoomLine, code: number): void {
    line.readyState = 3;
    line.emit("close", { code });
  }

  beginEpoch(): void {
    const former = this.epochs.at(-1);
    if (former !== undefined) former.ended = true;
    const doc = new Y.Doc();
    doc.clientID = 1;
    this.epochs.push({ name: `${this.epochs.length + 1}.0`, doc, firstSeq: this.seq + 1, ended: false });
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      for (const line of this.lines)
        if (line.readyState === 1 && line !== origin && this.epochOf(line)?.doc === doc)
          line.toClient.push(framed(0, 2, update));
    });
    for (const line of this.lines) if (line.telling) this.#sayState(line);
  }

  /** An epoch is made anew after an erasure: its former document is gone. */
  makeAnew(index: number, without: (message: Message) => boolean): void {
    const former = this.epochs[index];
    if (former === undefined) return;
    const [number, generation] = former.name.split(".").map(Number);
    const doc = new Y.Doc();
    doc.getArray("messages").push(
      former.doc
        .getArray<Message>("messages")
        .toArray()
        .filter((m) => !without(m)),
    );
    this.epochs[index] = { ...former, doc, name: `${number}.${Number(generation) + 1}` };
    for (const line of this.lines) if (line.readyState === 1 && line.epoch === former.name) this.#close(line, 4410);
  }

  epochOf(line: FakeRoomLine): FakeEpoch | undefined {
    return this.epochs.find(({ name }) => name === line.epoch);
  }

  /** Somebody else writes. */
  write(text: string): string {
    const messageId = `msg_other${String(this.seq + 1).padStart(4, "0")}`;
    this.#append({ messageId, authorId: "usr_other000", text });
    return messageId;
  }

  #append(message: Pick<Message, "messageId" | "authorId" | "text">): Message {
    this.seq += 1;
    const whole = { ...message, seq: this.seq, at };
    this.#messages.set(message.messageId, whole);
    this.current.doc.getArray("messages").push([whole]);
    this.#told(whole);
    return whole;
  }

  #told(message: Message): void {
    for (const line of this.lines)
      if (line.messages && line.readyState === 1) line.toClient.push(JSON.stringify({ type: "message", message }));
  }

  /** Puts a changed message in the place of what it was. */
  change(messageId: string, part: Partial<Message>): Message | undefined {
    const former = this.#messages.get(messageId);
    if (former === undefined) return undefined;
    const message = { ...former, ...part };
    this.#messages.set(messageId, message);
    for (const { doc } of this.epochs) {
      const list = doc.getArray<Message>("messages");
      const place = list.toArray().findIndex((one) => one.messageId === messageId);
      if (place < 0) continue;
      doc.transact(() => {
        list.delete(place, 1);
        list.insert(place, [message]);
      });
    }
    this.#told(message);
    return message;
  }

  /** Delivers what is under way, both ways, until nothing is. */
  flow(): void {
    for (let moved = true; moved; ) {
      moved = false;
      for (const line of this.lines) {
        if (line.readyState !== 1) continue;
        const fromClient = line.toServer.shift();
        if (fromClient !== undefined) this.#take(line, fromClient);
        const fromServer = line.toClient.shift();
        if (fromServer !== undefined) line.emit("message", { data: fromServer });
        moved ||= fromClient !== undefined || fromServer !== undefined;
      }
    }
  }

  #sayState(line: FakeRoomLine): void {
    const { conversationId, form, state, mayWrite, epoch, lastSeq } = this.#state();
    const room = {
      type: "room",
      conversationId,
      form,
      state,
      mayWrite,
      epoch,
      document: line.epoch,
      lastSeq,
      serverTime: at,
    };
    line.toClient.push(JSON.stringify(room));
  }

  #take(line: FakeRoomLine, data: string | Uint8Array) {
    if (typeof data !== "string") return this.#bytes(line, data);
    if (data === '{"type":"ping"}') {
      line.toClient.push('{"type":"pong"}');
      return;
    }
    const frame = RoomClientFrame.parse(JSON.parse(data));
    this.frames.push(frame);
    if (frame.type === "hello") {
      line.telling = true;
      line.messages = frame.messages === true;
      return this.#sayState(line);
    }
    if ("messageId" in frame) this.#command(line, frame);
  }

  #command(line: FakeRoomLine, frame: Extract<RoomClientFrame, { messageId: string }>): void {
    const code = this.rejects.get(frame.messageId) ?? (this.closed ? "forbidden" : undefined);
    if (code !== undefined) {
      line.toClient.push(JSON.stringify({ type: "error", code, message: "No", ref: frame.messageId }));
      return;
    }
    const { type, messageId } = frame;
    const known = this.#messages.get(messageId);
    let after = known;
    if (frame.type === "send")
      after ??= this.#append({
        messageId,
        authorId: "usr_me000000",
        ...(frame.text === undefined ? {} : { text: frame.text }),
      });
    else if (frame.type === "edit") after = this.change(messageId, { text: frame.text, editedAt: at });
    else if (frame.type === "delete") after = this.change(messageId, { gone: "deleted" });
    else after = this.change(messageId, { reactions: frame.on ? { [frame.emoji]: ["usr_me000000"] } : {} });
    if (!this.mute)
      line.toClient.push(JSON.stringify({ type: "accepted", of: type, messageId, seq: after?.seq ?? 0, at }));
  }

  #bytes(line: FakeRoomLine, bytes: Uint8Array): void {
    const decoder = decoding.createDecoder(bytes);
    const kind = decoding.readVarUint(decoder);
    if (kind === 1) this.awareness++;
    const doc = this.epochOf(line)?.doc;
    if (kind !== 0 || doc === undefined) return;
    const type = decoding.readVarUint(decoder);
    const content = decoding.readVarUint8Array(decoder);
    if (type === 0) {
      line.toClient.push(framed(0, 1, Y.encodeStateAsUpdate(doc, content)), framed(0, 0, Y.encodeStateVector(doc)));
      return;
    }
    if (this.form === "note") this.#noteBytes(line, doc, { isAnswer: type === 1, content, bytes: bytes.byteLength });
    else if (!Y.snapshotContainsUpdate(Y.snapshot(doc), content)) {
      this.#deny(line);
    }
  }

  #deny(line: FakeRoomLine): void {
    this.denied++;
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, 2);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarString(encoder, "read only");
    line.toClient.push(encoding.toUint8Array(encoder));
  }

  #noteBytes(
    line: FakeRoomLine,
    doc: Y.Doc,
    { isAnswer, content, bytes }: { isAnswer: boolean; content: Uint8Array; bytes: number },
  ): void {
    this.noteFrames.push(bytes);
    if (bytes > (isAnswer ? limits.documentBytes : limits.noteFrameBytes)) {
      this.#close(line, 4400);
      return;
    }
    if (Y.snapshotContainsUpdate(Y.snapshot(doc), content)) return;
    if (this.noteRefuses === undefined) {
      Y.applyUpdate(doc, content, line);
      return;
    }
    this.#deny(line);
    const error = { type: "error", code: this.noteRefuses, message: "nothing of this was taken", ref: "update" };
    if (line.telling) line.toClient.push(JSON.stringify(error));
  }
}

/** Documents kept in memory, as y-indexeddb keeps them in a page. */
export class FakeKeeper implements DocumentKeeper {
  readonly kept = new Map<string, Uint8Array>();

  keep(name: string, doc: Y.Doc) {
    const before = this.kept.get(name);
    if (before !== undefined) Y.applyUpdate(doc, before);
    const save = (): void => {
      this.kept.set(name, Y.encodeStateAsUpdate(doc));
    };
    doc.on("update", save);
    return {
      loaded: Promise.resolve(),
      close: async () => {
        doc.off("update", save);
      },
    };
  }

  async remove(name: string): Promise<void> {
    this.kept.delete(name);
  }
}

/** Lets everything happen that can happen within this time, ms. */
export const letHappen = async (server: FakeRoom, clock: ManualClock, ms: number): Promise<void> => {
  for (let left = ms; left >= 0; left -= 250) {
    for (let turn = 0; turn < 4; turn++) {
      await settle();
      server.open();
      server.flow();
    }
    if (left > 0) await clock.advance(Math.min(250, left));
  }
  await settle();
};
