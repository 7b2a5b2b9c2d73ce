/**
 * The course of an alarm in a real sqld: what widened, re-alarmed, filled, ended, was opened again, and what channels did.
 * Proves that the history answers it whatever the order the records came in and however often (I8), that the latest end
 * holds, and the rows that scores and reports are made of. Not proved: that actors write these records (test/workerd).
 */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getAlarmRecord } from "../../history/alarm-record.ts";
import type { History } from "../../history/client.ts";
import { reportFacts } from "../../history/report-facts.ts";
import { scoreRows } from "../../history/score-rows.ts";
import { writeRecords } from "../../history/sink.ts";
import { AlarmRecord } from "../../protocol/history.ts";
import { toTime } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import type { RecordEnvelope } from "../../protocol/records.ts";
import { chained } from "../core/chained.ts";
import { id, raised, record, T0 } from "../core/history-samples.ts";
import { contents, emptyHistory, startHistory, type TestSqld } from "./history-sqld.ts";

let sqld: TestSqld;
let history: History;

beforeAll(async () => {
  ({ sqld, history } = await startHistory());
});
afterAll(() => sqld.remove());
beforeEach(() => emptyHistory(history));

const tenantId = id("ten", 1);
const alarmId = id("alr", 1);
const incidentId = id("inc", 1);
const [ada, bob, eve, contact] = [id("usr", 1), id("usr", 2), id("usr", 3), id("con", 1)] as const;
const role = id("rol", 1);
const at = (ms: number) => ({ at: T0 + ms });

const answer = (userId: string, version: number, response: "coming" | "notComing" | "onScene", ms: number) =>
  record("alarm.answered", { alarmId, userId, deviceId: id("dev", 1), response, version }, at(ms));
const filled = (yes: boolean, ms: number) =>
  record("alarm.fill", { alarmId, filled: yes, roles: [{ roleId: role, count: 1, coming: yes ? 1 : 0 }] }, at(ms));

const escalation = [
  {
    name: "Team leads",
    afterSeconds: 60,
    when: { type: "unfilled" as const },
    action: { type: "widen" as const, targets: { roles: [role] } },
  },
  { name: "Everybody", afterSeconds: 300, when: { type: "always" as const }, action: { type: "everyone" as const } },
];

/** What the tenant wrote about the alarm, in its order and with its chain. */
const ofTenant = (): RecordEnvelope[] =>
  chained("tenant", [
    raised(
      alarmId,
      [ada, bob],
      {},
      {
        incidentId,
        scenarioId: id("scn", 1),
        severity: "Severe",
        category: "Fire",
        whenFilled: "stop",
        requirement: [{ roleId: role, count: 1 }],
        instructions: [{ roleId: role, text: "Bring the AED" }],
        attachments: [{ title: "Plan", url: "https://docs.example/plan.pdf" }],
        escalation,
        leftOut: [{ reason: "unavailable", userIds: [id("usr", 8), id("usr", 9)] }],
      },
    ),
    answer(ada, 1, "coming", 10_000),
    filled(true, 10_000),
    answer(ada, 2, "notComing", 20_000),
    // Of one millisecond: which of them holds is said by their places in the chain, not by who came first.
    filled(false, 20_000),
    filled(true, 20_000),
    filled(false, 20_000),
    record(
      "alarm.stepFired",
      { alarmId, step: 0, name: "Team leads", action: "widen", cause: "condition", people: 2 },
      at(60_000),
    ),
    record(
      "alarm.widened",
      { alarmId, step: 0, recipients: [{ place: id("sit", 2), userIds: [eve, bob] }] },
      at(60_000),
    ),
    record("alarm.reAlarmed", { alarmId, seq: 2, times: 1, who: "all", people: 3 }, at(70_000)),
    record("alarm.reAlarmed", { alarmId, seq: 3, times: 2, who: "all", people: 3 }, at(80_000)),
    record("alarm.repeated", { alarmId, repeats: 1 }, at(81_000)),
    record("alarm.repeated", { alarmId, repeats: 7 }, at(82_000)),
    record("alarm.channels", {
      alarmId,
      rows: [
        [eve, "sms", "sent", T0 + 90_000, null],
        [eve, "sms", "failed", T0 + 91_000, "number"],
        [contact, "voice", "delivered", T0 + 92_000, null],
      ],
    }),
    record("alarm.channels", { alarmId, rows: [[eve, "sms", "waiting", T0 + 89_000, null]] }),
    record("alarm.stoodDown", { alarmId, seq: 4, reason: "falseAlarm", text: "No" }, at(100_000)),
    record("alarm.reopened", { alarmId, seq: 5 }, at(110_000)),
    answer(eve, 3, "onScene", 120_000),
    filled(true, 120_000),
    record("alarm.reminded", { alarmId, people: 2 }, at(130_000)),
    record("alarm.stoodDown", { alarmId, seq: 6, reason: "over" }, at(200_000)),
  ]).records;

