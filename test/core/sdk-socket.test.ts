import { describe, expect, test } from "vitest";
import { StandbyProblem } from "../../clients/sdk/problem.ts";
import { ConnectRefused } from "../../clients/sdk/socket/connection.ts";
import { type SocketMemory, temporaryMemory, webStorageMemory } from "../../clients/sdk/socket/memory.ts";
import { startDevice } from "./sdk-device.ts";
import { FakeServer } from "./sdk-fake-server.ts";
import { settle } from "./sdk-manual-clock.ts";

const typesOf = (frames: readonly { type: string }[]) => frames.map(({ type }) => type);
const alarmId = "alm_87654321";

describe("the line", () => {
  test("starts with hello, and is online after welcome", async () => {
    const { server, heard, flow } = startDevice();
    await flow();
    expect(server.line?.protocols).toEqual(["standby.v1"]);
    expect(server.frames).toEqual([{ type: "hello" }]);
    expect(heard.status).toEqual(["connecting", "online"]);
  });

  test("tells what it handled when it comes back", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    server.raise(6);
    await flow();
    server.cut();
    const missed = server.raise(2);
    await clock.advance(10_000);
    await flow();
    expect(server.frames.filter(({ type }) => type === "hello")).toEqual([
      { type: "hello" },
      { type: "hello", lastSeq: 7 },
    ]);
    expect(heard.alarm.map((alarm) => alarm.alarmId)).toEqual(["alm_00000007", missed]);
    expect(socket.lastSeq).toBe(10);
    expect(heard.status).toEqual(["connecting", "online", "offline", "online"]);
  });

  test("is found dead within 20 s of silence", async () => {
    const { server, socket, clock, flow } = startDevice();
    await flow();
    await clock.advance(11_000);
    server.mute.add("ping");
    await clock.advance(6_000);
    server.flow();
    expect(socket.status).toBe("online");
    await clock.advance(3_000);
    expect(socket.status).toBe("offline");
    expect(server.lines[0]?.closedByClient).toBe(4000);
  });

  test("lives on pongs alone, and a frame spares a ping", async () => {
    const { server, socket, clock, flow } = startDevice();
    await flow();
    for (let minute = 0; minute < 10; minute++) {
      await clock.advance(12_500);
      await flow();
    }
    expect(socket.status).toBe("online");
    expect(server.lines).toHaveLength(1);
    expect(typesOf(server.frames).filter((type) => type === "ping").length).toBeGreaterThan(5);
  });

  test("is given up when no welcome comes, also when the first attempt never opens", async () => {
    const { server, socket, clock } = startDevice();
    await clock.advance(15_000);
    expect(server.lines[0]?.closedByClient).toBe(4000);
    expect(socket.status).toBe("offline");
    server.mute.add("hello");
    await clock.advance(10_000);
    server.open();
    server.flow();
    await clock.advance(15_000);
    expect(server.lines[1]?.closedByClient).toBe(4000);
  });

  test("ignores what a line says that was given up", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    const old = server.line;
    server.mute.add("ping");
    await clock.advance(20_000);
    await clock.advance(1_000);
    server.open();
    server.flow();
    expect(socket.status).toBe("online");
    old?.emit("message", { data: JSON.stringify({ type: "standDown", seq: 99, alarmId, reason: "over" }) });
    old?.emit("close", { code: 1006 });
    expect(socket.status).toBe("online");
    expect(heard.standDown).toEqual([]);
  });

  test("tries at once when the device wakes up", async () => {
    const { server, socket, clock, flow } = startDevice({ random: () => 0.999 });
    await flow();
    server.reachable = false;
    server.cut();
    await clock.advance(60_000);
    server.reachable = true;
    const tried = server.lines.length;
    socket.wake();
    await flow();
    expect(server.lines).toHaveLength(tried + 1);
    expect(socket.status).toBe("online");
  });

  test("comes back no more after stop", async () => {
    const { server, socket, clock, flow } = startDevice();
    await flow();
    await socket.stop();
    await clock.advance(120_000);
    expect(server.lines).toHaveLength(1);
    expect(server.lines[0]?.closedByClient).toBe(1000);
    expect(socket.status).toBe("stopped");
  });

  test("reports a message that makes no sense and ignores types it does not know", async () => {
    const { server, socket, heard, flow } = startDevice();
    await flow();
    server.line?.emit("message", { data: '{"type":"newThing","x":1}' });
    server.line?.emit("message", { data: '{"type":"alarm","seq":1}' });
    server.line?.emit("message", { data: new ArrayBuffer(3) });
    expect(heard.error.map(({ kind }) => kind)).toEqual(["undecodable", "undecodable"]);
    expect(socket.status).toBe("online");
  });
});

