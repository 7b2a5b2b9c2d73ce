import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { bodyHashOf, type ChainHead, chainStart, linkHash } from "../../actors/kernel/chain.ts";
import { openDatabase } from "../../actors/kernel/database.ts";
import { kernelMigrations } from "../../actors/kernel/kernel-tables.ts";
import { Log } from "../../actors/kernel/log.ts";
import { migrate } from "../../actors/kernel/migrations.ts";
import { Outbox } from "../../actors/kernel/outbox.ts";
import type { SiteActor } from "../../actors/site/site-actor.ts";
import type { RecordType } from "../../protocol/records.ts";
import { type AnyStub, query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

// T25 inside the actors: each writes its own unbroken chain about an alarm and holds its head, in the transaction of the record,
// also after it was evicted and after a change that failed. What the history makes of it is verification.test.ts (system).

interface Row {
  eventId: string;
  type: string;
  entity: string;
  at: number;
  byType: string;
  byId: string;
  body: string;
  n: number;
  salt: string;
  bodyHash: string;
  hash: string;
}

const rowsOf = async (stub: AnyStub, entity: string): Promise<Row[]> =>
  (await query(
    stub,
    `SELECT event_id AS eventId, type, entity, at, by_type AS byType, by_id AS byId, body, n, salt, body_hash AS bodyHash, hash
     FROM log WHERE entity = ? ORDER BY seq`,
    entity,
  )) as unknown as Row[];

const headOf = (stub: AnyStub, entity: string) =>
  query(stub, "SELECT n, hash, unchained FROM chain_heads WHERE entity = ?", entity);

/** Follows a chain by the definition in docs/record.md and answers where it ends. */
const follow = (rows: Row[], start: string): { n: number; hash: string } => {
  let hash = start;
  for (const [i, row] of rows.entries()) {
    expect(row.n).toBe(i + 1);
    expect(row.salt).toHaveLength(22);
    expect(row.bodyHash).toBe(bodyHashOf(row.salt, row.body));
    hash = linkHash(hash, row);
    expect(row.hash).toBe(hash);
  }
  return { n: rows.length, hash };
};

test("T25: tenant and site actor each chain what they write about an alarm, and go on after an eviction", async () => {
  const tenant = await Tenant.make();
  const device = await tenant.addDevice("ria");
  const alarmId = await tenant.raise({ users: [device.userId] });
  await device.next("alarm");
  device.send({ type: "receipt", alarmId });
  device.send({ type: "respond", alarmId, response: "coming" });
  await device.next("responseAccepted");

  await evictDurableObject(tenant.stub);
  await tenant.call("POST", `/alarms/${alarmId}/stand-down`, { body: { reason: "over" } });
  await device.next("standDown");
  await expect
    .poll(async () => (await rowsOf(tenant.site(), alarmId)).map(({ type }) => type))
    .toContain("alarm.receipts");

  for (const [source, stub] of [
    ["tenant", tenant.stub],
    ["roaming", tenant.site()],
  ] as const) {
    const rows = await rowsOf(stub, alarmId);
    expect(rows.length, source).toBeGreaterThan(1);
    const end = follow(rows, chainStart(tenant.tenantId, source, alarmId));
    expect(await headOf(stub, alarmId), source).toEqual([{ ...end, unchained: 0 }]);
  }
  const head: ChainHead = await tenant.site().chainHead(alarmId);
  expect(head).toMatchObject({ n: (await rowsOf(tenant.site(), alarmId)).length, unchained: 0 });
  // There is no history in this test: everything is still on its way, as one run that ends with the head.
  expect(head.waiting).toEqual([{ from: 1, to: head.n, hash: head.hash }]);
});

test("the directory is not chained, and an alarm that this actor never heard of has an empty chain", async () => {
  const tenant = await Tenant.make();
  await tenant.addPerson("bob");
  expect(await query(tenant.stub, "SELECT count(*) AS count FROM log WHERE n IS NOT NULL")).toEqual([{ count: 0 }]);
  expect(await tenant.site().chainHead("alm_never_raised")).toEqual({
    n: 0,
    hash: chainStart(tenant.tenantId, "roaming", "alm_never_raised"),
    unchained: 0,
    waiting: [],
  });
});

/** A log of its own in the storage of an actor that nobody uses. */
const inLog = <T>(name: string, work: (log: Log, state: DurableObjectState) => T): Promise<T> =>
  Tenant.make().then((tenant) =>
    runInDurableObject(tenant.site(name) as DurableObjectStub<SiteActor>, (_, state) => {
      const database = openDatabase(state.storage);
      return work(
        new Log(database, new Outbox(database), tenant.tenantId, name),
        state as unknown as DurableObjectState,
      );
    }),
  );

const system = { type: "system", id: "test" } as const;
const committed = (log: Log, alarmId: string, at: number) =>
  log.append({ type: "alarm.committed", entity: alarmId, at, by: system, body: { alarmId, commitMs: at } });

test("a change that fails leaves neither a record nor a link, and the next one follows the last that held", async () => {
  await inLog("sit_rolled_back", (log, { storage }) => {
    const alarmId = "alm_rolled_back";
    committed(log, alarmId, 1);
    const before = log.chain.head(alarmId);
    expect(() =>
      storage.transactionSync(() => {
        committed(log, alarmId, 2);
        throw new Error("the change failed");
      }),
    ).toThrow("the change failed");
    expect(log.chain.head(alarmId)).toEqual(before);
    committed(log, alarmId, 3);
    expect(log.chain.head(alarmId)).toMatchObject({ n: 2, waiting: [{ from: 1, to: 2 }] });
  });
});

test("a record goes out with its text as it was hashed, without what the protocol does not name", async () => {
  await inLog("sit_with_text", (log) => {
    const body = { alarmId: "alm_with_text", commitMs: 1, latitude: 52.1, note: "half \ud83d" };
    const seq = log.append({ type: "alarm.committed", entity: body.alarmId, at: 1, by: system, body });
    const chain = log.read([seq]).get(seq)?.chain;
    expect(chain?.text).toBe('{"alarmId":"alm_with_text","commitMs":1}');
    expect(chain?.bodyHash).toBe(bodyHashOf(chain?.salt ?? "", chain?.text ?? ""));
  });
});

test("an actor from before there were chains keeps its records; they count as unchained, and new ones begin a chain", async () => {
  await inLog("sit_of_before", (_, { storage }) => {
    const [first, ...later] = kernelMigrations;
    if (first === undefined) throw new Error("no migrations");
    for (const table of ["timers", "log", "outbox", "chain_heads", "told_behind"])
      storage.sql.exec(`DROP TABLE ${table}`);
    storage.sql.exec("DELETE FROM migrations WHERE id LIKE 'kernel-%'");
    migrate(storage, [first]);
    for (const [n, type, entity] of [
      [1, "alarm.raised", "alm_of_before"],
      [2, "alarm.answered", "alm_of_before"],
      [3, "role.saved", "rol_of_before"],
    ] as const)
      storage.sql.exec(
        "INSERT INTO log (event_id, type, entity, at, by_type, by_id, body) VALUES (?, ?, ?, 1, 'system', 'x', '{}')",
        `evt_of_before_${n}`,
        type,
        entity,
      );
    migrate(storage, [first, ...later]);

    const database = openDatabase(storage);
    const log = new Log(database, new Outbox(database), "tnt_of_before", "sit_of_before");
    expect(log.read([1, 2, 3]).size).toBe(3);
    expect(log.read([1]).get(1)).not.toHaveProperty("chain");
    expect(log.chain.head("rol_of_before").unchained).toBe(0);
    const start = chainStart("tnt_of_before", "sit_of_before", "alm_of_before");
    expect(log.chain.head("alm_of_before")).toEqual({ n: 0, hash: start, unchained: 2, waiting: [] });
    committed(log, "alm_of_before", 2);
    expect(log.chain.head("alm_of_before")).toMatchObject({ n: 1, unchained: 2, waiting: [{ from: 1, to: 1 }] });
  });
});

test("what the chain costs is printed, and is a small part of an alarm for 10,000 people", async () => {
  const people = Array.from({ length: 10_000 }, (_, n) => `usr_${String(n).padStart(21, "0")}`);
  const place = "sit_measured_place";
  const body = {
    alarmId: "alm_measured",
    seq: 1,
    kind: "actual" as const,
    urgency: "urgent" as const,
    silent: false,
    title: "Fire",
    raisedAt: 1,
    raisedBy: { type: "user" as const, id: "usr_measuring", name: "Ada" },
    recipients: [{ place, userIds: people }],
  };
  await inLog("sit_measuring", (log, { storage }) => {
    /** The clock of workerd stands still while code runs, save in tests. */
    const timed = (count: number, write: (i: number) => unknown): number => {
      const began = performance.now();
      storage.transactionSync(() => {
        for (let i = 0; i < count; i++) write(i);
      });
      return ((performance.now() - began) * 1_000) / count;
    };
    const answer = (type: RecordType, entity: string, at: number) =>
      log.append({
        type: type as "alarm.answered",
        entity,
        at,
        by: system,
        body: { alarmId: entity, userId: "usr_answering", deviceId: "dev_answering", response: "coming", version: at },
      });
    timed(200, (i) => answer("alarm.answered", "alm_warm", i));
    const small = '{"alarmId":"alm_chain_alone","userId":"usr_answering","response":"coming","version":1}';
    const text = JSON.stringify(body);
    const link = (entity: string, bodyText: string) => (i: number) => {
      const facts = { eventId: `evt_${i}`, type: "alarm.raised" as const, entity, at: i, byType: "user", byId: "x" };
      log.chain.next(facts, bodyText);
    };
    // The best of several: the machine has other things to do.
    const best = (count: number, write: (round: number) => (i: number) => unknown) =>
      Math.min(...[1, 2, 3, 4].map((round) => timed(count, write(round))));
    const chain = best(1_000, (round) => link(`alm_small_${round}`, small));
    const record = best(1_000, (round) => (i) => answer("alarm.answered", `alm_whole_${round}`, i));
    const big = best(20, (round) => link(`alm_big_${round}`, text));
    // Until the last of 9,500 devices has it (267 ms, docs/performance.md) an alarm writes some 20 records, most of them batches
    // of receipts; all their bodies together are four times that of `alarm.raised`.
    const share = (20 * chain + 4 * big) / 267_000;
    console.log(
      `chain: ${chain.toFixed(0)} us of the ${record.toFixed(0)} us of a record; ${big.toFixed(0)} us for alarm.raised with ` +
        `10,000 people; ${(share * 100).toFixed(2)} % of an alarm`,
    );
    expect(share).toBeLessThan(0.05);
  });
});