const ofIncident = (): RecordEnvelope[] =>
  chained("tenant", [
    record("incident.opened", { incidentId, title: "Fire", kind: "exercise", openedAt: T0 }),
    record(
      "incident.noted",
      { incidentId, noteId: id("not", 1), text: "Door 3 is stuck" },
      { ...at(30_000), by: { type: "user", id: ada } },
    ),
    record("incident.closed", { incidentId }, at(100_000)),
    record("incident.reopened", { incidentId }, at(100_000)),
    record("incident.closed", { incidentId }, at(200_000)),
  ]).records;

const others = (): RecordEnvelope[] => [
  record("contact.saved", { contactId: contact, name: "Old", version: 1 }),
  record("contact.saved", { contactId: contact, name: "Neighbour", version: 2 }),
  record("alarm.sent", { alarmId, rows: [[eve, T0 + 60_100]] }, at(60_100)),
];

const write = async (records: RecordEnvelope[]) => {
  for (const result of await writeRecords(history, records)) expect(result).toMatchObject({ ok: true });
};
const read = async () => AlarmRecord.parse(await getAlarmRecord(history, tenantId, alarmId));

describe("the record of an alarm with a course", () => {
  it("says everything that the wire has for it", async () => {
    await write([...ofTenant(), ...ofIncident(), ...others()]);
    const { recipients, events, counts: _, timings: __, ...alarm } = await read();
    expect(alarm).toEqual({
      alarmId,
      incidentId,
      state: "ended",
      kind: "exercise",
      urgency: "urgent",
      silent: false,
      severity: "Severe",
      category: "Fire",
      title: "Fire in the kitchen",
      instructions: [{ roleId: role, text: "Bring the AED" }],
      attachments: [{ title: "Plan", url: "https://docs.example/plan.pdf" }],
      raisedAt: toTime(T0),
      raisedBy: { type: "user", id: id("usr", 0), name: "Ada Lovelace" },
      scenarioId: id("scn", 1),
      requirement: [{ roleId: role, count: 1 }],
      whenFilled: "stop",
      fill: { filled: true, roles: [{ roleId: role, count: 1, coming: 1 }] },
      escalation: [
        {
          step: 0,
          name: "Team leads",
          state: "fired",
          // Counted from the re-opening, as the tenant does.
          dueAt: toTime(T0 + 170_000),
          firedAt: toTime(T0 + 60_000),
          cause: "condition",
          people: 2,
        },
        { step: 1, name: "Everybody", state: "waiting", dueAt: toTime(T0 + 410_000) },
      ],
      repeats: 7,
      reAlarms: 2,
      endedAt: toTime(T0 + 200_000),
      endReason: "over",
      reopenUntil: toTime(T0 + 200_000 + limits.reopenMs),
    });
    // The end before the re-opening had a text; the latest has none, and none is shown.
    expect(alarm).not.toHaveProperty("endText");
    expect(recipients).toMatchObject([
      { userId: ada, state: "answered", response: "notComing" },
      { userId: bob, state: "pending" },
      {
        userId: eve,
        step: 0,
        response: "onScene",
        sentAt: toTime(T0 + 60_100),
        channels: [{ channel: "sms", state: "failed", at: toTime(T0 + 91_000), reason: "number" }],
      },
    ]);
    // Bob was called at once; that a step named him again does not make him one of the step's.
    expect(recipients[1]).not.toHaveProperty("step");
    expect(recipients[0]).not.toHaveProperty("channels");
    expect(events.find(({ type }) => type === "alarm.widened")).toMatchObject({ recipients: 2 });
    expect(events.find(({ type }) => type === "alarm.raised")).toMatchObject({
      recipients: 2,
      leftOut: { unavailable: 2 },
    });
    expect(JSON.stringify(events)).not.toContain(id("usr", 9));
  });

  it("is open again after a re-opening, and shows nothing of the end before it", async () => {
    const records = ofTenant();
    await write(records.slice(0, records.findIndex(({ type }) => type === "alarm.reopened") + 1));
    const alarm = await read();
    expect(alarm.state).toBe("open");
    for (const field of ["endedAt", "endReason", "endText", "reopenUntil"]) expect(alarm).not.toHaveProperty(field);
  });

  it("is the same in whatever order the records come, and however often (I8)", async () => {
    const story = [...ofTenant(), ...ofIncident(), ...others()];
    await write(story);
    const once = await contents(history);
    const record = await read();
    expect(once.incidents).toMatchObject([{ title: "Fire", opened_at: T0, closed_n: 5, reopened_n: 4 }]);
    expect(once.contacts).toMatchObject([{ name: "Neighbour", version: 2 }]);
    expect(once.alarm_recipients).toMatchObject([
      {
        user_id: ada,
        step: -1,
        first_responded_at: T0 + 10_000,
        first_coming_at: T0 + 10_000,
        first_on_scene_at: null,
      },
      { user_id: bob, step: -1, first_responded_at: null },
      { user_id: eve, step: 0, first_on_scene_at: T0 + 120_000 },
    ]);

    const doubled = [...story, ...story];
    const order = fc.shuffledSubarray(doubled, { minLength: doubled.length, maxLength: doubled.length });
    await fc.assert(
      fc.asyncProperty(order, async (records) => {
        await emptyHistory(history);
        await write(records);
        expect(await contents(history)).toEqual(once);
        // Events of one millisecond are shown in the order of arrival, which for one actor is the order they happened in.
        expect({ ...(await read()), events: [] }).toEqual({ ...record, events: [] });
      }),
      { numRuns: 40 },
    );
  });

  it("never mixes tenants, with the same ids in both (I6)", async () => {
    const other = id("ten", 2);
    const theirs = [...ofTenant(), ...ofIncident(), ...others()].map((one) => ({ ...one, tenantId: other }));
    await write(theirs);
    await write([raised(alarmId, [ada])]);
    const alarm = await read();
    for (const field of ["fill", "escalation", "repeats", "endedAt"]) expect(alarm).not.toHaveProperty(field);
    expect(alarm.recipients).toHaveLength(1);
    const facts = await reportFacts(history, tenantId, alarmId);
    expect(facts?.tries.size).toBe(0);
    expect(facts?.firsts).toEqual({ answeredAt: null, comingAt: null, onSceneAt: null, filledAt: null });
    expect(await scoreRows(history, tenantId, { limit: 10 })).toHaveLength(1);
  });
});