describe("coming back", () => {
  /** ms from the cut to the next attempt, and the state in between. */
  const delayAfter = async (random: number, code: number, onlineMs = 0) => {
    const { server, socket, clock, flow } = startDevice({ random: () => random });
    await flow();
    await clock.advance(onlineMs);
    server.flow();
    server.cut(code);
    const status = socket.status;
    let ms = 0;
    while (server.lines.length < 2 && ms < 60_000) {
      await clock.advance(50);
      ms += 50;
    }
    return { ms, status, heldFor: ms };
  };

  test("waits at random within a window that doubles up to 10 s", async () => {
    const server = new FakeServer();
    server.reachable = false;
    const waits: number[] = [];
    const { clock } = startDevice({
      random: () => 0.999,
      connect: () => {
        waits.push(clock.now());
        throw new TypeError("connection refused");
      },
    });
    await clock.advance(60_000);
    const gaps = waits.slice(1).map((at, index) => at - (waits[index] ?? 0));
    expect(gaps.slice(0, 8)).toEqual([250, 500, 999, 1998, 3996, 7992, 9990, 9990]);
    expect((await delayAfter(0, 1006)).ms).toBe(50);
  });

  test.each([
    ["a restart", 1012, 0.999, 7_900, 8_050],
    ["too many messages", 4429, 0, 4_950, 5_050],
    ["too many messages", 4429, 0.999, 14_900, 15_050],
    ["undecodable frames, a bug", 4400, 0.999, 200, 300],
    ["a missing hello, a bug", 4408, 0.999, 200, 300],
  ])("after %s (%i) with random %d takes %i to %i ms", async (_, code, random, least, most) => {
    const { ms, status } = await delayAfter(random, code);
    expect(status).toBe("offline");
    expect(ms).toBeGreaterThanOrEqual(least);
    expect(ms).toBeLessThanOrEqual(most);
  });

  test("is at once for new rights, but not in a loop", async () => {
    expect((await delayAfter(0.999, 4403, 11_000)).ms).toBe(50);
    expect((await delayAfter(0.999, 4403)).ms).toBeGreaterThan(200);
  });

  test("never happens after the end of the session, until the next log-in", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    server.cut(4401);
    await clock.advance(120_000);
    expect(server.lines).toHaveLength(1);
    expect(heard.status.at(-1)).toBe("ended");
    socket.start();
    await flow();
    expect(socket.status).toBe("online");
  });

  test.each([
    ["a ticket refused for the session", new StandbyProblem(401, undefined), "ended"],
    ["an upgrade refused for the session", new ConnectRefused(401), "ended"],
  ])("never happens after %s", async (_, error, status) => {
    const { socket, clock } = startDevice({
      connect: async () => {
        throw error;
      },
    });
    await clock.advance(60_000);
    expect(socket.status).toBe(status);
  });

  test("waits as long as the server says, and waking does not shorten it", async () => {
    let attempts = 0;
    const { socket, clock } = startDevice({
      connect: async () => {
        attempts++;
        throw new StandbyProblem(503, undefined, 30);
      },
    });
    await clock.advance(29_000);
    socket.wake();
    await settle();
    expect(attempts).toBe(1);
    await clock.advance(9_000);
    expect(attempts).toBe(2);
  });
});

