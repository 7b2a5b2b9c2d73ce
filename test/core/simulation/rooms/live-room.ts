import { expect } from "vitest";
import * as Y from "yjs";
import { ConversationActor } from "../../../../actors/conversation/conversation-actor.ts";
import type { Admitted, RoomCall, RoomHead, RoomMessage } from "../../../../actors/kernel/room-messages.ts";
import type { Message } from "../../../../protocol/conversation/rooms.ts";
import { written } from "../../y-frames.ts";
import { Clock, settle } from "../clock.ts";
import { DurableObject } from "../cloudflare-workers.ts";
import { beginIds } from "../ids.ts";
import { Dead, Machine } from "../machine.ts";
import { RoomClient } from "./room-client.ts";
import type { RoomAct } from "./room-history.ts";

const tenantId = "tnt_rooms";
const conversationId = "cnv_simulated";
const name = `${tenantId}.${conversationId}`;
const people = ["usr_ann00001", "usr_bob00002", "usr_cas00003", "usr_dee00004"];
const beginning = Date.parse("2026-11-23T09:00:00Z");

/** How often what happened: what never happened was not proven. */
export const roomTally: Record<string, number> = {};
const count = (what: string, n = 1) => {
  roomTally[what] = (roomTally[what] ?? 0) + n;
};

/** What the tenant has written down for people's lists. */
const told = { lastSeq: 0, reads: new Map<string, number>() };

/** The tenant, as far as a room speaks to it. */
class Tenant extends DurableObject {
  /** It takes its time: people write on meanwhile, and processes die. */
  async roomMoved({ lastSeq, reads }: RoomHead): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 600));
    told.lastSeq = Math.max(told.lastSeq, lastSeq);
    for (const [userId, read] of reads) told.reads.set(userId, Math.max(told.reads.get(userId) ?? 0, read));
    count("heads");
  }

  async roomCalls(calls: readonly RoomCall[]): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 600));
    count("calls", calls.length);
  }
}

/** Lives through one history of a chat and holds it against every promise. Throws the first that was broken. */
export const liveRoom = async (acts: readonly RoomAct[]): Promise<void> => {
  beginIds("r");
  told.lastSeq = 0;
  told.reads.clear();
  const clock = new Clock(beginning);
  const machine = new Machine(
    clock,
    { TENANTS: Tenant as never, CONVERSATIONS: ConversationActor as never },
    {
      PASSWORD_PEPPER: "password-pepper-of-the-tests",
      OPERATOR_TOKEN: "operator-token-of-the-tests",
      PUBLIC_URL: "https://standby.test",
      LIBSQL_URL: "http://history.test",
      JURISDICTION: "",
    },
  );
  const leave = machine.enter();
  const { error } = console;
  console.error = () => undefined;
  try {
    const life = new RoomLife(machine);
    await life.tell([
      {
        kind: "facts",
        facts: {
          form: "chat",
          kind: "everyone",
          title: "All",
          timeZone: "Europe/Amsterdam",
          createdAt: beginning,
          closed: false,
          version: 1,
        },
      },
    ]);
    for (const act of acts) await life.act(act);
    await life.end();
  } finally {
    console.error = error;
    machine.kill();
    leave();
  }
};

class RoomLife {
  readonly #machine: Machine;
  readonly #clients = people.map((userId) => new RoomClient(userId));
  readonly #sent: { messageId: string; frame: object }[] = [];
  readonly #erased: string[] = [];
  #words = 0;
  /** Messages whose epoch came to its term. */
  #removedUpTo = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The tenant tells until it is taken, whatever dies in between. */
  async tell(messages: RoomMessage[]): Promise<void> {
    for (;;) {
      try {
        await this.#machine.call("CONVERSATIONS", name, "receive", messages);
        return;
      } catch (error) {
        if (!(error instanceof Dead)) throw error;
      }
    }
  }

