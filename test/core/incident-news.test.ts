/**
 * What records of an alarm say in the incident's room (issue 6, 1; I4): each once, in order, the answers of many as one, whatever
 * the cuts between two tellings. Not proved here: that the timer reads the log and the room stores it
 * (test/workerd/incident-rooms.test.ts).
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AlarmNow, type LogEntry, newsOf, type Told } from "../../actors/tenant/conversation/incident-news.ts";
import { RoomEvent } from "../../protocol/conversation/rooms.ts";
import type { RecordType } from "../../protocol/records.ts";

const alarmId = "alm_12345678";
const incidentId = "inc_12345678";
const alarm: AlarmNow = { incidentId, kind: "actual", title: "Fire", recipients: 3 };
const alarmOf = (id: string): AlarmNow | undefined => (id === alarmId ? alarm : undefined);
const start: Told = { seq: 0, filled: {} };

const entries = (...list: [RecordType, object?][]): LogEntry[] =>
  list.map(([type, body = {}], i) => ({
    seq: i + 1,
    eventId: `evt_0000000${i + 1}`,
    type,
    entity: type.startsWith("incident.") ? incidentId : alarmId,
    at: 1_000 + i,
    byType: "user",
    byId: "usr_leader01",
    body: type === "alarm.raised" ? null : body,
  }));

const answer = (userId: string, response: string): [RecordType, object] => ["alarm.answered", { userId, response }];
const said = (list: readonly LogEntry[], told = start) =>
  newsOf(told, list, alarmOf).news.flatMap(({ events }) => events.map(({ event }) => event));

test("an alarm's course is told in its order, each under the id of its record", () => {
  const log = entries(
    ["incident.opened"],
    ["alarm.raised"],
    ["alarm.stepFired", { name: "Neighbours", action: "widen", people: 4 }],
    ["alarm.widened", { step: 0, recipients: [{ place: "x", userIds: ["usr_00000001"] }] }],
    ["alarm.widened", { recipients: [{ place: "x", userIds: ["usr_00000001", "usr_00000002"] }] }],
    ["alarm.stepFired", { name: "Call", action: "contacts", people: 2 }],
    ["alarm.reAlarmed", { people: 2 }],
    ["alarm.stoodDown", { reason: "falseAlarm", text: "Toast" }],
    ["incident.closed"],
    ["incident.noted", { text: "Battery replaced" }],
  );
  const { told, news } = newsOf(start, log, alarmOf);
  expect(news).toHaveLength(1);
  expect(news[0]).toMatchObject({ incidentId, closed: true, joins: [] });
  expect(news[0]?.events.map(({ eventId, event }) => [eventId, event])).toEqual([
    ["evt_00000002", { type: "alarmRaised", alarmId, kind: "actual", title: "Fire", recipients: 3 }],
    ["evt_00000003", { type: "widened", alarmId, name: "Neighbours", people: 4 }],
    ["evt_00000005", { type: "widened", alarmId, people: 2 }],
    ["evt_00000007", { type: "reAlarmed", alarmId, people: 2 }],
    ["evt_00000008", { type: "stoodDown", alarmId, reason: "falseAlarm", text: "Toast" }],
    ["evt_00000009", { type: "closed" }],
    ["evt_000000010", { type: "noted", userId: "usr_leader01", text: "Battery replaced" }],
  ]);
  expect(told.seq).toBe(10);
});

test("an incident that closed and was opened again within one telling is open", () => {
  const { news } = newsOf(start, entries(["incident.closed"], ["incident.reopened"], ["alarm.reopened"]), alarmOf);
  expect(news[0]).toMatchObject({ closed: false });
  expect(news[0]?.events.map(({ event }) => event.type)).toEqual(["closed", "opened", "reopened"]);
});

test("answers that come together are one event, and of two answers of one person the later holds", () => {
  const log = entries(
    answer("usr_a0000001", "coming"),
    answer("usr_b0000001", "notComing"),
    answer("usr_c0000001", "enRoute"),
    answer("usr_a0000001", "onScene"),
    answer("usr_c0000001", "notComing"),
  );
  const { news } = newsOf(start, log, alarmOf);
  expect(news[0]?.events).toEqual([
    {
      eventId: "evt_00000001",
      at: 1_000,
      event: {
        type: "answered",
        alarmId,
        coming: [],
        onScene: ["usr_a0000001"],
        notComing: ["usr_b0000001", "usr_c0000001"],
      },
    },
  ]);
  expect(news[0]?.joins).toEqual(["usr_a0000001"]);
});

test("that there are enough people is told when it changes, also over two tellings", () => {
  const [first, second, third] = entries(
    ["alarm.fill", { filled: false }],
    ["alarm.fill", { filled: true }],
    ["alarm.fill", { filled: true }],
  ) as [LogEntry, LogEntry, LogEntry];
  expect(said([first])).toEqual([]);
  const { told } = newsOf(start, [first, second], alarmOf);
  expect(said([second])).toEqual([{ type: "filled", alarmId, met: true }]);
  expect(said([third], told)).toEqual([]);
  const ended = newsOf(told, entries(["alarm.stoodDown", { reason: "over" }]), alarmOf).told;
  expect(ended.filled).toEqual({});
});

test("an alarm that nobody knows any more, and what is no record of an incident, say nothing", () => {
  const [known] = entries(["alarm.raised"]) as [LogEntry];
  expect(
    said([
      { ...known, entity: "alm_unknown1" },
      { ...known, type: "users.saved" },
    ]),
  ).toEqual([]);
});

const people = ["usr_a0000001", "usr_b0000001", "usr_c0000001", "usr_d0000001"];
const record = fc.oneof(
  fc
    .tuple(fc.constantFrom(...people), fc.constantFrom("coming", "notComing", "enRoute", "onScene"))
    .map((it) => answer(...it)),
  fc.constant<[RecordType]>(["alarm.raised"]),
  fc.boolean().map((filled): [RecordType, object] => ["alarm.fill", { filled }]),
  fc.constantFrom<[RecordType]>(["incident.closed"], ["incident.reopened"]),
);

test("I4: however the log is cut into tellings, ids are told once and everybody ends where their last answer put them", () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 30 }), fc.array(fc.nat(30), { maxLength: 6 }), (records, cuts) => {
      const log = entries(...records);
      let told = start;
      const events: { eventId: string; event: RoomEvent }[] = [];
      const joined = new Set<string>();
      let closed: boolean | undefined;
      for (const to of [...cuts.sort((a, b) => a - b), log.length]) {
        const part = log.filter(({ seq }) => seq > told.seq && seq <= to);
        const again = newsOf(told, part, alarmOf);
        // The same part told twice, as after a crash, is the same to the letter.
        expect(newsOf(told, part, alarmOf)).toEqual(again);
        for (const one of again.news) {
          events.push(...one.events);
          for (const userId of one.joins) joined.add(userId);
          closed = one.closed ?? closed;
        }
        told = again.told;
      }
      for (const { event } of events) RoomEvent.parse(event);
      expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
      const side = new Map<string, string>();
      for (const { event } of events)
        if (event.type === "answered")
          for (const where of ["coming", "onScene", "notComing"] as const)
            for (const userId of event[where]) side.set(userId, where);
      const last = new Map<string, string>();
      for (const [type, body] of records)
        if (type === "alarm.answered") {
          const { userId, response } = body as { userId: string; response: string };
          last.set(userId, response === "enRoute" ? "coming" : response);
        }
      expect(side).toEqual(last);
      for (const [userId, where] of last) if (where !== "notComing") expect(joined).toContain(userId);
      const ends = records.map(([type]) => type).filter((type) => type.startsWith("incident."));
      expect(closed).toBe(ends.length === 0 ? undefined : ends.at(-1) === "incident.closed");
    }),
    { numRuns: 300 },
  );
});