describe("an alarm", () => {
  test("is receipted on every arrival and shown once", async () => {
    const { server, heard, flow } = startDevice();
    await flow();
    const id = server.raise();
    server.repeat(0);
    await flow();
    server.repeat(0);
    await flow();
    expect(heard.alarm).toHaveLength(1);
    expect(server.receipts.get(id)).toBe(3);
  });

  test("is shown when a later one overtook it", async () => {
    const { server, socket, heard, flow } = startDevice();
    await flow();
    server.raise();
    server.raise();
    server.swap();
    await flow();
    expect(heard.alarm.map(({ seq }) => seq)).toEqual([2, 1]);
    expect(socket.lastSeq).toBe(2);
  });

  test("is shown as ended when its stand-down came first; the stand-down is told once", async () => {
    const { server, heard, flow } = startDevice();
    await flow();
    server.standDown(server.raise());
    server.swap();
    await flow();
    server.repeat(1);
    await flow();
    expect(heard.alarm).toMatchObject([{ ended: true }]);
    expect(heard.standDown).toHaveLength(1);
  });

  test("is shown once over a restart of the program", async () => {
    const memory = temporaryMemory();
    const first = startDevice({ memory });
    await first.flow();
    first.server.raise();
    await first.flow();
    await first.socket.stop();
    first.server.receipts.clear();
    const second = startDevice({ memory, server: first.server });
    await second.flow();
    expect(second.server.frames.at(-2)).toEqual({ type: "hello", lastSeq: 1 });
    expect(second.server.receipts.size).toBe(1);
    expect(second.heard.alarm).toEqual([]);
  });

  test("is shown when the server was set up anew and counts from the start", async () => {
    const memory = temporaryMemory();
    const first = startDevice({ memory });
    await first.flow();
    first.server.raise(40);
    await first.flow();
    await first.socket.stop();
    const server = new FakeServer();
    const id = server.raise(7);
    const second = startDevice({ memory, server });
    await second.flow();
    expect(second.heard.welcome).toMatchObject([{ resumed: false }]);
    expect(second.heard.alarm.map((alarm) => alarm.alarmId)).toEqual([id]);
    expect(second.socket.lastSeq).toBe(8);
  });

  test("is receipted and remembered though a listener throws", async () => {
    const { server, socket, heard, flow } = startDevice();
    socket.on("alarm", () => {
      throw new Error("a bug of the page");
    });
    await flow();
    const id = server.raise();
    await flow();
    expect(server.receipts.get(id)).toBe(1);
    expect(socket.lastSeq).toBe(1);
    expect(heard.error).toMatchObject([{ kind: "listener" }]);
  });

  test("has updates in the order of their versions", async () => {
    const { server, heard, flow } = startDevice();
    await flow();
    const counts = {
      recipients: 1,
      sent: 1,
      received: 1,
      seen: 0,
      coming: 0,
      notComing: 0,
      enRoute: 0,
      onScene: 0,
      notReached: 0,
    };
    for (const version of [1, 3, 2, 3, 4]) server.say({ type: "alarmUpdate", alarmId, version, counts });
    await flow();
    expect(heard.alarmUpdate.map(({ version }) => version)).toEqual([1, 3, 4]);
  });

  test("is said to be seen again after a reconnect, until the server shows that it knows", async () => {
    const { server, socket, clock, flow } = startDevice();
    await flow();
    const id = server.raise();
    await flow();
    socket.seen(id);
    server.cut();
    await clock.advance(10_000);
    await flow();
    expect(typesOf(server.frames).filter((type) => type === "seen")).toHaveLength(1);
    server.say({
      type: "alarmUpdate",
      alarmId: id,
      version: 1,
      counts: {
        recipients: 1,
        sent: 1,
        received: 1,
        seen: 1,
        coming: 0,
        notComing: 0,
        enRoute: 0,
        onScene: 0,
        notReached: 0,
      },
      you: { state: "seen" },
    });
    await flow();
    server.cut();
    await clock.advance(10_000);
    await flow();
    expect(typesOf(server.frames).filter((type) => type === "seen")).toHaveLength(1);
  });
});

