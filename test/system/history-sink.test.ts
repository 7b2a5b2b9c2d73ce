import { once } from "node:events";
import { createServer } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type History, openHistory } from "../../history/client.ts";
import { migrateHistory } from "../../history/migrate.ts";
import { pingHistory } from "../../history/ping.ts";
import { writeRecords } from "../../history/sink.ts";
import { HistoryUnavailable } from "../../history/unavailable.ts";
import type { RecordEnvelope } from "../../protocol/records.ts";
import { id, raised, record, T0 } from "../core/history-samples.ts";
import { contents, emptyHistory, startHistory, type TestSqld } from "./history-sqld.ts";

/** The sink on a real sqld. Not proven here: the outbox that drives it, and Turso's own answers (quota, blocked). */
let sqld: TestSqld;
let history: History;

beforeAll(async () => {
  ({ sqld, history } = await startHistory());
});
afterAll(() => sqld.remove());
beforeEach(() => emptyHistory(history));

const alarmId = id("alr", 1);
const [ada, bob, eve] = [id("usr", 1), id("usr", 2), id("usr", 3)];
const [phone, tablet] = [id("dev", 1), id("dev", 2)];

const answer = (userId: string, version: number, response: "coming" | "notComing", at: number) =>
  record("alarm.answered", { alarmId, userId, deviceId: phone, response, etaMinutes: version, version }, { at });

/** One alarm as the tenant's outbox and two sites' outboxes carry it, with everything that can compete. */
const story: RecordEnvelope[] = [
  raised(alarmId, [ada, bob, eve]),
  record("alarm.committed", { alarmId, commitMs: 4.5 }),
  record("alarm.dispatched", { alarmId, place: id("sit", 1), recipients: 3 }),
  record("alarm.sent", {
    alarmId,
    rows: [
      [ada, T0 + 10],
      [bob, T0 + 11],
    ],
  }),
  record("alarm.sent", { alarmId, rows: [[ada, T0 + 5_000]] }),
  record("alarm.receipts", {
    alarmId,
    rows: [
      [ada, tablet, "received", T0 + 40],
      [ada, phone, "received", T0 + 40],
      [ada, phone, "seen", T0 + 90],
    ],
  }),
  record("alarm.receipts", { alarmId, rows: [[ada, tablet, "received", T0 + 30]] }),
  // Of the same millisecond as the one above: which of them holds may not depend on which came first.
  record("alarm.receipts", { alarmId, rows: [[ada, tablet, "seen", T0 + 90]] }),
  record("alarm.notReached", {
    alarmId,
    rows: [
      [eve, "noDevice", T0 + 1],
      [bob, "noReceipt", T0 + 30_000],
    ],
  }),
  record("alarm.notReached", { alarmId, rows: [[eve, "endedBefore", T0 + 60_000]] }),
  answer(ada, 1, "coming", T0 + 100),
  answer(bob, 2, "coming", T0 + 200),
  answer(ada, 3, "notComing", T0 + 300),
  record("alarm.stoodDown", { alarmId, seq: 2, reason: "exerciseOver", text: "Thanks" }, { at: T0 + 60_000 }),
  record("role.saved", { roleId: id("rol", 1), name: "Old name", version: 1 }),
  record("role.saved", { roleId: id("rol", 1), name: "New name", version: 2 }),
  record("role.saved", { roleId: id("rol", 1), name: "New name", version: 3, deleted: true }),
  record("availability.changed", { userId: ada, available: false, until: T0 + 1, note: "Lunch", version: 8 }),
  record("availability.changed", { userId: ada, available: true, version: 9 }, { at: T0 + 5 }),
];

const allOk = (records: RecordEnvelope[]) => records.map(({ eventId }) => ({ eventId, ok: true }));

