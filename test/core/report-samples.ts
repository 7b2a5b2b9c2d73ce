import type { ReportFacts } from "../../history/report-facts.ts";
import { Alarm, Recipient } from "../../protocol/alarms.ts";
import { toTime } from "../../protocol/ids.ts";
import { id, T0 } from "./history-samples.ts";

const at = (ms: number): string => toTime(T0 + ms);

export const [ada, bob, eve] = [id("usr", 1), id("usr", 2), id("usr", 3)] as [string, string, string];
export const role = id("rol", 1);

const recipients = [
  {
    userId: ada,
    name: "Ada Lovelace",
    state: "answered",
    response: "onScene",
    sentAt: at(10),
    receivedAt: at(200),
    respondedAt: at(95_000),
    deviceId: id("dev", 1),
  },
  {
    userId: bob,
    name: "Bob",
    state: "answered",
    response: "notComing",
    text: '=HYPERLINK("http://evil.example","x")',
    sentAt: at(10),
    receivedAt: at(400),
    respondedAt: at(30_000),
  },
  { userId: eve, name: '<script>alert("Eve")</script>', state: "notReached", reason: "noDevice", step: 0 },
].map((one) => Recipient.parse(one));

const alarm = Alarm.parse({
  alarmId: id("alr", 1),
  incidentId: id("inc", 1),
  state: "ended",
  kind: "exercise",
  urgency: "urgent",
  silent: false,
  severity: "Severe",
  category: "Fire",
  title: "Brand & rook in <hal 3>",
  message: "Verzamelen.\nNeem de trap.",
  instructions: [{ roleId: role, text: "Neem de AED mee" }],
  attachments: [{ title: "Plattegrond", url: "https://docs.example/plan.pdf" }],
  raisedAt: at(0),
  raisedBy: { type: "user", id: id("usr", 9), name: "Rik Raiser" },
  scenarioId: id("scn", 1),
  requirement: [{ roleId: role, count: 1 }],
  fill: { filled: true, roles: [{ roleId: role, count: 1, coming: 1 }] },
  escalation: [
    { step: 0, name: "Team leads", state: "fired", dueAt: at(60_000), firedAt: at(60_000), cause: "time", people: 1 },
    { step: 1, name: "Everybody", state: "waiting", dueAt: at(900_000) },
  ],
  endedAt: at(600_000),
  endReason: "exerciseOver",
  counts: {
    recipients: 3,
    sent: 2,
    received: 2,
    seen: 2,
    coming: 0,
    notComing: 1,
    enRoute: 0,
    onScene: 1,
    notReached: 1,
  },
  timings: { commitMs: 4, received: { p50: 200, p95: 400, p99: 400, max: 400 } },
});

let events = 0;
const event = (type: string, ms: number, fields: object = {}, by = { type: "system", id: "site" }) => ({
  eventId: id("evt", 9_000 + events++),
  type,
  at: at(ms),
  by,
  ...fields,
});
const user = (userId: string) => ({ type: "user", id: userId });

/** A whole exercise: raised, answered, escalated, re-alarmed, ended, opened again and ended again. */
export const facts = (over: Partial<ReportFacts["record"]> = {}): ReportFacts => ({
  record: {
    ...alarm,
    recipients,
    events: [
      event("alarm.raised", 0, { title: alarm.title, recipients: 2 }, user(id("usr", 9))),
      event("alarm.sent", 10, { rows: 2 }),
      event("alarm.receipts", 400, { rows: 2 }),
      event("alarm.answered", 20_000, { userId: ada, response: "coming", etaMinutes: 1, version: 1 }, user(ada)),
      event("alarm.answered", 30_000, { userId: bob, response: "notComing", text: "ziek", version: 2 }, user(bob)),
      event("alarm.fill", 20_000, { filled: true }),
      event("alarm.stepFired", 60_000, { step: 0, name: "Team leads", action: "widen", cause: "time", people: 1 }),
      event("alarm.widened", 60_000, { step: 0, recipients: 1 }),
      event("alarm.answered", 95_000, { userId: ada, response: "onScene", version: 3 }, user(ada)),
      event("alarm.reAlarmed", 120_000, { times: 1, who: "unanswered", people: 1 }, user(id("usr", 9))),
      event("alarm.stoodDown", 300_000, { reason: "over", text: "Klaar" }, user(id("usr", 9))),
      event("alarm.reopened", 360_000, {}, user(id("usr", 9))),
      event("alarm.stoodDown", 600_000, { reason: "exerciseOver" }, user(id("usr", 9))),
      event("alarm.somethingNew", 600_001),
    ],
    ...over,
  },
  organisation: { slug: "acme", name: "Acme & Zonen B.V.", locale: "nl", timeZone: "Europe/Amsterdam" },
  firsts: { answeredAt: T0 + 20_000, comingAt: T0 + 20_000, onSceneAt: T0 + 95_000, filledAt: T0 + 20_000 },
  names: new Map([
    [ada, "Ada Lovelace"],
    [bob, "Bob"],
    [eve, '<script>alert("Eve")</script>'],
    [id("usr", 9), "Rik Raiser"],
    [role, "EHBO'er"],
    [id("con", 1), "Buurman"],
  ]),
  tries: new Map([
    [eve, [{ channel: "sms", state: "failed", at: at(70_000), reason: "number" }]],
    [bob, [{ channel: "push", state: "delivered", at: at(15_000) }]],
    [id("con", 1), [{ channel: "sms", state: "sent", at: at(80_000) }]],
  ]),
  incident: {
    incidentId: id("inc", 1),
    title: "Brand",
    notes: [{ at: T0 + 100_000, byId: ada, text: "Deur 3 <b>zit</b> vast" }],
  },
});