describe("an answer", () => {
  test("given offline is kept over a restart and sent when the server is back", async () => {
    const memory = temporaryMemory();
    const offline = new FakeServer();
    offline.reachable = false;
    const first = startDevice({ memory, server: offline });
    await settle();
    await first.socket.respond(alarmId, "coming", { etaMinutes: 5 });
    await first.socket.stop();
    const second = startDevice({ memory });
    await second.flow();
    expect(second.server.answers).toEqual([{ type: "respond", alarmId, response: "coming", etaMinutes: 5 }]);
    expect(second.heard.answerAccepted).toHaveLength(1);
    expect(second.socket.unconfirmed).toEqual([]);
    expect((await memory.load())?.answers).toEqual({});
  });

  test("whose confirmation was lost is sent again on the next line", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    server.mute.add("respond");
    void socket.respond(alarmId, "enRoute");
    await flow();
    server.cut();
    server.mute.clear();
    await clock.advance(10_000);
    await flow();
    expect(server.answers).toHaveLength(2);
    expect(heard.answerAccepted).toHaveLength(1);
    // Replies the former line owed are not waited for.
    void socket.respond(alarmId, "onScene");
    await flow();
    expect(server.answers).toHaveLength(3);
  });

  test("without a reply is sent again on the same line", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    server.mute.add("respond");
    void socket.respond(alarmId, "enRoute");
    await clock.advance(1_000);
    server.flow();
    server.mute.clear();
    await clock.advance(4_500);
    server.flow();
    expect(server.answers).toHaveLength(2);
    expect(heard.answerAccepted).toHaveLength(1);
  });

  test("replaced by a newer one is never taken for it, though both say the same", async () => {
    const { server, socket, heard, flow } = startDevice();
    await flow();
    void socket.respond(alarmId, "coming", { etaMinutes: 1 });
    void socket.respond(alarmId, "notComing");
    void socket.respond(alarmId, "coming", { etaMinutes: 9 });
    server.flow(1);
    // The first is confirmed; the newest goes only now.
    expect(server.answers.map(({ etaMinutes }) => etaMinutes)).toEqual([1]);
    expect(heard.answerAccepted).toEqual([]);
    expect(socket.unconfirmed).toMatchObject([{ etaMinutes: 9 }]);
    await flow();
    expect(server.answers.map(({ etaMinutes }) => etaMinutes)).toEqual([1, 9]);
    expect(heard.answerAccepted).toHaveLength(1);
    expect(socket.unconfirmed).toEqual([]);
  });

  test("sent twice waits for both replies before a newer one goes", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    const reply = { type: "responseAccepted", alarmId, response: "coming", at: "2026-11-23T09:41:07.412Z" };
    server.mute.add("respond");
    void socket.respond(alarmId, "coming", { etaMinutes: 1 });
    await clock.advance(5_000);
    void socket.respond(alarmId, "coming", { etaMinutes: 9 });
    server.say(reply);
    await flow();
    expect(server.answers.map(({ etaMinutes }) => etaMinutes)).toEqual([1, 1]);
    server.say(reply);
    await flow();
    expect(server.answers.map(({ etaMinutes }) => etaMinutes)).toEqual([1, 1, 9]);
    expect(heard.answerAccepted).toEqual([]);
    expect(socket.unconfirmed).toMatchObject([{ etaMinutes: 9 }]);
  });

  test("that the server will never take is reported and not kept", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    server.rejects.set(alarmId, "not_found");
    void socket.respond(alarmId, "coming");
    await flow();
    expect(heard.answerRejected).toMatchObject([{ alarmId, response: "coming", code: "not_found" }]);
    expect(socket.unconfirmed).toEqual([]);
    server.cut();
    await clock.advance(10_000);
    await flow();
    expect(typesOf(server.frames).filter((type) => type === "respond")).toHaveLength(1);
  });

  test.each(["unavailable", "rate_limited"])("that meets %s is kept and tried again", async (code) => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    server.rejects.set(alarmId, code);
    void socket.respond(alarmId, "coming");
    await flow();
    expect(heard.answerRejected).toEqual([]);
    expect(socket.unconfirmed).toHaveLength(1);
    server.rejects.clear();
    await clock.advance(5_000);
    server.flow();
    expect(server.answers).toHaveLength(1);
    expect(socket.unconfirmed).toEqual([]);
  });

  test("is not lost to the refusal of a board of the same alarm", async () => {
    const { server, socket, heard, flow } = startDevice();
    await flow();
    server.mute.add("respond");
    void socket.respond(alarmId, "coming");
    socket.watch({ board: "alarm", alarmId });
    await flow();
    server.say({ type: "error", code: "forbidden", message: "No", ref: alarmId });
    await flow();
    expect(heard.answerRejected).toEqual([]);
    expect(socket.unconfirmed).toHaveLength(1);
  });

  test("that is none is refused on the device", async () => {
    const { socket, flow } = startDevice();
    await flow();
    expect(() => socket.respond(alarmId, "coming", { text: "two\nlines" })).toThrow("must be one line of text");
    expect(socket.unconfirmed).toEqual([]);
  });
});