describe("writeRecords", () => {
  it("writes everything once, whatever the order of the records and however often they come", async () => {
    await writeRecords(history, story);
    const once = await contents(history);
    expect(once.alarm_recipients).toMatchObject([
      {
        user_id: ada,
        sent_at: T0 + 10,
        received_at: T0 + 30,
        received_on: tablet,
        seen_at: T0 + 90,
        seen_on: phone,
        response: "notComing",
        eta_minutes: 3,
        not_reached_at: null,
      },
      { user_id: bob, not_reached_reason: "noReceipt", response: "coming" },
      { user_id: eve, sent_at: null, not_reached_reason: "noDevice" },
    ]);
    expect(once.alarms).toMatchObject([{ commit_ms: 4.5, ended_at: T0 + 60_000, end_reason: "exerciseOver" }]);
    expect(once.roles).toMatchObject([{ name: "New name", version: 3, deleted: 1 }]);
    expect(once.availability).toMatchObject([{ available: 1, until: null, note: null, since: T0 + 5 }]);

    const doubled = [...story, ...story];
    const order = fc.shuffledSubarray(doubled, { minLength: doubled.length, maxLength: doubled.length });
    await fc.assert(
      fc.asyncProperty(order, fc.array(fc.integer({ min: 1, max: 36 }), { maxLength: 4 }), async (records, cuts) => {
        await emptyHistory(history);
        const at = [0, ...cuts.toSorted((a, b) => a - b), records.length];
        for (let i = 1; i < at.length; i++) {
          const part = records.slice(at[i - 1], at[i]);
          expect(await writeRecords(history, part)).toEqual(allOk(part));
        }
        expect(await contents(history)).toEqual(once);
      }),
      { numRuns: 40 },
    );
  });

  it("never lets an older version replace a newer one", async () => {
    const [first, second] = story.filter(({ type }) => type === "role.saved");
    if (first === undefined || second === undefined) throw new Error("no roles");
    await writeRecords(history, [second]);
    await writeRecords(history, [first]);
    expect((await contents(history)).roles).toMatchObject([{ name: "New name", version: 2 }]);
    expect((await contents(history)).events).toHaveLength(2);
  });

  it("takes an import of users as one record and keeps the newest version of each", async () => {
    const users = (version: number, lastName: string, count: number) =>
      record("users.saved", {
        users: Array.from({ length: count }, (_, n) => ({
          userId: id("usr", n),
          username: `user${n}`,
          firstName: "Ada",
          lastName,
          locale: "nl" as const,
          permission: "responder" as const,
          roleIds: [id("rol", 1)],
          enabled: n !== 2,
          version,
        })),
      });
    await writeRecords(history, [users(5, "Newer", 3), users(4, "Older", 10_000)]);
    const rows = (await contents(history)).users ?? [];
    expect(rows).toHaveLength(10_000);
    expect(rows.slice(0, 4)).toMatchObject([
      { last_name: "Newer", role_ids: JSON.stringify([id("rol", 1)]), email: null, enabled: 1 },
      { last_name: "Newer" },
      { last_name: "Newer", enabled: 0 },
      { last_name: "Older", version: 4 },
    ]);
  });

  it("writes the 100 good of 102 records, and says what is wrong with the two without their content", async () => {
    await history.$client.execute(`CREATE TRIGGER poison BEFORE INSERT ON events WHEN NEW.body LIKE '%Poison%'
      BEGIN SELECT RAISE(ABORT, 'poisoned'); END`);
    const good = Array.from({ length: 100 }, (_, n) =>
      record("role.saved", { roleId: id("rol", n), name: `Role ${n}`, version: 1 }),
    );
    const poison = record("role.saved", { roleId: id("rol", 900), name: "Poison Ada", version: 1 });
    const undecodable = record("role.saved", { roleId: "Ada", name: "Ada", version: 1 });
    const records = [...good.slice(0, 30), poison, ...good.slice(30, 60), undecodable, ...good.slice(60)];
    const results = await writeRecords(history, records);
    const alone = await writeRecords(history, [poison]);
    await history.$client.execute("DROP TRIGGER poison");

    // Alone too it is its own fault, and not libSQL's: it must not stand in the outbox's way for ever.
    expect(alone).toMatchObject([{ eventId: poison.eventId, ok: false }]);
    expect(results.map(({ eventId }) => eventId)).toEqual(records.map(({ eventId }) => eventId));
    const failed = results.filter((result) => !result.ok);
    expect(failed).toMatchObject([
      { eventId: poison.eventId, error: expect.stringContaining("poisoned") },
      { eventId: undecodable.eventId, error: expect.stringContaining("roleId") },
    ]);
    expect(JSON.stringify(failed)).not.toContain("Ada");
    const rows = await contents(history);
    expect(rows.events).toHaveLength(100);
    expect(rows.roles).toHaveLength(100);
  });

  it("keeps half an emoji from making a row that nobody can read", async () => {
    const cut = raised(alarmId, [ada], {}, { title: "Fire \ud83d" });
    expect(await writeRecords(history, [cut])).toEqual(allOk([cut]));
    expect((await contents(history)).alarms).toMatchObject([{ title: "Fire \ufffd" }]);
  });

  it("leaves another tenant's rows alone, with the same ids in both", async () => {
    const other = story.map((one, n) => ({ ...one, eventId: id("evo", n), tenantId: id("ten", 2) }));
    await writeRecords(history, other);
    const before = await contents(history);
    await writeRecords(history, [raised(alarmId, [ada]), answer(ada, 99, "coming", T0 + 900)]);
    const after = await contents(history);
    for (const [table, rows] of Object.entries(before))
      for (const row of rows) expect(after[table], table).toContainEqual(row);
  });

  it("gives each event once when sqld is killed while it writes and everything is written again", async () => {
    const people = Array.from({ length: 400 }, (_, u) => id("usr", u));
    // 160 statements: two batches, of 25 and 15 records.
    const records = Array.from({ length: 40 }, (_, n) => raised(id("alr", n), people));
    const kills: [string, number, (sent: Promise<Response>) => Promise<void>][] = [
      ["in the first batch", 1, () => sqld.kill()],
      ["in the second batch", 2, () => sqld.kill()],
      ["when a batch is stored, before its reply is read", 1, (sent) => sent.then(() => sqld.kill())],
    ];
    for (const [when, request, kill] of kills) {
      await emptyHistory(history);
      let requests = 0;
      const killing = openHistory({
        url: sqld.url,
        fetch: async (input, init) => {
          const sent = fetch(input, init);
          if (++requests !== request) return sent;
          sent.catch(() => {});
          await kill(sent);
          throw new TypeError("the reply was lost");
        },
      });
      await expect(writeRecords(killing, records), when).rejects.toThrow(HistoryUnavailable);
      await sqld.start();
      const cutOff = await contents(history);
      const events = cutOff.events?.length ?? 0;
      // A batch is whole or absent, and with its events are their projections.
      expect([0, 25, 40], when).toContain(events);
      if (when.startsWith("when")) expect(events).toBe(25);
      expect(cutOff.alarm_recipients, when).toHaveLength(events * people.length);
      expect(await writeRecords(history, records)).toEqual(allOk(records));
      const all = await contents(history);
      expect(all.events, when).toHaveLength(40);
      expect(all.alarm_recipients, when).toHaveLength(40 * people.length);
    }
  });
});