describe("what reports and scores are made of", () => {
  it("has the first times, also of answers that were changed later, and the names of everybody in it", async () => {
    await write([...ofTenant(), ...ofIncident(), ...others()]);
    const facts = await reportFacts(history, tenantId, alarmId);
    expect(facts?.firsts).toEqual({
      answeredAt: T0 + 10_000,
      comingAt: T0 + 10_000,
      onSceneAt: T0 + 120_000,
      filledAt: T0 + 10_000,
    });
    expect(facts?.incident).toEqual({
      incidentId,
      title: "Fire",
      notes: [{ at: T0 + 30_000, byId: ada, text: "Door 3 is stuck" }],
    });
    expect(facts?.names.get(contact)).toBe("Neighbour");
    expect(facts?.tries.get(contact)).toEqual([{ channel: "voice", state: "delivered", at: toTime(T0 + 92_000) }]);
    expect(await reportFacts(history, tenantId, id("alr", 2))).toBeUndefined();
  });

  it("finds the alarms of a scenario and kind, newest first, with their times", async () => {
    await write([
      ...ofTenant(),
      raised(id("alr", 2), [ada], {}, { scenarioId: id("scn", 1), kind: "actual", raisedAt: T0 + 1 }),
      raised(id("alr", 3), [ada], {}, { scenarioId: id("scn", 2), raisedAt: T0 + 2 }),
      raised(id("alr", 4), [ada], {}, { scenarioId: id("scn", 1), raisedAt: T0 + 3 }),
    ]);
    const ids = async (query: Parameters<typeof scoreRows>[2]) =>
      (await scoreRows(history, tenantId, query)).map((row) => row.alarmId);
    expect(await ids({ limit: 10 })).toEqual([4, 3, 2, 1].map((n) => id("alr", n)));
    expect(await ids({ limit: 10, scenarioId: id("scn", 1), kind: "exercise" })).toEqual([id("alr", 4), alarmId]);
    expect(await ids({ limit: 1 })).toEqual([id("alr", 4)]);
    const [, mine] = await scoreRows(history, tenantId, { limit: 10, scenarioId: id("scn", 1), kind: "exercise" });
    expect(mine).toEqual({
      alarmId,
      title: "Fire in the kitchen",
      kind: "exercise",
      scenarioId: id("scn", 1),
      raisedAt: T0,
      answeredAt: T0 + 10_000,
      filledAt: T0 + 10_000,
      onSceneAt: T0 + 120_000,
    });
  });
});