describe("statements", () => {
  test("of presence go out again after a reconnect until the server shows them, the newest of a place", async () => {
    const { server, socket, clock, flow } = startDevice();
    await flow();
    server.cut();
    const siteId = "sit_12345678";
    socket.presence({ siteId, present: true });
    socket.presence({ siteId, present: false });
    socket.availability({ available: false, note: "pauze" });
    await clock.advance(10_000);
    await flow();
    const said = server.frames.filter(({ type }) => type === "presence" || type === "availability");
    expect(said).toEqual([
      { type: "presence", siteId, present: false },
      { type: "availability", available: false, note: "pauze" },
    ]);
    server.say({ type: "presence", presence: [] });
    server.say({ type: "availability", available: false, since: "2026-11-23T09:41:07.412Z" });
    await flow();
    server.cut();
    await clock.advance(10_000);
    await flow();
    expect(server.frames.filter(({ type }) => type === "presence" || type === "availability")).toHaveLength(2);
  });

  test("a watched board is asked for again after a reconnect, an unwatched or refused one is not", async () => {
    const { server, socket, clock, heard, flow } = startDevice();
    await flow();
    socket.watch({ board: "alarms" });
    socket.watch({ board: "site", siteId: "sit_12345678" });
    socket.watch({ board: "alarm", alarmId });
    socket.unwatch("site");
    server.say({ type: "board", board: "alarms", full: true, alarms: [] });
    server.say({ type: "error", code: "not_found", message: "No", ref: alarmId });
    await flow();
    expect(heard.error).toMatchObject([{ kind: "refused", code: "not_found", ref: alarmId }]);
    server.cut();
    await clock.advance(10_000);
    await flow();
    const hello = server.frames.findLastIndex(({ type }) => type === "hello");
    expect(server.frames.slice(hello + 1)).toEqual([{ type: "watch", board: "alarms" }]);
  });

  test("the board of staffing is heard like the others", async () => {
    const { server, socket, heard, flow } = startDevice();
    await flow();
    socket.watch({ board: "staffing" });
    await flow();
    expect(server.frames.at(-1)).toEqual({ type: "watch", board: "staffing" });
    server.say({ type: "board", board: "staffing", full: true, levels: [] });
    await flow();
    expect(heard.board).toEqual([{ type: "board", board: "staffing", full: true, levels: [] }]);
    expect(heard.error).toEqual([]);
  });
});

describe("the memory", () => {
  test("in Web Storage survives, and what others wrote there is not trusted", async () => {
    const values = new Map<string, string>();
    const storage = {
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, value: string) => void values.set(key, value),
    };
    const memory = webStorageMemory(storage, "standby:usr_1");
    expect(await memory.load()).toBeUndefined();
    const saved = {
      lastSeq: 4,
      shown: [alarmId],
      ended: [],
      answers: { [alarmId]: { alarmId, response: "coming" as const } },
    };
    await memory.save(saved);
    expect(await memory.load()).toEqual(saved);
    for (const text of ["{", "[]", '{"lastSeq":-1,"shown":[],"ended":[],"answers":{}}']) {
      values.set("standby:usr_1", text);
      expect(await memory.load()).toBeUndefined();
    }
  });

  test("is not overwritten by an answer given before it was read", async () => {
    let kept: Parameters<SocketMemory["save"]>[0] = { lastSeq: 12, shown: [], ended: [], answers: {} };
    let read: () => void = () => undefined;
    const slow: SocketMemory = {
      load: () => new Promise((resolve) => (read = () => resolve(kept))),
      save: async (saved) => {
        kept = saved;
      },
    };
    const { server, socket, flow } = startDevice({ memory: slow });
    void socket.respond(alarmId, "coming");
    await settle();
    expect(kept.lastSeq).toBe(12);
    read();
    await settle();
    expect(kept).toMatchObject({ lastSeq: 12, answers: { [alarmId]: { response: "coming" } } });
    await flow();
    expect(server.frames[0]).toEqual({ type: "hello", lastSeq: 12 });
    expect(server.answers).toHaveLength(1);
  });

  test("that fails does not keep alarms from the person", async () => {
    const broken: SocketMemory = {
      load: async () => {
        throw new Error("no access");
      },
      save: async () => {
        throw new Error("full");
      },
    };
    const { server, heard, flow } = startDevice({ memory: broken });
    await flow();
    server.raise();
    await flow();
    expect(heard.alarm).toHaveLength(1);
    expect(heard.error.map(({ message }) => message)).toEqual(["loading failed", "saving failed"]);
  });

  test("is saved one call at a time, with the newest state at the end", async () => {
    let running = 0;
    let most = 0;
    const sequence: (number | undefined)[] = [];
    const slow: SocketMemory = {
      load: async () => undefined,
      save: async ({ lastSeq }) => {
        most = Math.max(most, ++running);
        await settle();
        sequence.push(lastSeq);
        running--;
      },
    };
    const { server, socket, flow } = startDevice({ memory: slow });
    await flow();
    for (let n = 0; n < 5; n++) server.raise();
    await flow();
    await socket.stop();
    expect(most).toBe(1);
    expect(sequence.at(-1)).toBe(5);
    expect(sequence.length).toBeLessThan(5);
  });
});