describe("HistoryUnavailable", () => {
  const one = [raised(alarmId, [ada])];
  const reasonOf = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof HistoryUnavailable)) throw new Error(`not unavailable: ${error}`);
    return error.reason;
  };

  it("is thrown, after the time limit, for a server that takes connections and never answers", async () => {
    const silent = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const dead = openHistory({ url: `http://127.0.0.1:${address.port}`, timeoutMs: 150 });
    const began = performance.now();
    expect(await reasonOf(writeRecords(dead, one))).toBe("timeout");
    expect(await reasonOf(pingHistory(dead))).toBe("timeout");
    expect(performance.now() - began).toBeGreaterThan(290);
    expect(performance.now() - began).toBeLessThan(3_000);
    silent.close();
  });

  it("is thrown for a body that stops in the middle, not before the time limit", async () => {
    const stalling = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () =>
        socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"),
      );
    }).listen(0, "127.0.0.1");
    await once(stalling, "listening");
    const address = stalling.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const dead = openHistory({ url: `http://127.0.0.1:${address.port}`, timeoutMs: 150 });
    expect(await reasonOf(writeRecords(dead, one))).toBe("timeout");
    stalling.close();
  });

  it("is thrown when nobody listens, or every answer is an error that is not the record's fault", async () => {
    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const address = free.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    free.close();
    await once(free, "close");
    expect(await reasonOf(writeRecords(openHistory({ url: `http://127.0.0.1:${address.port}` }), one))).toBe(
      "no connection",
    );
    for (const status of [400, 401, 403, 404, 413, 429, 500, 503]) {
      const answering = openHistory({ url: "http://history.test", fetch: async () => new Response("no", { status }) });
      expect(await reasonOf(writeRecords(answering, one)), String(status)).toBe(`HTTP ${status}`);
    }
  });

  it("is thrown before the migrations are there, so that no record is parked for it", async () => {
    const { sqld: fresh, history: empty } = await startHistory();
    try {
      await empty.$client.execute("DROP TABLE alarm_recipients");
      expect(await reasonOf(writeRecords(empty, one))).toContain("SQL");
      await empty.$client.execute("DROP TABLE events");
      expect(await reasonOf(writeRecords(empty, one))).toContain("SQL");
      expect(await reasonOf(pingHistory(empty))).toContain("SQL");
    } finally {
      await fresh.remove();
    }
  });

  it("names nobody: neither its message nor its reason holds a value", async () => {
    const dead = openHistory({
      url: "http://history.test",
      fetch: () => Promise.reject(new TypeError("Ada's network")),
    });
    const error: unknown = await writeRecords(dead, one).catch((thrown: unknown) => thrown);
    expect(`${error} ${(error as HistoryUnavailable).reason}`).toBe(
      "HistoryUnavailable: libSQL is unavailable: no connection no connection",
    );
  });
});

describe("the history's client and migrations", () => {
  it("refuses addresses of other kinds", () => {
    for (const url of ["ws://localhost:1", "file:history.db", ":memory:", "localhost"])
      expect(() => openHistory({ url }), url).toThrow(TypeError);
  });

  it("answers a ping, and migrates again without doing anything", async () => {
    await writeRecords(history, story);
    const before = await contents(history);
    await migrateHistory({ url: sqld.url });
    await pingHistory(history);
    expect(await contents(history)).toEqual(before);
  });

  it("runs migrations in one transaction and says what libSQL said", async () => {
    await expect(migrateHistory({ url: "http://127.0.0.1:1" })).rejects.toThrow(/no connection/);
    const { sqld: fresh, history: empty } = await startHistory();
    try {
      await empty.$client.batch(["DELETE FROM __drizzle_migrations", "DROP TABLE alarm_recipients"], "write");
      await expect(migrateHistory({ url: fresh.url })).rejects.toThrow(/table .*alarms.* already exists/);
      const tables = await empty.$client.execute(
        "SELECT count(*) AS n FROM sqlite_master WHERE name = 'alarm_recipients'",
      );
      expect(tables.rows[0]?.n).toBe(0);
    } finally {
      await fresh.remove();
    }
  });
});