  async act(act: RoomAct): Promise<void> {
    const fuse = "killedAfter" in act ? act.killedAfter : undefined;
    if (fuse !== undefined) this.#machine.light(fuse);
    await this.#do(act);
    await settle();
    if (fuse !== undefined && !this.#machine.extinguish()) count("kills");
    count(act.do);
  }

  async #do(act: RoomAct): Promise<void> {
    switch (act.do) {
      case "connect":
        return this.#connect(this.#client(act.client));
      case "hangUp": {
        const client = this.#client(act.client);
        const { socket } = client;
        if (socket === undefined) return;
        client.socket = undefined;
        return this.#machine.hangUp(name, socket);
      }
      case "send": {
        const by = this.#client(act.client);
        const messageId = `msg_${String(this.#sent.length).padStart(6, "0")}`;
        const text = this.#unique(act.text);
        const replied = act.replyTo === undefined ? undefined : this.#message(act.replyTo)?.messageId;
        const frame = {
          type: "send",
          messageId,
          text,
          ...(replied === undefined ? {} : { replyTo: replied }),
          ...(act.mention === undefined ? {} : { mentions: [this.#client(act.mention).userId] }),
        };
        this.#sent.push({ messageId, frame });
        by.send(messageId, frame);
        return;
      }
      case "again": {
        const message = this.#message(act.message);
        // Somebody else under the same id must get nothing by it.
        if (message !== undefined) this.#client(act.client).say(JSON.stringify(message.frame));
        return;
      }
      case "edit":
        return this.#change(act, (messageId) => ({
          type: "edit",
          messageId,
          text: this.#unique(act.text),
        }));
      case "delete":
        return this.#change(act, (messageId) => ({ type: "delete", messageId }));
      case "react":
        return this.#change(act, (messageId) => ({ type: "react", messageId, emoji: act.emoji, on: act.on }));
      case "read":
        this.#client(act.client).say(JSON.stringify({ type: "read", read: act.read }));
        return;
      case "event": {
        const eventId = `evt_${String(act.event).padStart(6, "0")}`;
        const event = { type: "filled", alarmId: "alm_00000001", met: act.event % 2 === 0 } as const;
        return this.tell([{ kind: "events", events: [{ eventId, at: this.#machine.clock.now, event }] }]);
      }
      case "erase": {
        const { userId } = this.#client(act.client);
        const texts = this.#wordsOf(userId);
        await this.tell([{ kind: "erase", userId, at: this.#machine.clock.now }]);
        this.#erased.push(...texts);
        return;
      }
      case "tamper": {
        const client = this.#client(act.client);
        if (client.doc === undefined) return;
        const copy = new Y.Doc();
        copy.getArray("messages").push([{ messageId: "msg_tampered", text: "tampered" }]);
        client.say(written(Y.encodeStateAsUpdate(copy)));
        return;
      }
      case "wait":
        return this.#machine.advance(act.ms);
      case "kill":
        this.#machine.kill();
        return;
      case "evict":
        this.#machine.evict(name);
    }
  }

  /** Words that nobody else says: where they still stand they were left. */
  #unique(text: string): string {
    this.#words += 1;
    return `word-${this.#words}-of-it ${text}`;
  }

  /** Everything that somebody has said so far and that is kept anywhere, the former words of what was changed too. */
  #wordsOf(userId: string): string[] {
    return this.#machine
      .disk(name)
      .rows<{ body: string }>(
        "SELECT body FROM log WHERE by_id = ? UNION ALL SELECT body FROM messages WHERE author_id = ?",
        userId,
        userId,
      )
      .flatMap(({ body }) => /word-[0-9]+-of-it/.exec(body)?.[0] ?? []);
  }

  #change(act: { client: number; message: number }, frameOf: (messageId: string) => object): void {
    const message = this.#message(act.message);
    const client = this.#client(act.client);
    if (message !== undefined) client.say(JSON.stringify(frameOf(message.messageId)));
  }

  #client(i: number): RoomClient {
    return this.#clients[i % this.#clients.length] as RoomClient;
  }

  #message(i: number) {
    return this.#sent[i % Math.max(1, this.#sent.length)];
  }

  async #connect(client: RoomClient): Promise<void> {
    if (client.socket !== undefined) return;
    const admitted: Admitted = {
      sessionId: client.sessionId,
      deviceId: `dev_${client.userId}`,
      expiresAt: beginning + 1e12,
      person: { userId: client.userId, permission: "responder", roleIds: [], enabled: true },
    };
    const socket = await this.#machine.enterRoom(name, admitted, client.epoch);
    if (socket === undefined || socket === "refused") return;
    client.attach(socket);
    client.say = (frame) => {
      if (client.socket !== undefined) void this.#machine.say(name, client.socket, frame);
    };
    if (!socket.open) return;
    client.begin();
    for (const { frame } of client.owed) client.say(JSON.stringify(frame));
    await settle();
  }

  // ---------------------------------------------------------------------------------- what must hold in the end

  /** Everything heals: the process stays up, everybody is there and sends what was not answered. */
  async end(): Promise<void> {
    this.#machine.extinguish();
    for (let round = 0; round < 4; round++) {
      await this.#machine.advance(30_000);
      for (const client of this.#clients) {
        // A fresh line, so that nothing hangs on an old epoch.
        if (client.socket !== undefined) await this.#machine.hangUp(name, client.socket);
        client.socket = undefined;
        client.epoch = undefined;
        await this.#connect(client);
      }
      await settle();
    }
    // The room rests: the tenant hears of the last messages.
    await this.#machine.advance(5_000);
    expect(this.#machine.failures, "nothing failed that was not killed").toEqual([]);
    this.#checkRows();
    this.#checkDocuments();
    this.#checkHeard();
    this.#checkErased();
    this.#checkTold();
  }

  #rows(): { seq: number; epoch: number; message: Message }[] {
    return this.#machine
      .disk(name)
      .rows<{ seq: number; epoch: number; body: string }>("SELECT seq, epoch, body FROM messages ORDER BY seq")
      .map(({ seq, epoch, body }) => ({ seq, epoch, message: JSON.parse(body) as Message }));
  }

  /** I1, I4: whatever was accepted is there, once, under the number that was said; numbers have no gaps. */
  #checkRows(): void {
    const rows = this.#rows();
    const epochs = this.#machine.disk(name).rows<{ first: number }>("SELECT min(first_seq) AS first FROM epochs");
    this.#removedUpTo = (epochs[0]?.first ?? 1) - 1;
    expect(
      rows.map(({ seq }) => seq),
      "I4: one order without gaps",
    ).toEqual(Array.from({ length: rows.length }, (_, i) => this.#removedUpTo + 1 + i));
    const byId = new Map(rows.map(({ message }) => [message.messageId, message]));
    for (const client of this.#clients) {
      expect(client.owed, "everything was answered in the end").toEqual([]);
      for (const [messageId, seq] of client.accepted) {
        if (seq <= this.#removedUpTo) continue;
        expect(byId.get(messageId)?.seq, `I1: ${messageId} was accepted`).toBe(seq);
      }
    }
    expect(
      [...byId.keys()].every((id) => id.startsWith("evt_") || this.#sent.some(({ messageId }) => messageId === id)),
    ).toBe(true);
    count("messages", rows.length);
  }

  /** The document of each epoch shows its rows and nothing else, the same for all. */
  #checkDocuments(): void {
    const rows = this.#rows();
    const [current] = this.#machine
      .disk(name)
      .rows<{ number: number; generation: number }>("SELECT number, generation FROM epochs WHERE ended_at IS NULL");
    count("epochs", current?.number ?? 0);
    const expected = rows.filter(({ epoch }) => epoch === current?.number).map(({ message }) => message);
    for (const client of this.#clients) {
      expect(client.epoch).toBe(`${current?.number}.${current?.generation}`);
      expect(client.doc?.getArray("messages").toArray(), "followers see the rows").toEqual(expected);
      const pending = client.doc?.store.pendingStructs;
      expect(pending, "no update was left out").toBeNull();
    }
  }

  /** Nothing was shown to anybody that a crash then took away (stored before relayed), and everybody saw the same order. */
  #checkHeard(): void {
    const byId = new Map(this.#rows().map(({ message }) => [message.messageId, message]));
    for (const client of this.#clients)
      for (const [messageId, heard] of client.heard) {
        if (heard.seq <= this.#removedUpTo) continue;
        const kept = byId.get(messageId);
        expect(kept && { seq: kept.seq, at: kept.at }, `${messageId} was heard`).toEqual({
          seq: heard.seq,
          at: heard.at,
        });
        if (kept?.gone !== "erased") expect(kept?.authorId).toBe(heard.authorId);
      }
  }

  /** I11: people's lists say what the room says, whatever died while the tenant was told. */
  #checkTold(): void {
    const marks = this.#machine
      .disk(name)
      .rows<{ userId: string; read: number }>("SELECT user_id AS userId, read FROM marks WHERE read > 0");
    expect(told.lastSeq, "I11: the last message").toBe(this.#rows().at(-1)?.seq ?? told.lastSeq);
    for (const { userId, read } of marks) expect(told.reads.get(userId), `I11: what ${userId} has read`).toBe(read);
    count("readers", marks.length);
  }

  /** P18: what an erased person had written is in no row, document, log or outbox, unless written after that. */
  #checkErased(): void {
    if (this.#erased.length === 0) return;
    const { database } = this.#machine.disk(name);
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    const dump = tables
      .flatMap((table) => database.prepare(`SELECT * FROM ${table.name}`).all())
      .flatMap((row) => Object.values(row as Record<string, unknown>))
      .map((value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)))
      .join("\n");
    for (const text of this.#erased) expect(dump.includes(text), "P18: erased").toBe(false);
    count("erasedTexts", this.#erased.length);
  }
}
